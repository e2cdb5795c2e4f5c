"""Each detector on a defect planted for it, and on rows without one."""

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words

from engine.audit import DETECTORS, perfect_predictor

N = 600


def clean(seed: int, task: str = "binary") -> dict[str, object]:
    """Honest columns: each says a little of the target, none is filled in because of it."""
    random = np.random.default_rng(seed)
    x, z = random.normal(50, 10, N), random.gamma(2.0, 3.0, N)
    score = 0.1 * (x - 50) + 0.2 * (z - 6) + random.normal(size=N)
    size = np.where(random.random(N) < 0.1, np.nan, random.normal(170, 9, N))
    return {
        "x": x,
        "z": z,
        "visits": random.poisson(2.0, N) + random.geometric(0.2, N) * (random.random(N) < 0.3),
        "amount": random.exponential(30.0, N) * (random.random(N) < 0.4),
        "temperature": random.normal(2, 6, N).round(1),
        "size": size,
        "town": words(random.choice(["Ulm", "Bonn", "Kiel", "Trier"], N)),
        "code": words(random.choice([f"c{number}" for number in range(150)], N)),
        "y": score if task == "regression" else words(np.where(score > 0, "yes", "no")),
    }


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.parametrize("task", ["binary", "regression"])
def test_clean_rows_raise_no_question(seed: int, task: str) -> None:
    data = made(clean(seed, task), "y", task)
    found = [finding for detector in DETECTORS.values() for finding in detector.look(data)]
    assert [finding.evidence for finding in found if finding.severity != "note"] == []


@pytest.mark.parametrize(("errors", "copy"), [(0, True), (2, True), (30, False)])
def test_a_class_in_other_words_is_a_copy(errors: int, copy: bool) -> None:
    random = np.random.default_rng(1)
    left = random.random(4000) < 0.3
    said = np.where(np.arange(4000) < errors, ~left, left)
    columns = {"status": words(np.where(said, "ended", "runs")), "y": words(np.where(left, "yes", "no"))}
    found = look("target_copy", made(columns, "y", "binary"))
    assert [(finding.severity, finding.drop) for finding in found.values()] == [("block", ("status",))] * copy


@pytest.mark.parametrize("scale", [1.8, -1000.0])
def test_an_amount_on_another_scale_is_a_copy(scale: float) -> None:
    columns = clean(1, "regression")
    found = look("target_copy", made({**columns, "fahrenheit": columns["y"] * scale + 32}, "y", "regression"))
    assert set(found) == {("fahrenheit",)}


def test_two_rare_things_are_no_copies_of_each_other() -> None:
    random = np.random.default_rng(1)
    rare, other = random.permutation(20_000) < 8, random.permutation(20_000) < 8
    columns = {"other": words(np.where(other, "a", "b")), "y": words(np.where(rare, "fraud", "fine"))}
    assert look("target_copy", made(columns, "y", "binary")) == {}
    columns["other"] = words(np.where(rare, "a", "b"))
    assert set(look("target_copy", made(columns, "y", "binary"))) == {("other",)}


def test_a_column_that_predicts_perfectly_is_asked_about_and_not_blocked() -> None:
    columns = clean(1)
    yes = (columns["y"] == "yes").to_numpy()
    columns["score"] = np.where(yes, 1.0, 0.0) + np.random.default_rng(3).normal(0, 0.1, N)
    found = look("perfect_predictor", made(columns, "y", "binary"))
    assert found[("score",)].severity == "ask"
    assert set(found) == {("score",)}
    columns["score"] = np.where(yes, 1.0, 0.0) + np.random.default_rng(3).normal(0, 0.9, N)
    assert look("perfect_predictor", made(columns, "y", "binary")) == {}


def test_a_moment_that_tells_the_outcome_was_written_after_it() -> None:
    columns = clean(1)
    yes = (columns["y"] == "yes").to_numpy()
    days = np.random.default_rng(3).integers(0, 300, N) + np.where(yes, 1000, 0)
    columns["closed"] = pd.Timestamp("2024-01-01") + pd.to_timedelta(days, unit="D")
    found = look("perfect_predictor", made(columns, "y", "binary"))
    assert found[("closed",)].severity == "block"


def test_few_rows_and_many_columns_are_not_taken_for_proof() -> None:
    alarms = 0
    for seed in range(20):
        random = np.random.default_rng(seed)
        columns: dict[str, object] = {f"x{number}": random.normal(size=60) for number in range(20)}
        columns["y"] = words(np.where(random.permutation(60) < 6, "yes", "no"))
        alarms += len(look("perfect_predictor", made(columns, "y", "binary")))
    assert alarms == 0


def test_an_amount_told_by_its_logarithm_is_asked_about() -> None:
    columns = clean(1, "regression")
    columns["y"] = np.exp(np.asarray(columns["y"]) / 4)
    columns["rank"] = np.log(columns["y"])
    found = look("perfect_predictor", made(columns, "y", "regression"))
    assert set(found) == {("rank",)}
    assert perfect_predictor.ASK == 0.98


@pytest.mark.parametrize("kind", ["word", "count in order", "count in no order"])
def test_a_column_that_names_rows(kind: str) -> None:
    random = np.random.default_rng(1)
    names = {
        "word": words(np.array([f"C-{number:05d}" for number in random.permutation(N)])),
        "count in order": np.arange(1, N + 1),
        "count in no order": random.permutation(N),
    }[kind]
    found = look("id_like", made({"name": names, **clean(1)}, "y", "binary"))
    assert set(found) == {("name",)}
    assert found[("name",)].severity == "ask"


def test_columns_that_hardly_change() -> None:
    flag = np.zeros(N)
    rarely = flag.copy()
    rarely[:2] = 1
    found = look("constant", made({"flag": flag, "rarely": rarely, **clean(1)}, "y", "binary"))
    assert set(found) == {("flag",), ("rarely",)}
    assert {finding.severity for finding in found.values()} == {"note"}


def test_rows_that_are_also_sealed_are_taken_out_of_training() -> None:
    found = look("duplicates", made(clean(1), "y", "binary", twins=(3, 5, 8)))
    twins = found[()]
    assert (twins.severity, twins.row_ids, twins.rows_out) == ("block", (3, 5, 8), True)


def test_rows_that_repeat_are_noted() -> None:
    columns = made(clean(1), "y", "binary").frame
    many = pd.concat([columns, columns[:60]], ignore_index=True)
    found = look("duplicates", made({name: many[name] for name in many}, "y", "binary"))
    assert found[()].rows == 60
    assert found[()].severity == "note"


@pytest.mark.parametrize("pure", [True, False])
def test_a_value_that_is_there_because_of_the_outcome(pure: bool) -> None:
    columns = clean(1)
    random = np.random.default_rng(4)
    yes = (columns["y"] == "yes").to_numpy()
    there = (yes & (random.random(N) < 0.2)) if pure else np.where(yes, random.random(N) < 0.95, random.random(N) < 0.1)
    columns["boat"] = words(np.where(there, "7", None))
    found = look("missingness", made(columns, "y", "binary"))
    assert set(found) == {("boat",)}
    assert found[("boat",)].severity == "ask"
    columns["boat"] = words(np.where(random.random(N) < 0.2, "7", None))
    assert look("missingness", made(columns, "y", "binary")) == {}


def test_presence_that_tells_an_amount() -> None:
    columns = clean(1, "regression")
    there = np.random.default_rng(5).random(N) < 0.5
    columns["y"] = np.where(there, 100.0, 10.0) + np.asarray(columns["y"])
    columns["note"] = words(np.where(there, "x", None))
    assert set(look("missingness", made(columns, "y", "regression"))) == {("note",)}


@pytest.mark.parametrize("code", [-1.0, -999.0, 999.0, 9999.0])
@pytest.mark.parametrize("rows", [4, 60])
def test_a_code_for_missing(code: float, rows: int) -> None:
    columns = clean(1)
    values = np.random.default_rng(6).normal(60, 10, N).round(1)
    values[:rows] = code
    found = look("sentinel", made({"pressure": values, **columns}, "y", "binary"))
    assert set(found) == {("pressure",)}
    assert found[("pressure",)].blank == (code,)
    assert found[("pressure",)].rows == rows


@pytest.mark.parametrize(("low", "rows"), [(40, 4), (40, 100), (14, 250)])
def test_zeros_where_zero_makes_no_sense(low: int, rows: int) -> None:
    values = np.random.default_rng(7).gamma(2.0, 40.0, N).round() + low
    values[:rows] = 0
    found = look("sentinel", made({"glucose": values, **clean(1)}, "y", "binary"))
    assert set(found) == {("glucose",)}
    assert found[("glucose",)].blank == (0.0,)


def test_zeros_of_a_count_and_a_natural_limit_mean_what_they_say() -> None:
    random = np.random.default_rng(8)
    columns = {
        "pregnancies": np.minimum(random.geometric(0.2, N) - 1, 20),
        "hundreds": (random.geometric(0.2, N) - 1) * 100,
        "capped": np.minimum(random.normal(40, 12, N).round(), 52),
        "gain": np.where(random.random(N) < 0.9, 0, random.integers(1, 1000, N)),
        **clean(1),
    }
    columns["gain"][:10] = 999
    assert look("sentinel", made(columns, "y", "binary")) == {}


def test_uneven_classes_come_with_their_consequences() -> None:
    columns = clean(1)
    columns["y"] = words(np.where(np.arange(N) < 30, "yes", "no"))
    found = look("imbalance", made(columns, "y", "binary"))
    assert found[("y",)].severity == "note"
    assert found[("y",)].rows == 30
    assert "95.0%" in found[("y",)].evidence
    assert "6 rows" in found[("y",)].evidence
    columns["y"] = words(np.where(np.arange(N) < 120, "yes", "no"))
    assert look("imbalance", made(columns, "y", "binary")) == {}

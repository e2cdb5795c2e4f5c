"""Changes of the inputs: what is proposed, what a screen sees, and what the paired test lets in."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from msgspec import structs

from engine import ledger
from engine.data.schema import Column, Reading, TargetSummary
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.steps import Plan
from engine.steps.baseline import Baseline
from engine.steps.data import Data, DataResult
from engine.steps.framing import Framing
from engine.steps.metric import Metric
from engine.steps.preparation import Preparation, PreparationResult
from engine.steps.protocol import Protocol, ProtocolResult
from engine.training.copies import with_copies
from engine.training.curation import DataTrial
from engine.training.decide import Copies, Decision, Recipe
from engine.training.hyper import Hyper
from engine.training.prepare import fit, take
from engine.training.propose import proposals, with_derived
from engine.training.screen import Part, gains, grouped, importances
from engine.training.spec import Derived
from engine.training.spec import Preparation as Fitted
from engine.work.rows import folds, from_frame

LINEAR = Hyper(layers=0, learning_rate=3e-2)
ROWS = 600


def recipe(names: Mapping[str, str]) -> Recipe:
    return Recipe(decisions=tuple(Decision(column=name, action=action, why="test") for name, action in names.items()))


def table(seed: int, ratio: float = 0.0, rows: int = ROWS) -> pd.DataFrame:
    """Two amounts whose ratio may matter, one that matters by itself, a twin of it, two of noise; and the target."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame({name: np.exp(2 * draw.normal(size=rows)) for name in ("price", "area")})
    frame["age"] = draw.normal(size=rows)
    frame["twin"] = frame["age"] + draw.normal(scale=0.05, size=rows)
    frame["noise"] = draw.normal(size=rows)
    frame["more"] = draw.normal(size=rows)
    unit = np.log(frame["price"] / frame["area"])
    score = 1.5 * frame["age"] + ratio * unit
    frame["y"] = np.where(draw.random(rows) < 1 / (1 + np.exp(-score)), "yes", "no")
    return frame


AMOUNTS = dict.fromkeys(("price", "area", "age", "twin", "noise", "more"), "standard")


def made_plan(frame: pd.DataFrame, prepared: Recipe, *, gain: float, **production: float) -> Plan:
    columns = tuple(Column(name=name, kind="numeric", rows=len(frame)) for name in frame.columns)
    reading = Reading(path="t.csv", digest="0", rows=len(frame), columns=columns)
    data = DataResult(reading=reading, target=TargetSummary(column="y", kind="categorical"))
    protocol = ProtocolResult("kfold", "stratified", 5, 1, len(frame))
    return Plan(
        framing=Framing(task="binary", target=("y",)),
        data=Data(result=data),
        metric=Metric(primary="roc_auc", gain=gain, positive="yes"),
        preparation=Preparation(result=PreparationResult(prepared, production_missing=production)),
        protocol=Protocol(result=protocol),
        baseline=Baseline(epochs=25),
    )


def of(trials: tuple[DataTrial, ...], kind: str) -> list[DataTrial]:
    return [trial for trial in trials if trial.kind == kind]


def job(folder: Path) -> Path:
    (folder / "jobs" / "0001-baseline").mkdir(parents=True)
    return folder


def curated(
    folder: Path, frame: pd.DataFrame, prepared: Recipe, hyper: Hyper, **options: Any
) -> tuple[Recipe, tuple[DataTrial, ...]]:
    from engine.work.curation import curate
    from engine.work.networks import validate
    from engine.work.scoring import scored

    plan = made_plan(frame, prepared, **options)
    context = Context(JobFolder(folder / "jobs" / "0001-baseline"), 1, None, 5.0)
    rows = from_frame(plan, frame)
    drawn = folds(plan, rows)
    stacking = scored(drawn, 1)
    base = validate(plan, rows, drawn, stacking, hyper, 25, context, "base")
    return curate(plan, context, rows, drawn, stacking, hyper, base)


def fifths(frame: pd.DataFrame) -> list[Part]:
    order = np.random.default_rng(0).permutation(len(frame))
    return [Part(np.setdiff1d(order, order[start::5]), np.sort(order[start::5])) for start in range(5)]


def answers(frame: pd.DataFrame) -> Any:
    return (frame["y"] == "yes").to_numpy().astype(int)


def test_noise_lies_below_the_probes_and_twins_are_judged_together() -> None:
    frame = table(1)
    assert ("age", "twin") in grouped(recipe(AMOUNTS), frame)
    found, probe = importances(recipe(AMOUNTS), frame, answers(frame), 2, fifths(frame), 1)
    assert found[0].columns == ("age", "twin")
    assert found[0].value > 20 * abs(probe)
    assert {each.columns for each in found if each.value > probe} <= {("age", "twin"), ("price",), ("area",)}


def test_proposals_are_few_and_screened_by_what_a_linear_model_leaves() -> None:
    frame = table(2, ratio=1.0).assign(
        day=pd.date_range("2020-01-01", periods=ROWS), kind=["a", "b", "c"] * (ROWS // 3)
    )
    frame["side"] = np.where(frame["noise"] > 0, "left", "right")
    actions = {**AMOUNTS, "day": "date", "kind": "onehot", "side": "onehot"}
    ranked = ["price", "area", "age", "noise", "day", "kind", "side"]
    found = proposals(recipe(actions), frame.drop(columns="y"), ranked)
    assert [made.name for made in found] == [
        *(f"{a} {sign} {b}" for a, b in (("price", "area"), ("price", "age"), ("area", "age")) for sign in "/*-"),
        "day year",
        "day day",
        "kind & side",
    ]
    explained = dict(zip(found, gains(recipe(actions), frame, answers(frame), 2, fifths(frame), found, 1), strict=True))
    assert max(explained, key=lambda made: explained[made]).name == "price / area"
    chance = [value for made, value in explained.items() if not set(made.sources) <= {"price", "area"}]
    assert max(explained.values()) > max(0.0, *chance)


def test_copies_are_learned_from_where_their_row_is_and_never_predicted() -> None:
    frame = pd.DataFrame({"n": range(100), "word": ["a", "b"] * 50, "day": pd.date_range("2020-01-01", periods=100)})
    some = structs.replace(
        recipe({"n": "standard", "word": "onehot", "day": "date"}), copies=Copies({"n": 0.5, "day": 1})
    )
    y = np.arange(100)
    plain = Part(np.arange(0, 80), np.arange(80, 100))
    grown = with_copies(some, frame, y, None, [plain], lambda fold: Part(fold.train[:10], fold.train[10:]), seed=3)
    (fold,) = grown.folds
    assert len(grown.y) == 400
    assert np.array_equal(np.unique(grown.y[fold.train]), plain.train)
    assert np.array_equal(fold.test, plain.test)
    looks = grown.watch(fold) if grown.watch else None
    assert looks is not None
    assert np.array_equal(np.unique(grown.y[looks.train]), np.arange(10))
    assert np.array_equal(looks.test, np.arange(10, 80))
    n = np.asarray(grown.frame["n"])
    assert np.array_equal(n[:100], np.arange(100))
    assert 0.4 < np.isnan(n[100:]).mean() < 0.6
    assert np.isnat(np.asarray(grown.frame["day"])[100:]).all()
    assert list(grown.frame["word"]) == ["a", "b"] * 200
    whole = structs.replace(some, copies=Copies({"n": 0.5}, masked=False))
    assert not np.isnan(np.asarray(with_copies(whole, frame, y, None, [plain], None, 3).frame["n"])).any()
    assert with_copies(recipe(AMOUNTS), frame, y, None, [plain], None, 3).frame is frame


def test_no_fitted_number_moves_when_rows_that_are_not_learned_from_change() -> None:
    frame = table(5).drop(columns="y").assign(town=[f"t{number % 60}" for number in range(ROWS)])
    frame.loc[::7, "twin"] = np.nan
    some = structs.replace(
        with_derived(recipe({**AMOUNTS, "town": "embedding"}), Derived("unit", "ratio", ("price", "area")), "test"),
        imputed=("twin",),
        copies=Copies({"age": 0.3}),
    )
    part = Part(np.arange(0, 500), np.arange(500, ROWS))

    def fitted(table: pd.DataFrame) -> Fitted:
        grown = with_copies(some, table, np.arange(ROWS), None, [part], None, 1)
        return fit(some, take(grown.frame, grown.folds[0].train, some.columns))

    other = frame.copy()
    for name in AMOUNTS:
        other.loc[500:, name] = 1e6 * np.arange(100)
    other.loc[500:, "town"] = "elsewhere"
    assert {type(made).__name__ for made in fitted(frame).encoders} == {"Numeric", "Category"}
    assert len(fitted(frame).imputers) == 1
    assert fitted(frame).digest() == fitted(other).digest()
    other.loc[499, "price"] = 7.0
    assert fitted(frame).digest() != fitted(other).digest()


@pytest.mark.slow
def test_a_ratio_that_matters_is_let_in_and_noise_is_left_out(tmp_path: Path) -> None:
    found, trials = curated(job(tmp_path), table(2, 1.0), recipe(AMOUNTS), LINEAR, gain=0.05)
    (removed,) = of(trials, "remove")
    assert removed.accepted
    assert set(removed.columns) <= {"noise", "more"}
    (first, *_) = of(trials, "create")
    assert first.accepted
    assert first.columns in (("price / area",), ("area / price",))
    assert first.score_with is not None
    assert first.score_without is not None
    assert first.score_with > first.score_without + 0.05
    assert first.columns[0] in {made.name for made in found.derived}
    assert found.columns == tuple(name for name in AMOUNTS if name not in removed.columns)
    assert len(ledger.entries(tmp_path)) == sum(trial.looks for trial in trials)


@pytest.mark.slow
def test_chance_lets_hardly_anything_in(tmp_path: Path) -> None:
    wrong = 0
    for seed in range(4):
        frame = table(seed, rows=300)
        _, trials = curated(job(tmp_path / str(seed)), frame, recipe(AMOUNTS), LINEAR, gain=0.05)
        wrong += any(trial.accepted for trial in of(trials, "create"))
        lost = {name for trial in of(trials, "remove") if trial.accepted for name in trial.columns}
        assert not {"age", "twin"} <= lost
    assert wrong <= 1


@pytest.mark.slow
def test_copies_with_gaps_are_kept_for_what_they_do_beyond_more_rows(tmp_path: Path) -> None:
    draw = np.random.default_rng(4)
    true = draw.normal(size=1200)
    frame = pd.DataFrame({f"weak{number}": true + draw.normal(size=1200) for number in range(3)})
    frame["exact"] = true
    frame["y"] = np.where(true > 0, "yes", "no")
    prepared = recipe(dict.fromkeys(("weak0", "weak1", "weak2", "exact"), "standard"))
    found, trials = curated(job(tmp_path), frame, prepared, Hyper(units=16, learning_rate=1e-2), gain=0.05, exact=0.5)
    (trial,) = of(trials, "copies")
    assert trial.accepted, trial
    assert trial.looks == 2
    assert found.copies == Copies({"exact": 0.5})


def test_too_few_rows_are_told_and_nothing_is_trained(tmp_path: Path) -> None:
    from engine.work.curation import curate

    frame = table(1, rows=150)
    plan = made_plan(frame, recipe(AMOUNTS), gain=0.05)
    context = Context(JobFolder(job(tmp_path) / "jobs" / "0001-baseline"), 1, None, 5.0)
    same, (trial,) = curate(plan, context, from_frame(plan, frame), (), None, LINEAR, None)  # type: ignore[arg-type]
    assert same == recipe(AMOUNTS)
    assert "150 rows are too few" in trial.why
    assert trial.looks == 0

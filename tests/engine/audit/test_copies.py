"""Rows and texts that are nearly another, and equal inputs with unequal labels: found, and counted as others count."""

from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words
from sklearn.neighbors import NearestNeighbors

from engine.audit.near_duplicate_texts import ALIKE, SHINGLE, simplified
from engine.data.read import read

N = 1200


def measured(copies: int, seed: int = 1, jitter: float = 1e-4) -> pd.DataFrame:
    """Five amounts and a colour of N things; the last `copies` rows are earlier things measured again."""
    draw = np.random.default_rng(seed)
    frame = pd.DataFrame(draw.normal(size=(N, 5)), columns=list("abcde"))
    frame["colour"] = words(draw.choice(["red", "green", "blue"], N))
    again = frame.iloc[draw.choice(N - copies, copies, replace=False)].copy()
    again[list("abcde")] += jitter * draw.normal(size=(copies, 5))
    frame = pd.concat([frame.iloc[: N - copies], again], ignore_index=True)
    frame["label"] = words(np.where(draw.random(N) < 1 / (1 + np.exp(-frame["a"])), "yes", "no"))
    return frame


def test_measured_again_is_found_and_counted_as_neighbours_are() -> None:
    frame = measured(40)
    finding = look("near_duplicates", made(dict(frame), "label", "binary"))[()]
    assert (finding.severity, finding.rows, finding.sample) == ("ask", 80, N)
    scaled = frame[list("abcde")] / frame[list("abcde")].std()
    near = NearestNeighbors(radius=0.02, metric="chebyshev").fit(scaled)
    assert sum(len(found) > 1 for found in near.radius_neighbors(scaled, return_distance=False)) == finding.rows
    assert sorted(finding.row_ids) == list(range(N - 40, N))
    assert finding.effect is not None and finding.effect.n == N


@pytest.mark.parametrize("seed", range(3))
def test_rows_that_are_near_by_chance_are_not_named(seed: int) -> None:
    assert look("near_duplicates", made(dict(measured(0, seed)), "label", "binary")) == {}
    thin = {name: np.random.default_rng(seed).normal(size=N).round(1) for name in "abc"}
    assert look("near_duplicates", made({**thin, "label": words(np.arange(N) % 2)}, "label", "binary")) == {}


def test_columns_of_nearly_only_zeros_are_compared_at_what_can_be_told() -> None:
    draw = np.random.default_rng(1)
    mostly = {name: np.where(draw.random(6000) < 0.95, 0.0, draw.normal(size=6000) * 100) for name in "abcd"}
    assert look("near_duplicates", made({**mostly, "label": words(np.arange(6000) % 2)}, "label", "binary")) == {}
    fine = {name: 1 + 1e-5 * draw.normal(size=6000) for name in "abc"} | {"e": draw.normal(size=6000)}
    far = {name: np.append(values[:-60], values[:60] + 1e5) for name, values in fine.items()}
    assert look("near_duplicates", made({**far, "label": words(np.arange(6000) % 2)}, "label", "binary")) == {}


@pytest.mark.parametrize(
    ("file", "target", "task"),
    [
        ("wine_quality_white/winequality-white.csv", "column_12", "regression"),
        ("california_housing/housing.csv", "median_house_value", "regression"),
    ],
)
def test_real_tables_have_no_near_copies(shared_data: Path, file: str, target: str, task: str) -> None:
    frame, _ = read(shared_data / file)
    assert look("near_duplicates", made(dict(frame), target, task)) == {}


def test_messages_that_differ_in_numbers_and_case(shared_data: Path) -> None:
    frame, _ = read(shared_data / "sms_spam/sms_spam.csv")
    frame = frame.iloc[:800]
    data = made(dict(frame), "type", "binary")
    finding = look("near_duplicate_texts", data)["text",]
    plain = [
        frozenset(text[place : place + SHINGLE] for place in range(len(text) - SHINGLE + 1))
        for text in simplified(frame["text"])
    ]
    raw = list(frame["text"])
    long = [number for number, text in enumerate(simplified(frame["text"])) if len(text) >= 2 * SHINGLE]
    near = {
        (first, second)
        for place, first in enumerate(long)
        for second in long[place + 1 :]
        if len(plain[first] & plain[second]) >= ALIKE * len(plain[first] | plain[second])
    }
    unlike = {place for pair in near if raw[pair[0]] != raw[pair[1]] for place in pair}
    # An exact copy of one of these belongs to the same set.
    unlike |= {place for pair in near for place in pair if raw[pair[0]] == raw[pair[1]] and {*pair} & unlike}
    assert finding.rows == len(unlike) and finding.sample == 800


def test_texts_sent_again_are_kept_out_of_training(shared_data: Path) -> None:
    frame, _ = read(shared_data / "nsmc_korean/ratings_subset.txt")
    frame = frame.iloc[:1500].drop(columns=["id"])
    long = frame[frame["document"].str.len() >= 60].iloc[:40]
    again = long.assign(document=long["document"] + "!!", label="1")
    both = pd.concat([frame, again], ignore_index=True)
    finding = look("near_duplicate_texts", made(dict(both), "label", "binary"))["document",]
    assert finding.severity == "ask" and finding.rows_out and set(finding.row_ids) >= set(range(1500, 1540))
    assert "resemble one of another class" in finding.evidence


def conflicting(copies: int) -> pd.DataFrame:
    """Rows of which the last `copies` repeat the first with the other label."""
    frame = measured(0)
    again = frame.iloc[:copies].assign(label=frame["label"].iloc[:copies].map({"yes": "no", "no": "yes"}))
    return pd.concat([frame, again], ignore_index=True)


def test_conflicts_are_counted_as_a_database_counts_them() -> None:
    frame = conflicting(30)
    finding = look("label_conflicts", made(dict(frame), "label", "binary"))["label",]
    grouped = duckdb.sql(
        "select sum(n) from (select count(*) n, count(distinct label) kinds from frame group by a, b, c, d, e, colour) "
        "where kinds > 1"
    ).fetchall()
    assert finding.rows == grouped[0][0] == 60
    assert finding.severity == "ask" and set(range(30)) <= set(finding.row_ids)
    assert f"above {1 - 30 / len(frame):.2%}" in finding.evidence


def test_copies_with_the_same_label_are_no_conflict() -> None:
    frame = measured(0)
    assert look("label_conflicts", made(dict(pd.concat([frame, frame.iloc[:30]])), "label", "binary")) == {}


def test_few_answers_repeat_by_nature() -> None:
    draw = np.random.default_rng(1)
    survey = {name: words(draw.integers(0, 3, N)) for name in "abc"} | {"label": words(draw.integers(0, 2, N))}
    assert look("label_conflicts", made(survey, "label", "binary"))["label",].severity == "note"


def test_amounts_of_the_same_inputs_may_differ_a_little() -> None:
    frame = measured(0).drop(columns=["label"]).assign(price=np.linspace(0, 100, N))
    for gap, found in ((0.1, 0), (50.0, 1)):
        again = frame.iloc[:30].assign(price=frame["price"].iloc[:30] + gap)
        both = pd.concat([frame, again], ignore_index=True)
        assert len(look("label_conflicts", made(dict(both), "price", "regression"))) == found

"""The comparisons by simulation: quiet where nothing changed, loud where something did, whatever the size."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest

from engine.monitoring import compare
from engine.monitoring.check import column_tests
from engine.monitoring.compare import judged
from engine.monitoring.reference import Known, Summary
from engine.monitoring.signals import Kind, Signal, Watched
from engine.stats import drift

ROWS = 2000
SEEDS = 200
KINDS: dict[str, Kind] = {
    "normal": "number",
    "long": "number",
    "whole": "number",
    "gappy": "number",
    "few": "words",
    "many": "words",
    "rare": "words",
    "when": "moment",
}


def rows(draw: np.random.Generator, n: int) -> dict[str, Signal]:
    """Columns of the kinds that occur: tails, ties, gaps, rare words."""
    gappy = draw.normal(size=n)
    gappy[draw.random(n) < 0.1] = np.nan
    tail = draw.zipf(1.6, n)
    return {
        "normal": draw.normal(size=n),
        "long": draw.lognormal(0, 2, n),
        "whole": draw.integers(0, 4, n).astype(float),
        "gappy": gappy,
        "few": [None if value == "c" else str(value) for value in draw.choice(list("aabbbc"), n)],
        "many": [f"w{value}" for value in draw.integers(0, 25, n)],
        "rare": [f"z{value}" for value in tail],
        "when": 1.6e9 + 1e7 * draw.random(n),
    }


def known(columns: dict[str, Signal]) -> Known:
    numbers = {name: values for name, values in columns.items() if not isinstance(values, list)}
    words = {
        name: dict(Counter(word for word in values if word is not None))
        for name, values in columns.items()
        if isinstance(values, list)
    }
    summary = Summary(
        rows=ROWS,
        file="",
        columns=tuple(Watched(name, kind) for name, kind in KINDS.items()),
        names=tuple(KINDS),
        low={name: float(np.nanmin(values)) for name, values in numbers.items()},
        high={name: float(np.nanmax(values)) for name, values in numbers.items()},
        known={name: int(np.isfinite(values).sum()) for name, values in numbers.items()},
        words=words,
    )
    return Known(summary, columns, None, None)


def alarms(reference: Known, now: dict[str, Signal]) -> set[tuple[str, str]]:
    tests = list(column_tests(reference, now))
    return {(test.kind, test.column) for test, alarm in zip(tests, judged(tests)[1], strict=True) if alarm}


@pytest.mark.slow
@pytest.mark.parametrize("n", [100, 5000])
def test_same_distribution_is_quiet(n: int) -> None:
    loud = []
    for seed in range(SEEDS):
        draw = np.random.default_rng(seed)
        found = alarms(known(rows(draw, ROWS)), rows(draw, n))
        loud += [found] if found else []
    assert len(loud) <= 0.05 * SEEDS, loud


def chance(draw: np.random.Generator, now: dict[str, Signal]) -> np.ndarray:
    return draw.random(len(now["normal"]))


SHIFTS: dict[str, tuple[str, str, Callable[[np.random.Generator, dict[str, Signal]], object]]] = {
    "mean": ("drift", "normal", lambda draw, now: now["normal"] + 1.0),  # type: ignore[operator]
    "spread": ("drift", "long", lambda draw, now: now["long"] * 6),  # type: ignore[operator]
    "shares": ("drift", "few", lambda draw, now: ["a" if draw.random() < 0.6 else word for word in now["few"]]),
    "one value": ("drift", "whole", lambda draw, now: np.full_like(now["whole"], 2.0)),
    "gaps": (
        "missing values",
        "normal",
        lambda draw, now: np.where(chance(draw, now) < 0.25, np.nan, now["normal"]),
    ),
    "gaps of words": (
        "missing values",
        "many",
        lambda draw, now: [None if draw.random() < 0.25 else w for w in now["many"]],
    ),
    "new word": (
        "category",
        "many",
        lambda draw, now: ["new" if draw.random() < 0.1 else word for word in now["many"]],
    ),
    "beyond": ("range", "when", lambda draw, now: np.where(chance(draw, now) < 0.2, 1.7e9, now["when"])),
}


@pytest.mark.parametrize("n", [100, 5000])
@pytest.mark.parametrize("name", SHIFTS)
def test_a_shift_raises_its_alarm_and_names_its_column(name: str, n: int) -> None:
    kind, column, shift = SHIFTS[name]
    seen = 0
    for seed in range(10):
        draw = np.random.default_rng(1000 + seed)
        reference, now = known(rows(draw, ROWS)), rows(draw, n)
        now[column] = shift(draw, now)  # type: ignore[assignment]
        found = alarms(reference, now)
        seen += (kind, column) in found
    assert seen >= 9


def test_small_change_of_many_rows_is_no_alarm() -> None:
    draw = np.random.default_rng(5)
    before, after = draw.normal(size=200_000), draw.normal(0.05, 1, 200_000)
    found = compare.shape("drift", "x", before, after)
    assert found is not None
    assert found.p < 1e-6
    assert judged([found])[1] == [False]


def test_range_follows_the_order_of_drawing() -> None:
    draw = np.random.default_rng(6)
    n, size, more = 40, 100, 0
    for _ in range(4000):
        pool = draw.permutation(n + size)
        more += np.sum(pool[:n] > pool[n:].max()) >= 2
    found = compare.outside("x", -1.0, 1.0, size, np.array([2.0, 2.0] + [0.0] * (n - 2)))
    assert found is not None
    assert found.p / 2 == pytest.approx(more / 4000, abs=0.02)


def test_new_words_are_expected_where_every_row_has_its_own() -> None:
    names = {f"n{number}": 1 for number in range(1000)}
    found = compare.unknown("name", names, 1000, [f"m{number}" for number in range(500)])
    assert found is not None
    assert found.p > 0.05
    assert compare.unknown("name", names, 1000, ["n1", None]) is None


def test_a_rare_word_may_be_in_the_new_rows_alone() -> None:
    known = {"a": 600, "b": 400}
    rare = compare.unknown("x", known, 1000, ["c", *["a"] * 999])
    often = compare.unknown("x", known, 1000, [*["c"] * 30, *["a"] * 970])
    assert rare is not None
    assert often is not None
    assert rare.p > 0.5
    assert often.p < 1e-6


def test_effect_of_categories_does_not_shrink_with_few_new_rows() -> None:
    before = np.array([5000.0, 5000.0])
    assert compare.balanced_v(before, np.array([50.0, 0.0])) == pytest.approx(
        compare.balanced_v(before, np.array([5000.0, 0.0]))
    )
    assert compare.balanced_v(before, before) == 0


def test_predictions_are_compared_by_their_mean() -> None:
    draw = np.random.default_rng(7)
    before = draw.normal(10, 2, 3000)
    same, moved = draw.normal(10, 1.2, 500), draw.normal(11, 2, 500)
    quiet, loud = (compare.mean_shift("prediction drift", "y", before, values) for values in (same, moved))
    assert quiet is not None
    assert loud is not None
    assert judged([quiet])[1] == [False]
    assert judged([loud])[1] == [True]


def test_judging_is_over_all_tests() -> None:
    one = compare.Tested("drift", "x", 0.03, 1.0, drift.KS_EFFECT, "")
    other = compare.Tested("drift", "y", 0.9, 1.0, drift.KS_EFFECT, "")
    assert judged([one])[1] == [True]
    assert judged([one, *[other] * 9])[1] == [False] * 10
    assert judged([])[1] == []

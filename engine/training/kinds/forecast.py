"""The value of a series from what was known before: what the worker knows of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from engine.stats import resampling
from engine.stats.intervals import score
from engine.stats.quantiles import ENDS
from engine.training.kind import Asked, Kind
from engine.training.kinds.amounts import by_chance, certain, error, itself
from engine.training.layout import Block, Layout
from engine.training.naive import NaiveInput
from engine.training.references import REFERENCES, Lesson
from engine.training.spec_past import Past
from engine.training.target_cells import Columns
from engine.training.target_code import TargetCode
from engine.training.target_forecast import ForecastTarget
from engine.values import Named, Score

Array = NDArray[Any]

FEWEST = 20
"""Errors of earlier forecasts from which on both ends of a range are told."""


def value_of(asked: Asked, columns: Columns) -> ForecastTarget:
    """A value in its own unit; in what the network counts it, the series itself tells."""
    return ForecastTarget(task=asked.task, columns=asked.columns[:1], scaling="known")


def measured_by(code: ForecastTarget, past: Past, y: Array, frame: Columns) -> ForecastTarget:
    """The same in the unit of the series, with the error of the naive forecast on these rows.

    It is the seasonal naive forecast, or the last known value where no season is (Hyndman and Koehler, 2006).
    """
    naive = np.asarray(frame[past.seasonal if past.seasons else past.last], dtype=np.float64)
    errors = np.abs(y - naive)
    known = errors[~np.isnan(errors)]
    found = float(known.mean()) if len(known) else 0.0
    return structs.replace(code, scales=(past.scale,), naive_error=found)


def persistence(fold: NaiveInput) -> Array | None:
    """The last known value."""
    return _said(fold, " last known")


def seasonal_naive(fold: NaiveInput) -> Array | None:
    """The value one season ago; nothing where no season is."""
    return _said(fold, " a season before")


def drift(fold: NaiveInput) -> Array | None:
    """The last known value, and the mean step so far for each step ahead."""
    return _said(fold, " with drift")


def _said(fold: NaiveInput, ending: str) -> Array | None:
    """A column of what was known before, the mean where nothing was."""
    name = next((name for name in fold.score.columns if str(name).endswith(ending)), None)
    said = fold.previous if name is None else np.asarray(fold.score[name], dtype=np.float64)
    return None if said is None else np.where(np.isnan(said), fold.y.mean(), said)


def learn(lesson: Lesson) -> Array:
    """How many spreads the value lies from the last known one; the first two inputs are these."""
    unit = 1.0 if lesson.categories is not None else lesson.code.unit[0]
    (last, spread), (at, wide) = ((unit * np.nan_to_num(x[:, :2])).T for x in (lesson.x, lesson.wanted))
    spread = np.where(spread > 0, spread, 1.0)
    weights = (spread / spread.mean()) ** 2 * (1.0 if lesson.weights is None else lesson.weights)
    rest = None if lesson.categories is None else lesson.categories[2:]
    model = replace(lesson, categories=rest).ready(REFERENCES[lesson.name].regressor(lesson.seed))
    model.fit(lesson.x[:, 2:], (lesson.y - last) / spread, sample_weight=weights)
    return np.asarray(at + wide * model.predict(lesson.wanted[:, 2:]), dtype=np.float64)


def with_range(code: TargetCode, y: Array, p: Array) -> TargetCode:
    """The same with the ends of the range that held nine of ten of these errors, made on rows not learned from.

    Ends are order statistics with half of what the range leaves out on either side (split conformal prediction: Lei,
    G'Sell, Rinaldo, Tibshirani and Wasserman, 2018); that they hold later is told by the test, not guaranteed.
    """
    errors = np.sort(y - p)
    n = len(errors)
    if n < FEWEST or not isinstance(code, ForecastTarget):
        return code
    low = max(int(np.floor((n + 1) * ENDS[0])), 1)
    return structs.replace(code, below=float(errors[low - 1]), above=float(errors[n - low]))


def told(code: TargetCode, y: Array, p: Array) -> tuple[Named, ...]:
    """MASE, and how many values lie within the range that was told, both over rows in time order."""
    assert isinstance(code, ForecastTarget)
    found: list[Named] = []
    if code.naive_error > 0:
        own, by = score("mae", y, p, how="", time_ordered=True), code.naive_error
        low, high = (None if end is None else end / by for end in (own.low, own.high))
        how = "the mean absolute error in units of the naive forecast's on the development rows; below 1 is better"
        found.append(Named("MASE", Score(metric="mase", value=own.value / by, low=low, high=high, n=len(y), how=how)))
    if code.below != code.above:
        within = ((y >= p + code.below) & (y <= p + code.above)).astype(float)
        ends = _mean_in_blocks(within)
        how = f"should be {ENDS[1] - ENDS[0]:.0%}, bootstrap of moving blocks"
        share = Score(metric="coverage", value=float(within.mean()), low=ends[0], high=ends[1], n=len(y), how=how)
        width = Score(metric="width", value=code.above - code.below, n=len(y), how="in the target's unit")
        found += [Named("inside the range", share), Named("width of the range", width)]
    return tuple(found)


def with_anchors(code: TargetCode) -> Layout:
    """What answers start from, and as many numbers as a past and a calendar make."""
    return Layout((Block("last", "anchor", 0, 1), Block("spread", "anchor", 1, 1), Block("measured", "number", 2, 30)))


def _mean_in_blocks(rows: Array) -> tuple[float | None, float | None]:
    """The interval of a mean over rows that follow each other in time."""
    n = len(rows)
    block = resampling.block_length(n)
    drawn = resampling.draws(n, resampling.replicates_for(n, 1000), np.random.default_rng(1), block=block)
    replicates = np.concatenate([counts @ rows / counts.sum(axis=1) for counts in drawn])
    ends = resampling.interval(float(rows.mean()), replicates, resampling.unit_count(n, None, block))
    return ends or (None, None)


NAIVE = {"persistence": persistence, "seasonal_naive": seasonal_naive, "drift": drift}
KIND = Kind(
    fit=value_of,
    strata=by_chance,
    label=itself,
    certain=certain,
    surprise=error,
    naive=NAIVE,
    learn=learn,
    settled=with_range,
    more=told,
    measured=with_anchors,
)

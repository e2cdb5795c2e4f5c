"""Which predictors to average: greedy selection on out-of-fold predictions, and what it gains beyond its own luck."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import stats

from engine.stats import resampling
from engine.stats.arrays import Array, Floats
from engine.stats.metrics import Metric, named
from engine.stats.power import POWER_FACTOR, Z
from engine.values import Comparison, Score

STEPS = 10
"""Most places in the average; a predictor may hold several."""
REPLICATES = 200
FEWEST = 40
WORK = 100_000_000
"""Rows times predictors times steps times replicates above which fewer replicates are drawn."""


@dataclass(frozen=True, slots=True)
class Gain:
    """The average on rows that did not choose it: its `score`, and the `gain` over the best single predictor there."""

    score: Score
    gain: Comparison


def select(metric_name: str, y: Array, oof: Array, weights: Array | None = None, steps: int = STEPS) -> Floats:
    """Shares (k,) of predictors with predictions `oof` (k, n) or (k, n, classes), summing to 1.

    Greedy forward selection with replacement (Caruana, Niculescu-Mizil, Crew and Ksikes, 2004): the best predictor is
    first, then whichever raises the metric most, until none does. `weights` (n,) of the rows.
    """
    metric = named(metric_name)
    w = np.ones((1, len(y))) if weights is None else np.asarray(weights, dtype=np.float64)[None, :]
    counts = np.zeros(len(oof))
    total, reached = np.zeros(oof.shape[1:]), -np.inf
    for step in range(1, steps + 1):
        scores = [metric.sign * float(metric.weighted(y, (total + each) / step, w)[0]) for each in oof]
        best = int(np.nanargmax(scores)) if np.isfinite(scores).any() else 0
        if not scores[best] > reached:
            break
        counts[best] += 1
        total, reached = total + oof[best], scores[best]
    return np.asarray(counts / max(counts.sum(), 1), dtype=np.float64)


def gain_of(
    metric_name: str,
    y: Array,
    oof: Array,
    *,
    delta: float = 0.0,
    groups: Array | None = None,
    weights: Array | None = None,
    seed: int = 1,
) -> Gain:
    """What choosing an average gains over choosing one predictor, both judged on rows that took no part in the choice.

    As in bootstrap bias-corrected cross-validation (Tsamardinos, Greasidou and Borboudakis, 2018): on every bootstrap
    sample the whole selection and the choice of the best are made anew, and both are scored on the rows left out.
    `oof` as in `select`; whole `groups` (n,) are drawn where given, and rows count by their `weights` (n,); `delta` is
    the gain that matters.
    """
    metric = named(metric_name)
    own = np.ones(len(y)) if weights is None else weights
    wanted = max(FEWEST, min(REPLICATES, WORK // (oof.shape[1] * len(oof) * STEPS)))
    rng = np.random.default_rng(seed)
    averages, singles = [], []
    for drawn in resampling.draws(len(y), wanted, rng, groups=groups):
        for counts in drawn:
            outside = (counts == 0) * own
            if outside.any():
                average, single = _judged(metric, y, oof, counts * own, outside)
                averages.append(average)
                singles.append(single)
    whole = np.isfinite(averages) & np.isfinite(singles)
    ours, alone = np.array(averages)[whole], np.array(singles)[whole]
    low, high = resampling.out_of_bag_interval(ours) or (None, None)
    how = f"average of up to {STEPS}, bootstrap bias-corrected over {len(oof)} trials"
    value = float(ours.mean()) if len(ours) else float("nan")
    score = Score(metric=metric_name, value=value, low=low, high=high, n=len(y), how=how)
    return Gain(score, _compared(metric.sign * (ours - alone), delta, len(y)))


def _judged(metric: Metric, y: Array, oof: Array, inside: Floats, outside: Floats) -> tuple[float, float]:
    shares = select(metric.name, y, oof, inside)
    alone = [metric.sign * float(metric.weighted(y, each, inside[None, :])[0]) for each in oof]
    best = oof[int(np.nanargmax(alone))] if np.isfinite(alone).any() else oof[0]
    average = np.tensordot(shares, oof, axes=1)
    left = outside[None, :]
    return float(metric.weighted(y, average, left)[0]), float(metric.weighted(y, best, left)[0])


def _compared(gains: Floats, delta: float, n: int) -> Comparison:
    """The mean gain with its interval; the p value is that of a normal with the interval's width."""
    mean = float(gains.mean()) if len(gains) else 0.0
    low, high = resampling.out_of_bag_interval(gains) or (mean, mean)
    error = (high - low) / (2 * Z)
    detectable = error * POWER_FACTOR
    return Comparison(
        test="bootstrap of the whole selection, on the rows left out",
        difference=mean,
        low=low,
        high=high,
        p=float(2 * stats.norm.sf(abs(mean) / error)) if error > 0 else 1.0,
        minimal_detectable=detectable,
        rows_needed=int(np.ceil(n * (detectable / delta) ** 2)) if delta > 0 else None,
    )

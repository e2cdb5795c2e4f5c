"""How much too good the best of many trials looks, and its score without that.

What needs only numbers already known (`expected_max`, `optimism_of_best`, `optimism_light`) lies in `power`.
"""

from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.stats import resampling
from engine.stats.arrays import Array, Floats
from engine.stats.metrics import Metric, checked, named
from engine.stats.power import expected_max, optimism_of_best
from engine.values import Score

__all__ = ["Optimism", "corrected_score", "expected_max", "expected_optimism", "optimism_of_rows"]

REPLICATES = 500
CORRELATION_REPLICATES = 100
"""Bootstrap replicates for error and correlation of metrics that are not means of rows."""
WORK = 500_000_000
"""Trials times rows times replicates above which fewer replicates are drawn."""


@dataclass(frozen=True, slots=True)
class Optimism:
    """Expected excess `value` of the best of `trials`, in the metric's unit; `se` of one score, mean `correlation`."""

    value: float
    se: float
    correlation: float
    trials: int


def optimism_of_rows(per_row_scores: Array) -> Optimism:
    """Expected optimism from row scores (trials, n) whose mean is the metric: SE √(1 - correlation) E[max]."""
    rows = np.asarray(per_row_scores, dtype=np.float64)
    return _optimism(rows, np.sqrt(rows.shape[1]))


def expected_optimism(metric_name: str, y: Array, oof: Array, seed: int = 1, weights: Array | None = None) -> Optimism:
    """Expected optimism of the best of trials with out-of-fold predictions `oof` (trials, n) or (trials, n, k).

    With `weights` (n,) of the rows always by the bootstrap. Errors: UserError where no trial has finite predictions for
    all rows.
    """
    metric = named(metric_name)
    y, oof = _usable(metric, y, oof)
    if metric.per_row is not None and weights is None:
        rows = np.stack([metric.per_row(y, p) for p in oof])
        if metric.root:
            rows = rows / np.maximum(2 * np.sqrt(rows.mean(axis=1, keepdims=True)), np.finfo(float).tiny)
        return optimism_of_rows(rows)
    rng = np.random.default_rng(seed)
    wanted = _replicates(len(oof), len(y), CORRELATION_REPLICATES)
    own = 1.0 if weights is None else weights
    drawn = resampling.draws(len(y), wanted, rng, groups=metric.units(y))
    scores = np.concatenate([_scores(metric, y, oof, w * own) for w in drawn], axis=1)
    return _optimism(scores[:, np.isfinite(scores).all(axis=0)], 1.0)


def _optimism(scores: Floats, divisor: float) -> Optimism:
    """From scores (trials, m): their spread over `divisor` is the error of one score."""
    trials = len(scores)
    spread = scores.std(axis=1, ddof=1)
    se = float(np.sqrt((spread**2).mean()) / divisor)
    varying = spread > 0
    k = int(varying.sum())
    if k < 2:
        return Optimism(0.0, se, 1.0, trials)
    centred = scores[varying] - scores[varying].mean(axis=1, keepdims=True)
    total = (centred / spread[varying, None]).sum(axis=0)
    correlation = (float(total @ total) / (scores.shape[1] - 1) - k) / (k * (k - 1))
    return Optimism(optimism_of_best(se, correlation, trials), se, correlation, trials)


def corrected_score(
    metric_name: str,
    y: Array,
    oof: Array,
    B: int = REPLICATES,
    seed: int = 1,
    groups: Array | None = None,
    weights: Array | None = None,
    how: str = "best trial",
) -> Score:
    """The score of the best of all trials without the gain from picking it, with its 95 % interval.

    Bootstrap bias-corrected cross-validation (Tsamardinos, Greasidou and Borboudakis, 2018): the best trial on each
    bootstrap sample is scored on the rows left out. `oof`: out-of-fold predictions (trials, n) or (trials, n, k); a
    trial with a prediction that is not finite is left out; whole `groups` (n,) are drawn where given, and rows count by
    their `weights` (n,). The interval's spread is that of n rows, not of the rows left out. Errors: UserError where
    nothing can be scored.
    """
    metric = named(metric_name)
    y, oof = _usable(metric, y, oof)
    rng = np.random.default_rng(seed)
    found = []
    own = 1.0 if weights is None else weights
    for drawn in resampling.draws(len(y), _replicates(len(oof), len(y), B), rng, groups=groups):
        inside = metric.sign * _scores(metric, y, oof, drawn * own)
        best = inside.argmax(axis=0)
        outside = (drawn == 0) * own
        for trial in np.unique(best):
            chosen = (best == trial) & np.isfinite(inside[trial]) & (outside.sum(axis=1) > 0)
            if chosen.any():
                found.append(metric.weighted(y, oof[trial], outside[chosen]))
    replicates = np.concatenate(found) if found else np.empty(0)
    replicates = replicates[np.isfinite(replicates)]
    if not len(replicates):
        raise UserError(
            f"{metric_name} cannot be told on these {len(y)} rows: score more rows or choose another split."
        )
    low, high = resampling.out_of_bag_interval(replicates) or (None, None)
    name = f"{how}, {'' if weights is None else 'weighted, '}bootstrap bias-corrected over {len(oof)} trials"
    return Score(metric=metric_name, value=float(replicates.mean()), low=low, high=high, n=len(y), how=name)


def _usable(metric: Metric, y: Array, oof: Array) -> tuple[Array, Array]:
    """The trials with finite predictions. Errors: UserError where there are none."""
    oof = np.asarray(oof, dtype=np.float64)
    whole = np.isfinite(oof).reshape(len(oof), -1).all(axis=1)
    if not whole.any():
        raise UserError("No trial predicted every row with a finite number: lower the learning rate and search again.")
    y, _ = checked(metric, y, oof[whole][0])
    return y, oof[whole]


def _scores(metric: Metric, y: Array, oof: Array, weights: Floats) -> Floats:
    """Scores (trials, b) of all trials under b weightings."""
    if metric.per_row is None:
        return np.stack([metric.weighted(y, p, weights) for p in oof])
    rows = np.stack([metric.per_row(y, p) for p in oof])
    means = rows @ weights.T / weights.sum(axis=1)
    return np.asarray(np.sqrt(means) if metric.root else means, dtype=np.float64)


def _replicates(trials: int, rows: int, wanted: int) -> int:
    return min(wanted, max(resampling.FEWEST, WORK // (trials * rows)))

"""Metrics of amounts beyond one mean: counts, several targets (n, k), and quantiles p (n, levels) of one target."""

import numpy as np

from engine.stats.arrays import Array, Floats
from engine.stats.quantiles import ENDS, LEVELS
from engine.stats.weightings import divide

LEAST = 1e-7
"""A count is never foretold to be less than this, for the deviance of an impossible count is infinite."""


def deviance_rows(y: Array, p: Array) -> Floats:
    """Poisson deviance of each row (Nelder and Wedderburn, 1972); a row that is exactly right has 0."""
    rate = np.maximum(p, LEAST)
    ratio = np.where(y > 0, y, 1.0) / rate
    return np.asarray(2 * (np.where(y > 0, y * np.log(ratio), 0.0) - y + rate), dtype=np.float64)


def relative_error_rows(y: Array, p: Array) -> Floats:
    """Mean over the targets of the absolute error in standard deviations of the target on these rows (n,)."""
    return np.asarray((np.abs(p - y) / _spread(y)).mean(axis=1), dtype=np.float64)


def relative_rmse(y: Array, p: Array, weights: Floats) -> Floats:
    """Mean over the targets of the root mean squared error in the target's standard deviations on these rows.

    As in studies of several targets (Spyromitros-Xioufis, Tsoumakas, Groves and Vlahavas, 2016): 1 is the mean itself.
    """
    squared = weights @ (p - y) ** 2 / weights.sum(axis=1, keepdims=True)
    return np.asarray((np.sqrt(squared) / _spread(y)).mean(axis=1), dtype=np.float64)


def mean_r2(y: Array, p: Array, weights: Floats) -> Floats:
    """Mean over the targets of the share of the variance that is explained; nan where one does not vary."""
    total = weights.sum(axis=1, keepdims=True)
    centred = y - y.mean(axis=0)
    spread = weights @ centred**2 - (weights @ centred) ** 2 / total
    left = spread - weights @ (p - y) ** 2
    return np.asarray(divide(left, np.where(spread > 1e-12 * total, spread, 0.0)).mean(axis=1), dtype=np.float64)


def _spread(y: Array) -> Floats:
    found = y.std(axis=0)
    return np.asarray(np.where(found > 0, found, np.nan), dtype=np.float64)


def pinball_rows(y: Array, p: Array) -> Floats:
    """Mean over the levels of the quantile loss of each row (n,), in the target's unit (Koenker and Bassett, 1978)."""
    error, levels = y[:, None] - p, np.array(LEVELS)
    return np.asarray(np.maximum(levels * error, (levels - 1) * error).mean(axis=1), dtype=np.float64)


def interval_rows(y: Array, p: Array) -> Floats:
    """Width of the outer interval and a fine for the truth outside of it (Winkler, 1972), in the target's unit (n,)."""
    low, high = p[:, 0], p[:, -1]
    fine = 2 / (1 - (ENDS[1] - ENDS[0]))
    return np.asarray(high - low + fine * (np.maximum(low - y, 0) + np.maximum(y - high, 0)), dtype=np.float64)


def inside_rows(y: Array, p: Array) -> Floats:
    """1.0 where the truth lies in the outer interval (n,)."""
    return np.asarray((p[:, 0] <= y) & (y <= p[:, -1]), dtype=np.float64)

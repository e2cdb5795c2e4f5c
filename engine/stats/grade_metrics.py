"""Metrics of ordered grades: truth y (n,) of places in their order from 0, probabilities p (n, k) of each grade."""

import numpy as np

from engine.stats.arrays import Array, Floats
from engine.stats.quantiles import middle
from engine.stats.weightings import divide


def error_rows(y: Array, p: Array) -> Floats:
    """By how many grades a row is missed (n,)."""
    return np.asarray(np.abs(middle(p) - y), dtype=np.float64)


def ranked_rows(y: Array, p: Array) -> Floats:
    """Ranked probability score of each row, 0 to 1 (Epstein, 1969): squared errors of the cumulated probabilities."""
    k = p.shape[1]
    reached = y[:, None] <= np.arange(k - 1)
    return np.asarray(((np.cumsum(p, axis=1)[:, :-1] - reached) ** 2).sum(axis=1) / (k - 1), dtype=np.float64)


def quadratic_kappa(y: Array, p: Array, weights: Floats) -> Floats:
    """Agreement beyond chance with squared distances as weights (Cohen, 1968); nan where chance leaves no distance.

    The disagreement expected by chance is the mean squared distance of independent draws of both sides.
    """
    said, total = middle(p).astype(np.float64), weights.sum(axis=1)
    truth = y.astype(np.float64)
    seen = weights @ (truth - said) ** 2 / total
    means = [(weights @ side / total, weights @ side**2 / total) for side in (truth, said)]
    by_chance = means[0][1] - 2 * means[0][0] * means[1][0] + means[1][1]
    return 1 - divide(seen, np.where(by_chance > 1e-12, by_chance, 0.0))

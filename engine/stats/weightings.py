"""Arithmetic that metrics share: a mean under many weightings of the rows, and quotients that may be undefined."""

from collections.abc import Callable

import numpy as np

from engine.stats.arrays import Array, Floats

Weighted = Callable[[Array, Array, Floats], Floats]
PerRow = Callable[[Array, Array], Floats]


def mean_of(per_row: PerRow) -> Weighted:
    """The mean of the rows as a metric of weightings (b, n)."""

    def weighted(y: Array, p: Array, weights: Floats) -> Floats:
        return np.asarray(weights @ per_row(y, p) / weights.sum(axis=1), dtype=np.float64)

    return weighted


def divide(above: Floats, below: Floats) -> Floats:
    """Quotient, nan where the divisor is 0."""
    out = np.full(np.broadcast_shapes(above.shape, below.shape), np.nan)
    return np.asarray(np.divide(above, below, out=out, where=below > 0), dtype=np.float64)

"""Cut the plane into tiles of about as many rows each, so that rows near each other stay together."""

from __future__ import annotations

import numpy as np

BANDS = 6
"""Bands of latitude, each cut into so many tiles: enough for ten folds, few enough to be wide."""


def tiles(latitude: np.ndarray, longitude: np.ndarray, bands: int = BANDS) -> np.ndarray:
    """The tile of each row (n,): bands of equal counts by latitude, cut by longitude; rows without a place share one.

    Blocks of neighbouring rows keep spatial autocorrelation out of validation (Roberts et al., 2017).
    """
    found = np.zeros(len(latitude), dtype=int)
    known = np.flatnonzero(np.isfinite(latitude) & np.isfinite(longitude))
    band = _parts(latitude[known], bands)
    for number in range(bands):
        inside = known[band == number]
        found[inside] = 1 + number * bands + _parts(longitude[inside], bands)
    return found


def _parts(values: np.ndarray, count: int) -> np.ndarray:
    """Which of `count` parts of about as many rows each value is in; equal values stay together."""
    if not len(values):
        return np.zeros(0, dtype=int)
    cuts = np.quantile(values, np.linspace(0, 1, count + 1)[1:-1])
    return np.searchsorted(cuts, values, side="right")

"""Learning curves: error against rows as a + b·n^(−c), fitted with weights, and its band by resampling."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Array = NDArray[np.float64]

DRAWS = 200
LEVEL = 0.95
FARTHEST = 4.0
"""Times the most rows seen beyond which nothing is said: curves bend (Viering and Loog, 2021)."""
STARTS = (0.2, 0.5, 1.0)
STEEPEST = 3.0


@dataclass(frozen=True)
class PowerLaw:
    """error(n) = a + b·n^(−c), a ≥ 0, b ≥ 0, 0 < c ≤ 3."""

    a: float
    b: float
    c: float

    def at(self, n: float) -> float:
        return float(self.a + self.b * n**-self.c)


def fit(sizes: Array, errors: Array, starts: tuple[float, ...] = STARTS) -> PowerLaw:
    """Least squares weighted by the number of rows (Figueroa et al., 2012): sizes and errors (m,), m ≥ 4.

    `starts`: the c from which the search begins; the best end is taken.
    """
    unit = float(sizes.max())
    scaled, weights = sizes / unit, np.sqrt(sizes / unit)
    # Rows are counted in the largest size, so that a, b and c have one order of magnitude.
    best = min(
        (
            least_squares(
                lambda p: weights * (p[0] + p[1] * scaled ** -p[2] - errors),
                x0=(max(errors.min() / 2, 1e-9), max(np.ptp(errors), 1e-9), c),
                bounds=((0, 0, 1e-3), (np.inf, np.inf, STEEPEST)),
            )
            for c in starts
        ),
        key=lambda found: float(found.cost),
    )
    a, b, c = (float(value) for value in best.x)
    return PowerLaw(a, b * unit**c, c)


def replicates(sizes: Array, runs: Array, at: Array, seed: int) -> Array:
    """Refits of the curve at `at` (k,), (DRAWS, k): to the runs' spread and the fit's own misfit.

    `runs` (s, m): error of each of s ≥ 3 independent draws of rows at each size. A replicate draws runs with
    replacement, and adds to each size the misfit of the fit there with a random sign (wild bootstrap; Wu, 1986).
    """
    draw = np.random.default_rng(seed)
    means = runs.mean(axis=0)
    curve = fit(sizes, means)
    expected = np.array([curve.at(n) for n in sizes])
    # Three runs drawn from three spread less than three new ones would, by a factor of sqrt(2/3).
    small = np.sqrt(len(runs) / (len(runs) - 1))
    found = np.empty((DRAWS, len(at)))
    for number in range(DRAWS):
        again = runs[draw.integers(0, len(runs), len(runs))].mean(axis=0)
        moved = expected + small * (again - means) + draw.choice((-1.0, 1.0), len(sizes)) * (means - expected)
        one = fit(sizes, np.maximum(moved, 0.0), (curve.c,))
        found[number] = [one.at(n) for n in at]
    return found


def band(found: Array) -> tuple[Array, Array]:
    """95 % ends (k,), (k,) of replicates (DRAWS, k)."""
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2], axis=0)
    return np.asarray(low), np.asarray(high)

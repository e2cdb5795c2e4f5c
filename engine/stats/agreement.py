"""How far several annotators agree beyond chance: Cohen's and Fleiss' kappa, Krippendorff's alpha, with intervals.

Ratings are codes (items, raters), float, NaN where a rater did not see an item.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Scale = Literal["nominal", "ordinal", "interval"]
Statistic = Callable[[Array], float]

DRAWS = 2000
LEVEL = 0.95
FEWEST = 5
"""Items below which an interval by resampling items says nothing."""


def cohen_kappa(a: Array, b: Array) -> float:
    """Agreement of two raters beyond chance (Cohen, 1960), over the items that both rated; NaN where chance is all."""
    both = ~np.isnan(a) & ~np.isnan(b)
    a, b = a[both], b[both]
    if len(a) == 0:
        return float("nan")
    values = np.unique(np.concatenate([a, b]))
    shares = [np.array([np.mean(side == value) for value in values]) for side in (a, b)]
    return _beyond_chance(float(np.mean(a == b)), float(shares[0] @ shares[1]))


def fleiss_kappa(ratings: Array) -> float:
    """Agreement of a fixed number of raters per item (Fleiss, 1971); NaN where the numbers differ, or chance is all."""
    counts = _counts(ratings)
    seen = counts.sum(axis=1)
    if len(counts) == 0 or seen.min() != seen.max() or seen[0] < 2:
        return float("nan")
    n = seen[0]
    per_item = (counts * (counts - 1)).sum(axis=1) / (n * (n - 1))
    shares = counts.sum(axis=0) / counts.sum()
    return _beyond_chance(float(per_item.mean()), float(shares @ shares))


def krippendorff_alpha(ratings: Array, scale: Scale = "nominal") -> float:
    """1 − observed over expected disagreement (Krippendorff, 2011), for any number of raters and with gaps.

    Ordinal: distances by ranks within all values; interval: squared differences. NaN where nothing varies.
    """
    values = np.unique(ratings[~np.isnan(ratings)])
    counts = _counts(ratings, values)
    counts = counts[counts.sum(axis=1) >= 2]
    if len(counts) == 0:
        return float("nan")
    seen = counts.sum(axis=1, keepdims=True)
    # Pairs within an item, each item's weighing 1 / (raters - 1), so that an item counts as often as it was rated.
    together = (counts / (seen - 1)).T @ counts - np.diag((counts / (seen - 1)).sum(axis=0))
    each = together.sum(axis=0)
    distance = _distances(values, each, scale)
    expected = float(each @ distance @ each) / (each.sum() - 1)
    return float("nan") if expected == 0 else 1 - float((together * distance).sum()) / expected


def agreement_share(ratings: Array) -> float:
    """Chance that two raters of the same item say the same, over all pairs of ratings within items."""
    counts = _counts(ratings)
    pairs = counts.sum(axis=1) * (counts.sum(axis=1) - 1)
    return float((counts * (counts - 1)).sum() / pairs.sum()) if pairs.sum() else float("nan")


def interval(ratings: Array, statistic: Statistic, seed: int) -> tuple[float, float] | None:
    """95 % percentile interval of a statistic under resampling of items; None with too few items or no spread."""
    if len(ratings) < FEWEST:
        return None
    draw = np.random.default_rng(seed)
    found = np.array([statistic(ratings[draw.integers(0, len(ratings), len(ratings))]) for _ in range(DRAWS)])
    found = found[np.isfinite(found)]
    if len(found) < DRAWS / 2:
        return None
    low, high = np.quantile(found, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return float(low), float(high)


def pairwise_kappa(ratings: Array) -> float:
    """Mean of Cohen's kappa over the pairs of raters that share items (Light, 1971); with two raters Cohen's kappa."""
    found = [cohen_kappa(ratings[:, i], ratings[:, j]) for i, j in combinations(range(ratings.shape[1]), 2)]
    known = [value for value in found if np.isfinite(value)]
    return float(np.mean(known)) if known else float("nan")


def confused(ratings: Array, names: Sequence[str]) -> tuple[tuple[str, str, int], ...]:
    """Pairs of different labels given to the same item, and by how many pairs of raters; the most frequent first."""
    counts = _counts(ratings, np.arange(len(names), dtype=float))
    both = counts.T @ counts
    pairs = [(names[i], names[j], int(both[i, j])) for i, j in combinations(range(len(names)), 2) if both[i, j]]
    return tuple(sorted(pairs, key=lambda pair: (-pair[2], pair[:2])))


def rater_error(agreement: float, classes: int) -> float | None:
    """Error ε of one rater where two agree on a share: (1−ε)² + ε²/(k−1), solved for ε.

    Errors are taken to be independent and to fall on all other classes alike. None where the share is below what
    raters reach who guess among k classes.
    """
    k = classes
    inside = 1 - k / (k - 1) * (1 - agreement)
    if inside < 0:
        return None
    return float((k - 1) / k * (1 - np.sqrt(inside)))


def _counts(ratings: Array, values: Array | None = None) -> Array:
    """How many raters gave each value to each item, (items, values); items that nobody rated are left out."""
    known = np.unique(ratings[~np.isnan(ratings)]) if values is None else values
    counts = np.stack([(ratings == value).sum(axis=1) for value in known], axis=1) if len(known) else np.zeros((0, 0))
    return np.asarray(counts[counts.sum(axis=1) > 0], dtype=float)


def _distances(values: Array, each: Array, scale: Scale) -> Array:
    if scale == "nominal":
        return 1.0 - np.eye(len(values))
    if scale == "interval":
        return np.asarray((values[:, None] - values[None, :]) ** 2)
    ranks = np.cumsum(each) - each / 2
    return np.asarray((ranks[:, None] - ranks[None, :]) ** 2)


def _beyond_chance(observed: float, expected: float) -> float:
    return float("nan") if expected == 1 else (observed - expected) / (1 - expected)

"""Metrics of masks: a class for every point of a picture; truth y (n, h, w), shares p (n, h, w, k) of the classes.

Points whose truth is VOID count for nothing. Counts are taken picture by picture, so that pictures can be weighted.
"""

from __future__ import annotations

import numpy as np
from scipy.ndimage import binary_dilation, binary_erosion

from engine.stats.arrays import Array, Floats, Ints
from engine.stats.void import VOID
from engine.stats.weightings import divide

TOLERANCE = 0.0075
"""Share of a picture's diagonal that a boundary may be off by (Csurka et al., 2013)."""


def confusions(y: Array, p: Array) -> Floats:
    """Known points of each picture by truth and answer (n, k, k)."""
    classes = p.shape[-1]
    found = np.zeros((len(y), classes, classes))
    for number, (truth, shares) in enumerate(zip(y, p, strict=True)):
        known = truth != VOID
        pairs = truth[known].astype(np.int64) * classes + shares[known].argmax(axis=-1)
        found[number] = np.bincount(pairs, minlength=classes**2).reshape(classes, classes)
    return found


def _areas(y: Array, p: Array, weights: Floats) -> tuple[Floats, Floats, Floats]:
    """Weighted points (b, k) of each class: true, predicted, and both."""
    counts = confusions(y, p)
    return weights @ counts.sum(axis=2), weights @ counts.sum(axis=1), weights @ np.einsum("nkk->nk", counts)


def mean_iou(y: Array, p: Array, weights: Floats) -> Floats:
    """Intersection over union, mean over the classes there in truth or answer (Everingham et al., 2010)."""
    return _mean_of_classes(iou_of_classes(y, p, weights))


def iou_of_classes(y: Array, p: Array, weights: Floats) -> Floats:
    """Intersection over union of each class (b, k), nan for one that is neither in truth nor answer."""
    truth, told, both = _areas(y, p, weights)
    return divide(both, truth + told - both)


def mean_dice(y: Array, p: Array, weights: Floats) -> Floats:
    """Twice the intersection over the sum of both areas, the mean over the classes that are there (Dice, 1945)."""
    truth, told, both = _areas(y, p, weights)
    return _mean_of_classes(divide(2 * both, truth + told))


def pixel_accuracy(y: Array, p: Array, weights: Floats) -> Floats:
    """Share of the known points that are right."""
    truth, _, both = _areas(y, p, weights)
    return divide(both.sum(axis=1), truth.sum(axis=1))


def boundary_rows(y: Array, p: Array) -> Floats:
    """F1 of the boundaries of each picture's classes (n,), the mean over its classes (Csurka et al., 2013).

    A point of a boundary is right where the other mask has one of its class at most TOLERANCE of the diagonal away,
    or one point where that is less. A picture without any boundary of a known class counts 1.
    """
    return np.array([_boundary_f1(truth, shares.argmax(axis=-1)) for truth, shares in zip(y, p, strict=True)])


def _boundary_f1(truth: Array, told: Ints) -> float:
    known = truth != VOID
    reach = max(1, round(TOLERANCE * float(np.hypot(*truth.shape))))
    found = []
    for code in np.union1d(truth[known], told[known]):
        own, other = _boundary(truth == code, known), _boundary((told == code) & known, known)
        if not own.any() and not other.any():
            continue
        if not own.any() or not other.any():
            found.append(0.0)
            continue
        disc = _disc(reach)
        precision = float(binary_dilation(own, disc)[other].mean())
        recall = float(binary_dilation(other, disc)[own].mean())
        found.append(2 * precision * recall / (precision + recall) if precision + recall else 0.0)
    return float(np.mean(found)) if found else 1.0


def _boundary(own: Array, known: Array) -> Array:
    """The points of an area that touch a known point outside it, by a side."""
    outside = known & ~own
    return np.asarray(own & ~binary_erosion(~outside, border_value=1))


def _disc(reach: int) -> Array:
    across = np.arange(-reach, reach + 1)
    return np.asarray(across[:, None] ** 2 + across**2 <= reach**2)


def _mean_of_classes(each: Floats) -> Floats:
    return np.asarray(np.nanmean(each, axis=1), dtype=np.float64)

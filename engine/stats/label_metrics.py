"""Metrics of several labels for each row: truth y (n, k) of 0 and 1, probabilities p (n, k)."""

import numpy as np

from engine.stats.arrays import Array, Floats
from engine.stats.weightings import divide

CUT = 0.5
"""Probability from which a label is given."""


def given(p: Array) -> Floats:
    """1.0 for each label that is given (n, k)."""
    return np.asarray(p >= CUT, dtype=np.float64)


def hamming_rows(y: Array, p: Array) -> Floats:
    """Share of a row's labels that are wrong (n,)."""
    return np.asarray((given(p) != y).mean(axis=1), dtype=np.float64)


def subset_rows(y: Array, p: Array) -> Floats:
    """1.0 where all labels of a row are right (n,)."""
    return np.asarray((given(p) == y).all(axis=1), dtype=np.float64)


def _counts(y: Array, p: Array, weights: Floats) -> tuple[Floats, Floats]:
    """Weights (b, k) of what is given and right, and of what is true plus what is given."""
    told, truth = given(p), y.astype(np.float64)
    return weights @ (told * truth), weights @ told + weights @ truth


def micro_f1(y: Array, p: Array, weights: Floats) -> Floats:
    """F1 over all pairs of row and label together; 0 where nothing is true and nothing given."""
    both, either = _counts(y, p, weights)
    return np.nan_to_num(divide(2 * both.sum(axis=1), either.sum(axis=1)))


def label_f1(y: Array, p: Array, weights: Floats) -> Floats:
    """Mean of the labels' F1; 0 for a label that is never true and never given."""
    both, either = _counts(y, p, weights)
    return np.asarray(np.nan_to_num(divide(2 * both, either)).mean(axis=1), dtype=np.float64)

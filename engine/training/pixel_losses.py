"""Losses of masks: y (n, height, width) of classes, VOID where nothing is known; scores (n, height·width·k)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.stats.void import VOID

PIXELS = ("pixel_crossentropy", "pixel_dice")
"""Losses of every point of a picture."""


def pixel_crossentropy(y: Any, scores: Any) -> Any:
    """Mean cross-entropy of the known points of each picture (n,)."""
    return _entropy(*_parts(y, scores))


def pixel_dice(y: Any, scores: Any) -> Any:
    """The same, and 1 less the mean overlap of the picture's classes (Milletari, Navab and Ahmadi, 2016) (n,)."""
    from keras import ops

    truth, known, logits = _parts(y, scores)
    shares = ops.softmax(logits, axis=-1) * known
    both, areas = ops.sum(shares * truth, axis=1), ops.sum(shares + truth, axis=1)
    there = ops.cast(ops.sum(truth, axis=1) > 0, scores.dtype)
    overlaps = ops.sum(there * (2 * both + 1) / (areas + 1), axis=-1)
    return _entropy(truth, known, logits) + 1 - overlaps / ops.maximum(ops.sum(there, axis=-1), 1.0)


def mean_scores(y: NDArray[Any], outputs: int) -> list[float]:
    """Logarithms (outputs,) of the shares of the classes at each place of masks y (n, height, width).

    The shares over all places are added as if one more picture had them everywhere.
    """
    places = y[0].size
    counts = np.stack([(y == code).sum(axis=0).ravel() for code in range(outputs // places)], axis=-1)
    overall = (counts.sum(axis=0) + 0.5) / (counts + 0.5 / places).sum()
    shares = (counts + overall) / (counts + overall).sum(axis=-1, keepdims=True)
    return [float(value) for value in np.log(shares).ravel()]


def _entropy(truth: Any, known: Any, logits: Any) -> Any:
    from keras import ops

    each = -ops.sum(truth * ops.log_softmax(logits, axis=-1), axis=(1, 2))
    return each / ops.maximum(ops.sum(known, axis=(1, 2)), 1.0)


def _parts(y: Any, scores: Any) -> tuple[Any, Any, Any]:
    """One-hot truth (n, m, k) of m points, whether each is known (n, m, 1), and its scores (n, m, k)."""
    from keras import ops

    points = y.shape[1] * y.shape[2]
    classes = scores.shape[-1] // points
    flat = ops.reshape(y, (-1, points))
    known = ops.cast(ops.not_equal(flat, VOID), scores.dtype)[..., None]
    codes = ops.cast(ops.where(ops.equal(flat, VOID), ops.zeros_like(flat), flat), "int32")
    truth = ops.one_hot(codes, classes, dtype=scores.dtype) * known
    return truth, known, ops.reshape(scores, (-1, points, classes))

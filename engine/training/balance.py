"""Rare classes weigh as much as common ones while a network learns, and what it answers is put right afterwards."""

from __future__ import annotations

from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.training.history import Array, Score
from engine.training.target_code import TargetCode

Balance: TypeAlias = Literal["none", "prior"]
Floats: TypeAlias = NDArray[np.float64]


def class_weights(y: Array, classes: int) -> Floats:
    """Weights (classes,) inverse to the share of each class in y (n,), mean over the rows 1; 1 for an absent class.

    So every class that is there weighs the same in the loss (King and Zeng, 2001).
    """
    counts = np.bincount(y.astype(np.int64), minlength=classes)
    there = counts > 0
    found = np.ones(classes)
    found[there] = len(y) / (there.sum() * counts[there])
    return found


def corrected_bias(bias: Array, weights: Floats) -> Array:
    """The last layer's bias of a network that learned under these weights, such that it answers with the true shares.

    Weights multiply the odds of the classes, so their logarithms are taken from the scores (Saerens, Latinne and
    Decaestecker, 2002). (1,) with two classes, else (classes,).
    """
    shift = np.log(weights)
    found: NDArray[Any] = bias - (shift[1:] - shift[:1] if len(bias) == 1 else shift).astype(bias.dtype)
    return found


def corrected(predictions: Array, weights: Floats) -> Array:
    """Probabilities (n,) of the second class or (n, classes), learned under these weights, with the true shares."""
    if predictions.ndim == 1:
        second, first = predictions / weights[1], (1 - predictions) / weights[0]
        return np.asarray(second / (first + second))
    divided = predictions / weights
    return np.asarray(divided / divided.sum(axis=1, keepdims=True))


class Weighing:
    """How the classes of one set of training rows weigh, from the rows' weights to the corrected answers.

    Without `balance`, and for amounts, everything stays as it is.
    """

    def __init__(self, balance: Balance, code: TargetCode, y: Array) -> None:
        weighed = balance == "prior" and code.classes and y.ndim == 1
        self._classes: Floats | None = class_weights(y, len(code.classes)) if weighed else None

    def of_rows(self, y: Array, weights: Array | None) -> Array | None:
        """Weights (n,) of the loss of all rows, together with those that they have already."""
        if self._classes is None:
            return weights
        return self._classes[y.astype(np.int64)] * (1.0 if weights is None else weights)

    def first_bias(self, bias: list[float]) -> list[float]:
        """The prior as it looks under these weights."""
        if self._classes is None:
            return bias
        return [float(value) for value in corrected_bias(np.array(bias), 1 / self._classes)]

    def score(self, compute: Score) -> Score:
        """The metric of corrected answers."""
        known = self._classes
        return compute if known is None else lambda y, predictions: compute(y, corrected(predictions, known))

    def put_right(self, weights: list[Array]) -> list[Array]:
        """The weights of the trained network with its last bias corrected."""
        return weights if self._classes is None else [*weights[:-1], corrected_bias(weights[-1], self._classes)]

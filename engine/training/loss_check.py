"""Whether a loss can be trained on, found by trying it on a mini-batch before any training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.errors import UserError
from engine.training.compiled import column, loss_of_scores
from engine.training.history import Array
from engine.training.lists import lists_in
from engine.training.losses import LOSSES

ROWS = 32


def check_loss(name: str, y: Array, outputs: int) -> None:
    """Try a loss on rows of y (n,) or (n, outputs) as the network learns them. Errors: UserError with what is wrong."""
    if name not in LOSSES:
        raise UserError(f"baseline.loss: {name!r} is not a loss that is known: choose one of those offered")
    wrong = faults(loss_of_scores(name), y, outputs, lists_in(name, y))
    if wrong:
        raise UserError(f"baseline.loss: {name} cannot be trained on: {wrong}; choose another loss")


def faults(loss: Callable[[Any, Any], Any], y: Array, outputs: int, lists: Array | None = None) -> str:
    """What keeps a loss of targets and scores (n, outputs) from being trained on; empty when nothing does.

    On a mini-batch it has to be finite, with a finite gradient that is not 0 everywhere, and it has to be defined on a
    mini-batch where all targets are equal. Of rows in `lists` (n,) those of a few lists are taken, in which not all
    targets are equal, and equal ones say nothing.
    """
    import tensorflow as tf

    rng = np.random.default_rng(1)
    chosen = rng.integers(0, len(y), ROWS) if lists is None else _of_lists(y, lists)
    some = y[chosen].astype(np.float32)
    scores = rng.normal(size=(ROWS, outputs)).astype(np.float32)
    batches = {"a mini-batch": some}
    if lists is None:
        batches["a mini-batch of one class or value"] = np.repeat(some[:1], ROWS, axis=0)
    for words, targets in batches.items():
        given = tf.constant(scores)
        with tf.GradientTape() as tape:
            tape.watch(given)
            value = loss(tf.constant(column(targets)), given)
        slope = tape.gradient(value, given)
        if value.shape != (ROWS,) or not np.isfinite(value.numpy()).all():
            return f"it is not defined for every row of {words}"
        if slope is None or not np.any(slope.numpy()):
            return f"its gradient is 0 on {words}: a small step of the weights changes nothing"
        if not np.isfinite(slope.numpy()).all():
            return f"its gradient is not a number on {words}"
    return ""


def _of_lists(y: Array, lists: Array) -> Array:
    """Places (ROWS,) of neighbouring rows of lists, those with several targets first."""
    names, own = np.unique(lists, return_inverse=True)
    most, least = np.full(len(names), -np.inf), np.full(len(names), np.inf)
    np.maximum.at(most, own, y[:, 0])
    np.minimum.at(least, own, y[:, 0])
    return np.resize(np.lexsort((own, most[own] == least[own])), ROWS)

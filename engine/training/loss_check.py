"""Whether a loss can be trained on, found by trying it on a mini-batch before any training."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.errors import UserError
from engine.training.compiled import loss_of_scores
from engine.training.history import Array

ROWS = 32


def check_loss(name: str, y: Array, outputs: int, classes: bool) -> None:
    """Try a Keras loss on rows of y (n,): class codes or amounts. Errors: UserError with what is wrong."""
    import keras

    if not hasattr(keras.losses, name):
        raise UserError(f"baseline.loss: {name!r} is not a loss that Keras has: choose one of those offered")
    wrong = faults(loss_of_scores(name), y, outputs, classes)
    if wrong:
        raise UserError(f"baseline.loss: {name} cannot be trained on: {wrong}; choose another loss")


def faults(loss: Callable[[Any, Any], Any], y: Array, outputs: int, classes: bool) -> str:
    """What keeps a loss of targets (n, 1) and scores (n, outputs) from being trained on; empty when nothing does.

    On a mini-batch it has to be finite, with a finite gradient that is not 0 everywhere, and it has to be defined on a
    mini-batch where all targets are equal.
    """
    import tensorflow as tf

    rng = np.random.default_rng(1)
    some = rng.choice(y, size=ROWS).astype(np.float32)
    scores = rng.normal(size=(ROWS, outputs)).astype(np.float32)
    center, scale = float(np.mean(y)), float(np.std(y)) or 1.0
    batches = {"a mini-batch": some, "a mini-batch of one class or value": np.full_like(some, some[0])}
    for words, targets in batches.items():
        wanted = targets if classes else (targets - center) / scale
        given = tf.constant(scores)
        with tf.GradientTape() as tape:
            tape.watch(given)
            value = loss(tf.constant(wanted[:, None]), given)
        slope = tape.gradient(value, given)
        if value.shape != (ROWS,) or not np.isfinite(value.numpy()).all():
            return f"it is not defined for every row of {words}"
        if slope is None or not np.any(slope.numpy()):
            return f"its gradient is 0 on {words}: a small step of the weights changes nothing"
        if not np.isfinite(slope.numpy()).all():
            return f"its gradient is not a number on {words}"
    return ""

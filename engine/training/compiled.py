"""The compiled parts of the fit loop: many optimiser steps in one call, a look at many rows, the order of rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.training.network import Model

Rows: TypeAlias = NDArray[np.integer[Any]]


def epoch_order(rows: Rows, seed: int, epoch: int) -> Rows:
    """The order in which an epoch (from 1) visits its rows; from seed and epoch only, so that a resume repeats it."""
    return np.random.default_rng((seed, epoch)).permutation(rows)


def batches(order: Rows, batch: int) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
    """Row numbers and masks, both (steps, batch).

    The last step is filled up with rows from the front (repeated as often as needed), masked out of the loss.
    """
    steps = -(-len(order) // batch)
    filled = np.resize(order, steps * batch).astype(np.int32)
    mask = (np.arange(steps * batch) < len(order)).astype(np.float32)
    return filled.reshape(steps, batch), mask.reshape(steps, batch)


def compiled(model: Model, fused: bool) -> tuple[Any, Any]:
    """Two functions of tensors: `run` takes optimiser steps and gives their summed loss, `look` gives predictions.

    `run(x, y, w, rows, mask, start, stop)` takes the steps start..stop-1 of rows and mask (steps, batch), on weighted
    rows of x (n, width), y (n,), w (n,). `look(x, y)` gives predictions (m, outputs) and losses (m,). `fused` compiles
    both with XLA. The number of steps is a value and not a shape: any part of an epoch runs without compiling anew.
    """
    import keras
    import tensorflow as tf

    scores = keras.Model(model.inputs, model.layers[-1].input)
    optimizer, trained, loss_of = model.optimizer, model.trainable_variables, loss_of_scores(model.loss)

    def run(x: Any, y: Any, w: Any, rows: Any, mask: Any, start: Any, stop: Any) -> Any:
        def step(index: Any, total: Any) -> tuple[Any, Any]:
            chosen, kept = rows[index], mask[index]
            with tf.GradientTape() as tape:
                given = scores(tf.gather(x, chosen), training=True)
                per_row = loss_of(tf.gather(y, chosen)[:, None], given) * tf.gather(w, chosen) * kept
                loss = tf.reduce_sum(per_row) / tf.reduce_sum(kept)
                penalised = loss + tf.add_n(scores.losses) if scores.losses else loss
            optimizer.apply(tape.gradient(penalised, trained), trained)
            return index + 1, total + tf.reduce_sum(per_row)

        return tf.while_loop(lambda index, _: index < stop, step, (start, tf.zeros((), tf.float32)))[1]

    def look(x: Any, y: Any) -> tuple[Any, Any]:
        return model(x, training=False), loss_of(y[:, None], scores(x, training=False))

    options = {"jit_compile": fused, "autograph": False, "reduce_retracing": False}
    return tf.function(run, **options), tf.function(look, **options)


def loss_of_scores(name: str) -> Callable[[Any, Any], Any]:
    """The loss (n,) of targets (n, 1) and scores before the head: classes from logits, which cannot saturate."""
    import keras

    function = getattr(keras.losses, name)
    if name == "binary_crossentropy":
        return lambda y, scores: function(y, scores, from_logits=True)
    if name == "sparse_categorical_crossentropy":
        return lambda y, scores: function(y[:, 0], scores, from_logits=True)
    return lambda y, scores: function(y, scores)

"""Small weights become zero, more and more of them, while a trained network goes on learning around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from engine.training.compiled import batches, compiled, epoch_order, seeded
from engine.training.history import Array
from engine.training.network import DECAYING, Model

LEARNING_RATE = 1e-3
BATCH = 256
LEAST_STEPS, MOST_STEPS = 300, 1500
PASSES = 10
"""Times that every row is seen, where the bounds on steps allow."""
EVERY = 20
"""Steps between two choices of the weights that are zero."""
RAMP = 0.75
"""Share of the steps after which no more weights become zero: the rest is for the others to make up for them."""
SMALL = 64
"""Kernels of fewer numbers are left alone."""
LAST = "scores/"


def share_at(step: int, steps: int, share: float) -> float:
    """The share of zeros at a step: share·(1 - (1 - t)³), t from 0 to 1 over the ramp (Zhu and Gupta, 2017)."""
    return share * (1 - (1 - min(1.0, step / (RAMP * steps))) ** 3)


def steps_for(rows: int) -> int:
    """How many optimiser steps a network goes on for."""
    return int(np.clip(PASSES * rows / BATCH, LEAST_STEPS, MOST_STEPS))


def kernels(model: Model) -> list[Any]:
    """The variables that may get zeros: kernels that decay may make smaller, but for the last layer and small ones."""
    found = [each for each in model.trainable_variables if each.path.startswith(DECAYING) and len(each.shape) > 1]
    return [
        each
        for each in found
        if each.path.endswith("kernel") and not each.path.startswith(LAST) and np.prod(each.shape) >= SMALL
    ]


def sparsity(model: Model) -> float:
    """The share of zeros in those kernels."""
    values = [np.asarray(each.value) for each in kernels(model)]
    return float(sum((value == 0).sum() for value in values) / sum(value.size for value in values))


def go_on(
    model: Model,
    loss: str,
    x: Array,
    y: Array,
    *,
    share: float,
    seed: int,
    weights: Array | None = None,
    between: Callable[[], object] = lambda: None,
) -> int:
    """Train a trained model on for `steps_for` steps, until `share` of each kernel is zero; 0 is the control.

    x (n, width), y as the loss takes it, weights (n,). A zero stays one: it is put back after every step, inside the
    compiled call. Both kinds of run do the same arithmetic on the same rows. Returns the number of steps.
    """
    import keras
    import tensorflow as tf

    model.compile(optimizer=keras.optimizers.Adam(LEARNING_RATE), loss=loss)
    model.optimizer.build(model.trainable_variables)
    seeded(model, seed)
    chosen = kernels(model)
    masks = [tf.Variable(tf.ones(each.shape)) for each in chosen]
    for kernel, mask in zip(chosen, masks, strict=True):
        kernel.constraint = lambda value, mask=mask: value * mask
    run, _ = compiled(model, False)
    steps, at = steps_for(len(y)), 0
    integers = loss == "sparse_categorical_crossentropy"
    data = (
        tf.constant(x, dtype=tf.float32),
        tf.constant(y, dtype=tf.int32 if integers else tf.float32),
        tf.constant(np.ones(len(y)) if weights is None else weights, dtype=tf.float32),
    )
    passed = 0
    while at < steps:
        passed += 1
        rows, kept = map(tf.constant, batches(epoch_order(np.arange(len(y)), seed, passed), min(BATCH, len(y))))
        start, stop = 0, int(rows.shape[0])
        while start < stop and at < steps:
            end = min(start + EVERY - at % EVERY, stop, start + steps - at)
            run(*data, rows, kept, tf.constant(start), tf.constant(end))
            at, start = at + end - start, end
            if share and at % EVERY == 0:
                _empty(chosen, masks, share_at(at, steps, share))
            between()
    if share:
        _empty(chosen, masks, share)
    for kernel in chosen:
        kernel.constraint = None
    return steps


def _empty(chosen: list[Any], masks: list[Any], share: float) -> None:
    """Make the smallest weights of each kernel zero, and keep them so."""
    for kernel, mask in zip(chosen, masks, strict=True):
        value = np.array(kernel.value)
        smallest = np.argsort(np.abs(value), axis=None, kind="stable")[: round(share * value.size)]
        value.flat[smallest] = 0
        mask.assign((value != 0).astype(np.float32))
        kernel.assign(value)

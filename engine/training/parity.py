"""The guard of the fused step: one batch by the compiled step and by the plain one, from equal weights, compared."""

from __future__ import annotations

from typing import Any

import numpy as np

from engine.training.history import Array
from engine.training.network import Model

TOLERANCE = 1e-3
"""Relative difference of loss, gradients' moments and moving averages; rounding alone is about 1e-7."""
HALF_TOLERANCE = 5e-2
"""The same where hidden layers have half the digits: rounding alone is about 1e-2."""


def tolerance(model: Model) -> float:
    """The difference from which the compiled step is not believed."""
    return HALF_TOLERANCE if any(layer.compute_dtype != "float32" for layer in model.layers) else TOLERANCE


def difference(model: Model, run: Any, look: Any, data: Any, given: Any, seen: int) -> float:
    """How far compiled and plain arithmetic are apart, as the largest relative difference (Euclidean norm).

    One step `run(*data, *given, start, stop)`: its loss, what the optimizer remembers of the gradients, and the moving
    averages. Adam's own steps are not compared: they have one size, so a gradient that is nothing but rounding would
    turn them round. Dropout draws other numbers when compiled, so a network with dropout is compared by what it
    answers with dropout off, `look(x, y)` of the first `seen` rows of data. The model is left as it was.
    """
    if any(getattr(layer, "seed_generator", None) is not None for layer in model.layers):
        rows = data[0][:seen], data[1][:seen]
        pairs = zip(look(*rows), look.python_function(*rows), strict=True)
        return max(_apart(np.array(one), np.array(other)) for one, other in pairs)
    import tensorflow as tf

    variables = [*model.variables, *model.optimizer.variables]
    before = [np.array(variable) for variable in variables]
    found = []
    for step in (run, run.python_function):
        loss = step(*data, *given, tf.constant(0), tf.constant(1))
        found.append([np.array(loss), *_left(model)])
        for variable, value in zip(variables, before, strict=True):
            variable.assign(value)
    return max(_apart(one, other) for one, other in zip(*found, strict=True))


def _left(model: Model) -> tuple[Array, Array]:
    """What a step leaves of its gradients, and of what it met."""

    def flat(variables: Any) -> Array:
        return np.concatenate([*(np.array(each, dtype=np.float64).ravel() for each in variables), np.zeros(1)])

    return flat(each for each in model.optimizer.variables if len(each.shape)), flat(model.non_trainable_variables)


def _apart(one: Array, other: Array) -> float:
    """A number that is none in both is no difference: the trainer tells of that by itself."""
    if not (np.isfinite(one).all() and np.isfinite(other).all()):
        return 0.0 if np.array_equal(np.isfinite(one), np.isfinite(other)) else np.inf
    size = max(float(np.abs(other).max()), 1e-12)
    return float(np.linalg.norm((one - other) / size)) / max(float(np.linalg.norm(other / size)), 1e-12)

"""The first weights of a network, drawn from a seed; what belongs to inputs not in use starts and stays at 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.training.inputs.first import Wanted, first_value, glorot, is_of_inputs
from engine.training.inputs.names import MEMBERS
from engine.training.network import FROM_LAST, Model, Weights

Rows: TypeAlias = NDArray[np.int64]


def first_weights(
    model: Model, seed: int, *, used: Sequence[int] | None = None, output_bias: Sequence[float] | None = None
) -> Weights:
    """Seeded first weights for `model.set_weights`: kernels uniform by Glorot and Bengio (2010), biases 0.

    `used` are the positions of the inputs in use (None: all). What the others lead to starts at 0 and has no gradient,
    and the draw of the rest does not depend on how many others there are, nor on how many ids other folds know.
    `output_bias` (outputs,) starts the last layer at the prior. What answers from a level starts there: its last
    kernel is 0, as in residual branches (Zhang, Dauphin and Ma, 2019).
    """
    still = any(layer.name == FROM_LAST for layer in model.layers)
    features = _in_use(model, used)
    weights: Weights = []
    drawn, first = 0, True
    for variable in model.weights:
        shape, (layer, what) = tuple(variable.shape), variable.path.rsplit("/", 1)
        value, draw = np.zeros(shape, dtype=np.float32), np.random.default_rng((seed, drawn))
        if what in ("gamma", "moving_variance"):
            value[:] = 1
        elif is_of_inputs(layer):
            value[:] = first_value(Wanted(model, layer, what, shape, draw, used))
        elif layer == MEMBERS:
            value[:, features] = draw.choice([-1, 1], size=(len(features), shape[0])).T
        elif what == "kernel" and not (still and layer == "scores"):
            rows = features if first else np.arange(shape[-2])
            value[..., rows, :] = glorot(draw, (*shape[:-2], len(rows), shape[-1]))
            first = False
        drawn += bool(value.any())
        weights.append(value)
    if output_bias is not None:
        weights[-1] = np.asarray(output_bias, dtype=np.float32).reshape(weights[-1].shape)
    return weights


def _in_use(model: Model, used: Sequence[int] | None) -> Rows:
    """Which features come from inputs in use."""
    if used is None:
        return np.arange(next((tuple(each.shape) for each in model.weights if _is_dense(each.path)), (0, 0))[-2])
    owners = getattr(model, "owners", None)
    return np.array(used) if owners is None else np.flatnonzero(np.isin(owners, used))


def _is_dense(path: str) -> bool:
    layer, what = path.rsplit("/", 1)
    return what == "kernel" and layer != MEMBERS and not is_of_inputs(layer)

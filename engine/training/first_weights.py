"""The first weights of a network, drawn from a seed; what belongs to inputs not in use starts and stays at 0."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.training.embeddings import (
    CATEGORY,
    FREQUENCIES,
    MEMBERS,
    PERIODIC,
    TOKENS,
    WINDOWS,
    owners,
    positions,
)
from engine.training.network import Model, Weights

Rows: TypeAlias = NDArray[np.int64]
EMBEDDING = tuple(f"{layer}/kernel" for layer in (FREQUENCIES, PERIODIC, MEMBERS))


def first_weights(
    model: Model, seed: int, *, used: Sequence[int] | None = None, output_bias: Sequence[float] | None = None
) -> Weights:
    """Seeded first weights for `model.set_weights`: kernels uniform by Glorot and Bengio (2010), biases 0.

    `used` are the positions of the inputs in use (None: all). What the others lead to starts at 0 and has no gradient,
    and the draw of the rest does not depend on how many others there are, nor on how many ids other folds know.
    `output_bias` (outputs,) starts the last layer at the prior.
    """
    numbers, features = _in_use(model, used)
    weights: Weights = []
    drawn, first = 0, True
    for variable in model.weights:
        shape, (layer, what) = tuple(variable.shape), variable.path.rsplit("/", 1)
        value, draw = np.zeros(shape, dtype=np.float32), np.random.default_rng((seed, drawn))
        if what in ("gamma", "moving_variance"):
            value[:] = 1
        elif layer == FREQUENCIES:
            deviation = np.float32(model.get_layer(layer).kernel_initializer.stddev)
            value[numbers] = draw.normal(0, deviation, size=(len(numbers), shape[1]))
        elif layer == PERIODIC and what == "kernel":
            value[numbers] = _glorot(draw, (len(numbers), *shape[1:]))
        elif layer == MEMBERS:
            value[:, features] = draw.choice([-1, 1], size=(len(features), shape[0])).T
        elif what == "embeddings":
            if used is None or int(layer.removeprefix(CATEGORY).removeprefix(TOKENS)) in used:
                value[:] = draw.normal(0, shape[1] ** -0.5, size=shape)
        elif layer.startswith(WINDOWS) and what == "kernel":
            if used is None or int(layer.removeprefix(WINDOWS)) in used:
                value[:] = _glorot(draw, (shape[0] * shape[1], shape[2])).reshape(shape)
        elif what == "kernel":
            rows = features if first else np.arange(shape[-2])
            value[..., rows, :] = _glorot(draw, (*shape[:-2], len(rows), shape[-1]))
            first = False
        drawn += bool(value.any())
        weights.append(value)
    if output_bias is not None:
        weights[-1] = np.asarray(output_bias, dtype=np.float32)
    return weights


def _in_use(model: Model, used: Sequence[int] | None) -> tuple[Rows, Rows]:
    """Which numbers with an embedding, and which features, come from inputs in use."""
    sizes = {variable.path: tuple(variable.shape) for variable in model.weights}
    dense = next(shape for path, shape in sizes.items() if path.endswith("/kernel") and _is_dense(path))
    if used is None:
        return np.arange(sizes.get(f"{FREQUENCIES}/kernel", (0,))[0]), np.arange(dense[-2])
    layout = getattr(model, "layout", None)
    if layout is None:
        return np.arange(0), np.array(used)
    embedding = sizes.get(f"{PERIODIC}/kernel", (0,))[-1]
    tables = {path: shape[1] for path, shape in sizes.items() if path.endswith("/embeddings")}
    categories = next((size for path, size in tables.items() if path.startswith(CATEGORY)), 0)
    token = next((shape[-1] for path, shape in sizes.items() if path.startswith(WINDOWS)), 0)
    token = token or next((size for path, size in tables.items() if path.startswith(TOKENS)), 0)
    known = np.array(list(positions(layout, "number")), dtype=np.int64)
    return (
        np.flatnonzero(np.isin(known, used)),
        np.flatnonzero(np.isin(owners(layout, embedding, categories, token), used)),
    )


def _is_dense(path: str) -> bool:
    return path not in EMBEDDING and not path.startswith(WINDOWS)


def _glorot(draw: np.random.Generator, size: tuple[int, ...]) -> NDArray[Any]:
    """Uniform numbers for kernels (…, inputs, outputs)."""
    limit = np.sqrt(6.0 / (size[-2] + size[-1]))
    return draw.uniform(-limit, limit, size=size)

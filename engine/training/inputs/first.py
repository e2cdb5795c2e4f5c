"""First values of the variables of the layers that look at one kind of inputs; 0 for what is not in use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.inputs.names import (
    CATEGORY,
    FREQUENCIES,
    PERIODIC,
    PICTURE,
    PLACE,
    SPECTRUM,
    TOKENS,
    WAVES,
    WINDOWS,
)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A variable whose first value is to be drawn: the layer's name, what it is there, its shape, the random numbers.

    `used` are the positions of the inputs in use (None: all), `model` is the network.
    """

    model: Any
    layer: str
    what: str
    shape: tuple[int, ...]
    random: np.random.Generator
    used: Sequence[int] | None

    def of(self, prefix: str) -> bool:
        """Whether the input that a layer of this prefix names is in use."""
        return self.used is None or int(self.layer.removeprefix(prefix).partition("_")[0]) in self.used


def first_value(wanted: Wanted) -> NDArray[Any]:
    """The first value of a variable of a layer that looks at one kind of inputs."""
    return next(drawn for prefix, drawn in DRAWN.items() if wanted.layer.startswith(prefix))(wanted)


def is_of_inputs(layer: str) -> bool:
    """Whether a layer of this name looks at one kind of inputs."""
    return layer.startswith(tuple(DRAWN))


def drawn_for_numbers(wanted: Wanted) -> NDArray[Any]:
    """The frequencies by their own spread, kernels of the embeddings as others."""
    value = np.zeros(wanted.shape, dtype=np.float32)
    if wanted.what != "kernel":
        return value
    kept = np.arange(wanted.shape[0])
    if wanted.used is not None:
        numbers = [block.start + at for block in wanted.model.layout.of("number") for at in range(block.width)]
        kept = np.flatnonzero(np.isin(numbers, wanted.used))
    if wanted.layer == FREQUENCIES:
        deviation = np.float32(wanted.model.get_layer(FREQUENCIES).kernel_initializer.stddev)
        value[kept] = wanted.random.normal(0, deviation, size=(len(kept), wanted.shape[1]))
    else:
        value[kept] = glorot(wanted.random, (len(kept), *wanted.shape[1:]))
    return value


def drawn_for_categories(wanted: Wanted) -> NDArray[Any]:
    """Normal vectors of middling length 1, whatever their size."""
    return vectors(wanted) if wanted.of(CATEGORY) else np.zeros(wanted.shape)


def drawn_for_tokens(wanted: Wanted) -> NDArray[Any]:
    return vectors(wanted) if wanted.of(TOKENS) else np.zeros(wanted.shape)


def drawn_for_windows(wanted: Wanted) -> NDArray[Any]:
    """Kernels over all numbers of a window."""
    if wanted.what != "kernel" or not wanted.of(WINDOWS):
        return np.zeros(wanted.shape)
    window, token, found = wanted.shape
    return glorot(wanted.random, (window * token, found)).reshape(wanted.shape)


def drawn_for_places(wanted: Wanted) -> NDArray[Any]:
    """Directions of waves over the map by their own spread, kernels of the embeddings as others; nothing where one of
    the two coordinates is not in use, for half a place is none.
    """
    whole = wanted.used is None or set(_pair(wanted)) <= set(wanted.used)
    if wanted.what != "kernel" or not whole:
        return np.zeros(wanted.shape)
    if wanted.layer.startswith(PLACE):
        return glorot(wanted.random, wanted.shape)
    return wanted.random.normal(0, wanted.model.get_layer(wanted.layer).kernel_initializer.stddev, size=wanted.shape)


def _pair(wanted: Wanted) -> list[int]:
    """The positions of the two coordinates that a layer is named after."""
    return [int(place) for place in wanted.layer.split("_")[1:3]]


def drawn_for_maps(wanted: Wanted) -> NDArray[Any]:
    """Kernels of convolutions along two axes, by the numbers that each answer rests on and goes into."""
    if not wanted.what.endswith("kernel") or not wanted.of(PICTURE if wanted.layer.startswith(PICTURE) else SPECTRUM):
        return np.zeros(wanted.shape)
    *window, before, after = wanted.shape
    before = 1 if wanted.what == "depthwise_kernel" else before
    limit = np.sqrt(6.0 / (np.prod(window) * (before + after)))
    return wanted.random.uniform(-limit, limit, size=wanted.shape)


def vectors(wanted: Wanted) -> NDArray[Any]:
    """Normal vectors (ids, size)."""
    return wanted.random.normal(0, wanted.shape[1] ** -0.5, size=wanted.shape)


def glorot(random: np.random.Generator, size: tuple[int, ...]) -> NDArray[Any]:
    """Uniform numbers for kernels (…, inputs, outputs), after Glorot and Bengio (2010)."""
    limit = np.sqrt(6.0 / (size[-2] + size[-1]))
    return random.uniform(-limit, limit, size=size)


DRAWN: dict[str, Callable[[Wanted], NDArray[Any]]] = {
    FREQUENCIES: drawn_for_numbers,
    PERIODIC: drawn_for_numbers,
    CATEGORY: drawn_for_categories,
    TOKENS: drawn_for_tokens,
    WINDOWS: drawn_for_windows,
    WAVES: drawn_for_places,
    PLACE: drawn_for_places,
    PICTURE: drawn_for_maps,
    SPECTRUM: drawn_for_maps,
}
"""What the names of layers begin with, and what draws their first values."""

"""What a network has to know of one kind of its inputs; instant, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import keras_tuner

    from engine.training.hyper import Hyper
    from engine.training.layout import Block
    from engine.training.space import Limits

Blocks: TypeAlias = "Sequence[Block]"
Counted: TypeAlias = "Callable[[Blocks, Hyper], int]"


@dataclass(frozen=True, slots=True)
class Draw:
    """A variable whose first value is to be drawn: the layer, what it is there, its shape, and the random numbers.

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


def nothing(blocks: Blocks, hyper: Hyper) -> int:
    return 0


def undrawn(draw: Draw) -> NDArray[Any]:
    return np.zeros(draw.shape, dtype=np.float32)


def none_declared(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputKind:
    """One kind of inputs, by functions of all its blocks and the hyperparameters.

    `embed(inputs (n, width), blocks, hyper)` gives tensors of features (n, f), of which there are `features`, in an
    order in which `owners` tells the input that each comes from (of several inputs their first). `parameters` are the
    numbers they hold, `held` the numbers of a row on the way there. `draw` gives first values of the variables of its
    layers, whose names begin with one of `layers`; kernels of `decaying` ones may decay. `declare` says on KerasTuner's
    hyperparameters what may vary. `as_it_is`: the inputs themselves are features too.
    """

    embed: Callable[[Any, Blocks, Hyper], list[Any]] = lambda inputs, blocks, hyper: []
    owners: Callable[[Blocks, Hyper], list[int]] = lambda blocks, hyper: []
    features: Counted = nothing
    parameters: Counted = nothing
    held: Counted = nothing
    draw: Callable[[Draw], NDArray[Any]] = undrawn
    declare: Callable[[keras_tuner.HyperParameters, Limits], Mapping[str, Any]] = none_declared
    layers: tuple[str, ...] = ()
    decaying: tuple[str, ...] = ()
    as_it_is: bool = False


def positions(blocks: Blocks) -> list[int]:
    """The positions of the inputs of blocks, block after block."""
    return [block.start + offset for block in blocks for offset in range(block.width)]


def width(blocks: Blocks) -> int:
    """How many inputs blocks have together."""
    return sum(block.width for block in blocks)


def glorot(random: np.random.Generator, size: tuple[int, ...]) -> NDArray[Any]:
    """Uniform numbers for kernels (…, inputs, outputs), after Glorot and Bengio (2010)."""
    limit = np.sqrt(6.0 / (size[-2] + size[-1]))
    return random.uniform(-limit, limit, size=size)

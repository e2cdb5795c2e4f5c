"""What a network has to know of one kind of its inputs; instant, imports nothing heavy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

if TYPE_CHECKING:
    import keras_tuner

    from engine.training.devices import Precision
    from engine.training.hyper import Hyper
    from engine.training.layout import Block
    from engine.training.space import Limits

Blocks: TypeAlias = "Sequence[Block]"
Counted: TypeAlias = "Callable[[Blocks, Hyper], int]"


def nothing(blocks: Blocks, hyper: Hyper) -> int:
    return 0


def none_declared(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class InputKind:
    """One kind of inputs, by functions of all its blocks and the hyperparameters.

    `embed(inputs (n, width), blocks, hyper, precision)` gives tensors of features (n, f), of which there are
    `features`, in an order in which `owners` tells the input that each comes from (of several inputs their first).
    `parameters` are the numbers they hold, `held` the numbers of a row on the way there. Kernels of layers whose names
    begin with one of `decaying` may decay. `declare` says on KerasTuner's hyperparameters what may vary. `as_it_is`:
    the inputs themselves are features too. First values of the layers are drawn in `first`.
    """

    embed: Callable[[Any, Blocks, Hyper, Precision], list[Any]] = lambda inputs, blocks, hyper, precision: []
    owners: Callable[[Blocks, Hyper], list[int]] = lambda blocks, hyper: []
    features: Counted = nothing
    parameters: Counted = nothing
    held: Counted = nothing
    declare: Callable[[keras_tuner.HyperParameters, Limits], Mapping[str, Any]] = none_declared
    decaying: tuple[str, ...] = ()
    as_it_is: bool = False


def positions(blocks: Blocks) -> list[int]:
    """The positions of the inputs of blocks, block after block."""
    return [block.start + offset for block in blocks for offset in range(block.width)]


def width(blocks: Blocks) -> int:
    """How many inputs blocks have together."""
    return sum(block.width for block in blocks)

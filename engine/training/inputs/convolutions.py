"""A small convolutional network over inputs laid out as (height, width, channels): separable, with residuals.

After Chollet (2017), made small: a first convolution, then stages that halve height and width and double the maps, then
the mean over what is left. Batch normalisation stands behind every convolution.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Any

from engine.training.inputs.base import Blocks

if TYPE_CHECKING:
    import keras_tuner

    from engine.training.devices import Precision
    from engine.training.hyper import Hyper
    from engine.training.layout import Block
    from engine.training.space import Limits

AUGMENT = 0.05
"""Share of its size that a picture is shifted and zoomed by: what hardly any picture means something else by."""
LARGE = 1600
"""Points from which the first convolution halves both sides, which makes the dearest layer four times cheaper."""
LEAST = 3
"""The shorter side is not halved below this."""
MOMENTUM = 0.9
"""Of the moving averages: small files have few steps in which to find them."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The sides (height, width) after the first convolution and after each stage, and the maps there."""

    first: int
    sides: tuple[tuple[int, int], ...]
    maps: tuple[int, ...]


def plan(block: Block, hyper: Hyper) -> Plan:
    """How a picture shrinks: fewer stages than asked where there is nothing left to halve."""
    height, width, _ = block.shape
    first = 2 if height * width >= LARGE else 1
    sides, maps = [(ceil(height / first), ceil(width / first))], [hyper.maps]
    for stage in range(hyper.stages):
        smaller = (ceil(sides[-1][0] / 2), ceil(sides[-1][1] / 2))
        if min(smaller) < LEAST:
            break
        sides.append(smaller)
        maps.append(hyper.maps * 2**stage)
    return Plan(first, tuple(sides), tuple(maps))


def pooled(
    inputs: Any,
    block: Block,
    hyper: Hyper,
    prefix: str,
    varied: Callable[[Any, Block, Hyper], Any],
    precision: Precision = "float32",
) -> Any:
    """Features (n, f) of one block of the inputs (n, width); `varied` changes what is trained on."""
    import keras

    own = inputs[:, block.start : block.start + block.width]
    own = keras.layers.Reshape(block.shape, name=f"{prefix}{block.start}_laid_out")(own)
    name = f"{prefix}{block.start}"
    found = stages(varied(own, block, hyper), block, hyper, name, precision)[-1]
    return keras.layers.GlobalAveragePooling2D(name=f"{name}_mean")(found)


def stages(picture: Any, block: Block, hyper: Hyper, name: str, precision: Precision = "float32") -> list[Any]:
    """What the first convolution and each stage make of pictures (n, height, width, channels)."""
    import keras

    layers, sizes = keras.layers, plan(block, hyper)

    def normed(given: Any, own: str) -> Any:
        return layers.BatchNormalization(momentum=MOMENTUM, name=f"{name}_{own}_norm", dtype=precision)(given)

    def convolved(given: Any, maps: int, own: str) -> Any:
        made = layers.SeparableConv2D(maps, 3, padding="same", use_bias=False, name=f"{name}_{own}", dtype=precision)
        return normed(made(given), own)

    first = layers.Conv2D(
        hyper.maps, 3, strides=sizes.first, padding="same", use_bias=False, name=f"{name}_convolution", dtype=precision
    )
    found = [layers.Activation("relu", name=f"{name}_relu", dtype=precision)(normed(first(picture), "convolution"))]
    for number, maps in enumerate(sizes.maps[1:], start=1):
        # With strides, convolutions of one point skip points, and write past memory when odd numbers of rows go back.
        halved = layers.AveragePooling2D(2, padding="same", name=f"{name}_{number}_halved", dtype=precision)(found[-1])
        short = layers.Conv2D(maps, 1, use_bias=False, name=f"{name}_{number}_past", dtype=precision)
        past = normed(short(halved), f"{number}_past")
        own = convolved(found[-1], maps, f"{number}_first")
        own = layers.Activation("relu", name=f"{name}_{number}_relu", dtype=precision)(own)
        own = convolved(own, maps, f"{number}_second")
        own = layers.MaxPooling2D(3, strides=2, padding="same", name=f"{name}_{number}_largest", dtype=precision)(own)
        own = layers.Add(name=f"{name}_{number}_sum", dtype=precision)([own, past])
        found.append(layers.Activation("relu", name=f"{name}_{number}", dtype=precision)(own))
    return found


def owners(blocks: Blocks, hyper: Hyper) -> list[int]:
    return [block.start for block in blocks for _ in range(plan(block, hyper).maps[-1])]


def features(blocks: Blocks, hyper: Hyper) -> int:
    return sum(plan(block, hyper).maps[-1] for block in blocks)


def parameters(blocks: Blocks, hyper: Hyper) -> int:
    return sum(_parameters(block.shape[-1], plan(block, hyper).maps) for block in blocks)


def _parameters(channels: int, maps: tuple[int, ...]) -> int:
    """Kernels, and four numbers of batch normalisation for each map."""
    total = 9 * channels * maps[0] + 4 * maps[0]
    for before, after in itertools.pairwise(maps):
        total += before * after + 9 * before + before * after + 9 * after + after * after + 3 * 4 * after
    return total


def held(blocks: Blocks, hyper: Hyper) -> int:
    """What each convolution, its normalisation and its activation pass on."""
    total = 0
    for block in blocks:
        own = plan(block, hyper)
        areas = [height * width for height, width in own.sides]
        total += 3 * areas[0] * own.maps[0]
        total += sum(6 * before * maps for before, maps in zip(areas, own.maps[1:], strict=False))
    return total


def declare(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    """How many maps the first convolution has, and how many stages follow."""
    return {
        "maps": hp.Choice("maps", [8, 16, 32], default=16),
        "stages": hp.Int("stages", 2, 4, default=3),
    }

"""Numbers of categories, each with a learned vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from engine.training.inputs.base import Blocks, InputKind, positions, width
from engine.training.inputs.names import CATEGORY

if TYPE_CHECKING:
    from engine.training.devices import Precision
    from engine.training.hyper import Hyper


def embed(inputs: Any, blocks: Blocks, hyper: Hyper, precision: Precision) -> list[Any]:
    """The vector (n, hyper.categories) of each id: Guo and Berkhahn (2016)."""
    import keras

    parts = []
    for block in blocks:
        for place in positions([block]):
            code = keras.ops.cast(keras.ops.take(inputs, [place], axis=1), "int32")
            table = keras.layers.Embedding(block.size, hyper.categories, name=f"{CATEGORY}{place}")
            parts.append(keras.layers.Flatten(name=f"flat_{place}")(table(code)))
    return parts


def owners(blocks: Blocks, hyper: Hyper) -> list[int]:
    return [place for place in positions(blocks) for _ in range(hyper.categories)]


def features(blocks: Blocks, hyper: Hyper) -> int:
    return width(blocks) * hyper.categories


def parameters(blocks: Blocks, hyper: Hyper) -> int:
    return sum(block.size * block.width for block in blocks) * hyper.categories


KIND = InputKind(embed=embed, owners=owners, features=features, parameters=parameters)

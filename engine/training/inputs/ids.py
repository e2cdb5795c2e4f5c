"""Numbers of categories, each with a learned vector."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.training.inputs.base import Blocks, Draw, InputKind, positions, width

if TYPE_CHECKING:
    from engine.training.hyper import Hyper

CATEGORY = "category_"


def embed(inputs: Any, blocks: Blocks, hyper: Hyper) -> list[Any]:
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


def draw(wanted: Draw) -> NDArray[Any]:
    """Normal vectors of middling length 1, whatever their size."""
    if not wanted.of(CATEGORY):
        return np.zeros(wanted.shape, dtype=np.float32)
    return wanted.random.normal(0, wanted.shape[1] ** -0.5, size=wanted.shape)


KIND = InputKind(embed=embed, owners=owners, features=features, parameters=parameters, draw=draw, layers=(CATEGORY,))

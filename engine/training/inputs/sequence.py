"""The tokens of a text in their order: the mean of their vectors, or what convolutions over neighbours find."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.training.inputs.base import Blocks, InputKind, positions, width
from engine.training.inputs.names import TOKENS, WINDOWS

if TYPE_CHECKING:
    import keras_tuner

    from engine.training.devices import Precision
    from engine.training.hyper import Hyper
    from engine.training.layout import Block
    from engine.training.space import Limits


def embed(inputs: Any, blocks: Blocks, hyper: Hyper, precision: Precision) -> list[Any]:
    """Features of each text: Joulin et al. (2017) for the mean, Kim (2014) for convolutions."""
    return [_one(inputs, block, hyper) for block in blocks]


def _one(inputs: Any, block: Block, hyper: Hyper) -> Any:
    import keras

    numbers = keras.ops.take(inputs, positions([block]), axis=1)
    there = keras.ops.expand_dims(keras.ops.minimum(numbers, 1.0), -1)
    table = keras.layers.Embedding(block.size, hyper.token, name=f"{TOKENS}{block.start}")
    embedded = keras.ops.multiply(table(keras.ops.cast(numbers, "int32")), there)
    if hyper.sequence == "mean":
        count = keras.ops.maximum(keras.ops.sum(there, axis=1), 1.0)
        return keras.ops.divide(keras.ops.sum(embedded, axis=1), count)
    found = keras.layers.Conv1D(
        hyper.filters, hyper.window, padding="same", activation="relu", name=f"{WINDOWS}{block.start}"
    )(embedded)
    return keras.layers.GlobalMaxPooling1D(name=f"largest_{block.start}")(found)


def _each(hyper: Hyper) -> int:
    """Features that a text becomes."""
    return hyper.filters if hyper.sequence == "convolution" else hyper.token


def owners(blocks: Blocks, hyper: Hyper) -> list[int]:
    return [block.start for block in blocks for _ in range(_each(hyper))]


def features(blocks: Blocks, hyper: Hyper) -> int:
    return len(blocks) * _each(hyper)


def parameters(blocks: Blocks, hyper: Hyper) -> int:
    windows = hyper.window * hyper.token * hyper.filters + hyper.filters if hyper.sequence == "convolution" else 0
    return sum(block.size * hyper.token + windows for block in blocks)


def held(blocks: Blocks, hyper: Hyper) -> int:
    answers = hyper.filters if hyper.sequence == "convolution" else 0
    return width(blocks) * (2 * hyper.token + answers)


def declare(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    """What becomes of a text, and how large."""
    return {
        "sequence": hp.Choice("sequence", ["convolution", "mean"]),
        "token": hp.Choice("token", [16, 32, 64], default=32),
        "filters": hp.Choice("filters", [32, 64, 128], default=64),
        "window": hp.Int("window", 2, 5, default=3),
    }


KIND = InputKind(
    embed=embed,
    owners=owners,
    features=features,
    parameters=parameters,
    held=held,
    declare=declare,
)

"""Coordinates: taken as they are, and beside that pairs of them as waves over the map, in learned directions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.data.places import pairs
from engine.training.inputs.base import Blocks, InputKind
from engine.training.inputs.names import PLACE, WAVES
from engine.training.inputs.number import MANY_ROWS

if TYPE_CHECKING:
    import keras_tuner

    from engine.training.devices import Precision
    from engine.training.hyper import Hyper
    from engine.training.space import Limits

SPREAD = (0.5, 8.0)
TIMES = 4
"""A place has so many times the frequencies and the size of the embedding of a number: two dimensions hold more."""


def together(blocks: Blocks) -> list[tuple[int, int]]:
    """The positions of latitude and longitude of each place, as their names tell."""
    at = {block.column: block.start for block in blocks}
    return [(at[north], at[east]) for north, east in pairs(at)]


def embed(inputs: Any, blocks: Blocks, hyper: Hyper, precision: Precision) -> list[Any]:
    """Embeddings (n, TIMES · hyper.embedding) of the places: Rahimi and Recht (2007), with learned frequencies."""
    import keras

    found = []
    for pair in _used(blocks, hyper):
        spread = keras.initializers.RandomNormal(stddev=round(2 * math.pi * hyper.waves, 4))
        waves = keras.layers.Dense(
            TIMES * hyper.frequencies, use_bias=False, kernel_initializer=spread, name=f"{WAVES}{pair[0]}_{pair[1]}"
        )
        angles = waves(keras.ops.take(inputs, list(pair), axis=1))
        both = keras.ops.concatenate([keras.ops.sin(angles), keras.ops.cos(angles)], axis=-1)
        size = TIMES * hyper.embedding
        found.append(keras.layers.Dense(size, activation="relu", name=f"{PLACE}{pair[0]}_{pair[1]}")(both))
    return found


def owners(blocks: Blocks, hyper: Hyper) -> list[int]:
    return [north for north, _ in _used(blocks, hyper) for _ in range(TIMES * hyper.embedding)]


def features(blocks: Blocks, hyper: Hyper) -> int:
    return len(_used(blocks, hyper)) * TIMES * hyper.embedding


def parameters(blocks: Blocks, hyper: Hyper) -> int:
    frequencies, size = TIMES * hyper.frequencies, TIMES * hyper.embedding
    return len(_used(blocks, hyper)) * (2 * frequencies + (2 * frequencies + 1) * size)


def held(blocks: Blocks, hyper: Hyper) -> int:
    return len(_used(blocks, hyper)) * TIMES * (3 * hyper.frequencies + hyper.embedding)


def declare(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    """How fine the waves are, in embedded numbers."""
    found = {"numbers": hp.Choice("numbers", ["periodic", "plain"])}
    with hp.conditional_scope("numbers", ["periodic"]):
        waves = hp.Float("waves", *SPREAD, sampling="log", default=1.0 if limits.rows < MANY_ROWS else 4.0)
    return {**found, **({"waves": waves} if found["numbers"] == "periodic" else {})}


def _used(blocks: Blocks, hyper: Hyper) -> list[tuple[int, int]]:
    return together(blocks) if hyper.numbers == "periodic" else []


KIND = InputKind(
    embed=embed,
    owners=owners,
    features=features,
    parameters=parameters,
    held=held,
    declare=declare,
    decaying=(PLACE,),
    as_it_is=True,
)

"""Amounts: taken as they are, and beside that as waves of learned lengths."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.training.inputs.base import Blocks, InputKind, positions, width
from engine.training.inputs.names import FREQUENCIES, PERIODIC

if TYPE_CHECKING:
    import keras_tuner

    from engine.training.devices import Precision
    from engine.training.hyper import Hyper
    from engine.training.space import Limits

SIGMA = (0.05, 2.0)
MANY_ROWS = 3000


def embed(inputs: Any, blocks: Blocks, hyper: Hyper, precision: Precision) -> list[Any]:
    """Embeddings (n, count · hyper.embedding) of the numbers: Gorishniy, Rubachev and Babenko (2022)."""
    import keras

    if hyper.numbers != "periodic":
        return []
    places = positions(blocks)
    angles = keras.layers.EinsumDense(
        "bf,fk->bfk",
        (len(places), hyper.frequencies),
        kernel_initializer=keras.initializers.RandomNormal(stddev=round(2 * math.pi * hyper.sigma, 4)),
        name=FREQUENCIES,
    )(keras.ops.take(inputs, places, axis=1))
    waves = keras.ops.concatenate([keras.ops.sin(angles), keras.ops.cos(angles)], axis=-1)
    shape = (len(places), hyper.embedding)
    embedded = keras.layers.EinsumDense("bfk,fkd->bfd", shape, bias_axes="fd", name=PERIODIC)(waves)
    return [keras.layers.Flatten(name="flat")(keras.layers.Activation("relu", name="relu")(embedded))]


def owners(blocks: Blocks, hyper: Hyper) -> list[int]:
    if hyper.numbers != "periodic":
        return []
    return [place for place in positions(blocks) for _ in range(hyper.embedding)]


def features(blocks: Blocks, hyper: Hyper) -> int:
    return width(blocks) * hyper.embedding if hyper.numbers == "periodic" else 0


def parameters(blocks: Blocks, hyper: Hyper) -> int:
    if hyper.numbers != "periodic":
        return 0
    return width(blocks) * (hyper.frequencies + (2 * hyper.frequencies + 1) * hyper.embedding)


def held(blocks: Blocks, hyper: Hyper) -> int:
    if hyper.numbers != "periodic":
        return 0
    return width(blocks) * (2 * hyper.frequencies + 1 + 2 * hyper.embedding)


def declare(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    """Whether numbers are embedded, and how."""
    found = {"numbers": hp.Choice("numbers", ["periodic", "plain"])}
    with hp.conditional_scope("numbers", ["periodic"]):
        embedded = {
            "embedding": hp.Choice("embedding", [4, 8, 16], default=8),
            "frequencies": hp.Choice("frequencies", [8, 16]),
            "sigma": hp.Float("sigma", *SIGMA, sampling="log", default=0.3 if limits.rows < MANY_ROWS else 1.0),
        }
    return {**found, **(embedded if found["numbers"] == "periodic" else {})}


KIND = InputKind(
    embed=embed,
    owners=owners,
    features=features,
    parameters=parameters,
    held=held,
    declare=declare,
    decaying=(PERIODIC,),
    as_it_is=True,
)

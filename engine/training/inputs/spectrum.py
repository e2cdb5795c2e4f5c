"""Spectra of sounds, time by bands: the convolutional network of pictures, over other variations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.training.inputs import convolutions
from engine.training.inputs.base import Blocks, InputKind
from engine.training.inputs.names import SPECTRUM

if TYPE_CHECKING:
    import keras_tuner

    from engine.training.devices import Precision
    from engine.training.hyper import Hyper
    from engine.training.layout import Block
    from engine.training.space import Limits


def embed(inputs: Any, blocks: Blocks, hyper: Hyper, precision: Precision) -> list[Any]:
    """Features (n, f) of each sound."""
    return [convolutions.pooled(inputs, block, hyper, SPECTRUM, varied, precision) for block in blocks]


def varied(spectrum: Any, block: Block, hyper: Hyper) -> Any:
    """In training only: shifted a little along time and bands."""
    import keras

    if not hyper.augment:
        return spectrum
    name = f"{SPECTRUM}{block.start}_shift"
    return keras.layers.RandomTranslation(hyper.augment, hyper.augment / 4, fill_mode="nearest", name=name)(spectrum)


def declare(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    """The size of the convolutional network, and how strongly spectra are varied."""
    return {
        **convolutions.declare(hp, limits),
        "augment": hp.Choice("augment", [0.0, 0.05, 0.1, 0.2], default=0.1),
    }


KIND = InputKind(
    embed=embed,
    owners=convolutions.owners,
    features=convolutions.features,
    parameters=convolutions.parameters,
    held=convolutions.held,
    declare=declare,
    decaying=(SPECTRUM,),
)

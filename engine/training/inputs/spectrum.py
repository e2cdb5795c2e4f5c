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

STRETCH = 4
"""Frames that are masked together."""


def embed(inputs: Any, blocks: Blocks, hyper: Hyper, precision: Precision) -> list[Any]:
    """Features (n, f) of each sound."""
    return [convolutions.pooled(inputs, block, hyper, SPECTRUM, varied, precision) for block in blocks]


def varied(spectrum: Any, block: Block, hyper: Hyper) -> Any:
    """In training only: shifted a little along time and bands; whole bands and whole stretches of time are masked by
    the mean of the training rows (after Park et al., 2019, each with the same chance).
    """
    import keras

    if not hyper.augment:
        return spectrum
    share, name, layers = hyper.augment, f"{SPECTRUM}{block.start}", keras.layers
    frames, bands, channels = block.shape
    long = next(length for length in range(STRETCH, 0, -1) if frames % length == 0)
    found = layers.RandomTranslation(share, share / 4, fill_mode="nearest", name=f"{name}_shift")(spectrum)
    found = layers.Dropout(share, noise_shape=(None, 1, bands, 1), name=f"{name}_bands")(found)
    found = layers.Reshape((frames // long, long * bands * channels), name=f"{name}_apart")(found)
    found = layers.Dropout(share, noise_shape=(None, frames // long, 1), name=f"{name}_times")(found)
    return layers.Reshape(block.shape, name=f"{name}_again")(found)


def declare(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    """The size of the convolutional network, and how strongly spectra are varied and masked."""
    return {
        **convolutions.declare(hp, limits),
        "augment": hp.Choice("augment", [0.0, 0.05, 0.1, 0.2], default=convolutions.AUGMENT),
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

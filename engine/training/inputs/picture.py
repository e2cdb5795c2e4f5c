"""Pictures: a small convolutional network of separable layers with residuals, and how rows of them are varied."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from engine.training.inputs import convolutions
from engine.training.inputs.base import Blocks, InputKind
from engine.training.inputs.names import PICTURE

if TYPE_CHECKING:
    import keras_tuner

    from engine.training.devices import Precision
    from engine.training.hyper import Hyper
    from engine.training.layout import Block
    from engine.training.space import Limits

TURN = 0.25
"""Share of a whole turn that a picture is turned by where it is shifted by its whole size."""


def embed(inputs: Any, blocks: Blocks, hyper: Hyper, precision: Precision) -> list[Any]:
    """Features (n, f) of each picture."""
    return [convolutions.pooled(inputs, block, hyper, PICTURE, varied, precision) for block in blocks]


def varied(picture: Any, block: Block, hyper: Hyper) -> Any:
    """In training only: shifted, turned and zoomed a little, and mirrored from left to right where that is wanted."""
    import keras

    name = f"{PICTURE}{block.start}"
    if hyper.flip:
        picture = keras.layers.RandomFlip("horizontal", name=f"{name}_flip")(picture)
    if not hyper.augment:
        return picture
    share, turn = hyper.augment, round(TURN * hyper.augment, 4)
    options = {"fill_mode": "nearest"}
    picture = keras.layers.RandomTranslation(share, share, name=f"{name}_shift", **options)(picture)
    picture = keras.layers.RandomRotation(turn, name=f"{name}_turn", **options)(picture)
    return keras.layers.RandomZoom(share, name=f"{name}_zoom", **options)(picture)


def declare(hp: keras_tuner.HyperParameters, limits: Limits) -> Mapping[str, Any]:
    """The size of the convolutional network, and how strongly pictures are varied."""
    return {
        **convolutions.declare(hp, limits),
        "augment": hp.Choice("augment", [0.0, 0.05, 0.1, 0.2], default=convolutions.AUGMENT),
        "flip": hp.Boolean("flip", default=False),
    }


KIND = InputKind(
    embed=embed,
    owners=convolutions.owners,
    features=convolutions.features,
    parameters=convolutions.parameters,
    held=convolutions.held,
    declare=declare,
    decaying=(PICTURE,),
)

"""A small encoder and decoder over one picture: scores of every class for every point (Ronneberger et al., 2015)."""

from __future__ import annotations

from typing import Any

from engine.errors import UserError
from engine.training.hyper import Hyper
from engine.training.inputs import convolutions
from engine.training.inputs.names import PICTURE
from engine.training.layout import Block, Layout


def block_of(layout: Layout) -> Block:
    """The picture whose points are told apart. Errors: UserError where there is anything else, or no picture."""
    if len(layout.blocks) != 1 or not layout.of("picture"):
        names = ", ".join(sorted({block.column for block in layout.blocks}))
        raise UserError(f"masks are learned from one column of pictures, the inputs are {names}: drop the others")
    return layout.blocks[0]


def scores(inputs: Any, layout: Layout, outputs: int, hyper: Hyper) -> Any:
    """Scores (n, outputs) of rows (n, layout.width): class by class of point by point.

    The stages of `convolutions` in, the same number out; each step out sees what was there at its size on the way in.
    Every place has a bias of its own for every class, so that the network starts at the mean mask.
    Errors: UserError as in `block_of`, and where masks have other sides than pictures.
    """
    import keras

    layers, block = keras.layers, block_of(layout)
    height, width, _ = block.shape
    if outputs % (height * width):
        raise UserError("masks and pictures have different proportions: leave such pictures out, or turn their masks")
    name, own = f"{PICTURE}{block.start}", convolutions.plan(block, hyper)
    picture = layers.Reshape(block.shape, name=f"{name}_laid_out")(inputs)
    past = convolutions.stages(picture, block, hyper, name)
    sides, maps = list(own.sides), list(own.maps)
    if own.first == 2:
        past, sides, maps = [picture, *past], [(height, width), *sides], [maps[0], *maps]
    found = past[-1]
    for number in reversed(range(len(past) - 1)):
        found = layers.UpSampling2D(2, name=f"{name}_{number}_up")(found)
        extra = tuple((0, 2 * after - side) for side, after in zip(sides[number], sides[number + 1], strict=True))
        if any(cut for _, cut in extra):
            found = layers.Cropping2D(extra, name=f"{name}_{number}_cut")(found)
        found = layers.Concatenate(name=f"{name}_{number}_both")([found, past[number]])
        found = layers.Conv2D(maps[number], 3, padding="same", use_bias=False, name=f"{name}_{number}_out")(found)
        found = layers.BatchNormalization(momentum=convolutions.MOMENTUM, name=f"{name}_{number}_out_norm")(found)
        found = layers.Activation("relu", name=f"{name}_{number}_out_relu")(found)
    if hyper.dropout:
        found = layers.Dropout(hyper.dropout, name=f"{name}_dropout")(found)
    classes = outputs // (height * width)
    points = layers.Reshape((height * width, maps[0]), name=f"{name}_points")(found)
    last = layers.EinsumDense("bpc,ck->bpk", (height * width, classes), bias_axes="pk", name=f"{name}_scores")
    return layers.Reshape((outputs,), name="scores")(last(points))


def parameters(layout: Layout, outputs: int, hyper: Hyper) -> int:
    """Numbers that the network holds, moving averages of batch normalisation included."""
    block = block_of(layout)
    own = convolutions.plan(block, hyper)
    maps = list(own.maps)
    total = convolutions.parameters([block], hyper)
    before = maps[-1]
    skips = list(zip(maps[:-1], maps[:-1], strict=True))
    if own.first == 2:
        skips = [(block.shape[-1], maps[0]), *skips]
    for beside, after in reversed(skips):
        total += 9 * (before + beside) * after + 4 * after
        before = after
    classes = outputs // (block.shape[0] * block.shape[1])
    return total + before * classes + outputs

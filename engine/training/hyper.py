"""The hyperparameters of a network, and how many parameters it has; instant, imports nothing heavy."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from engine.training.inputs import INPUTS
from engine.training.inputs.base import width
from engine.training.layout import Layout
from engine.values import Count, NonNegative, Positive, Share, Value, Whole

MOST_STEPS = 400
"""Optimiser steps per epoch above which a larger batch is advised: more steps cost time and hardly help."""


SMALLEST = 32
"""Batches are not halved below this for want of memory: what does not fit then is the network."""
MOST_MEMORY = 0.5
"""Share of the free memory that one optimiser step may take."""


class Hyper(Value, frozen=True):
    """A network: `layers` hidden layers of `units`, each followed by dropout; Adam with `learning_rate`.

    `layers` 0 is a linear model. `l2` is added to the loss as l2·Σw² of every kernel; `weight_decay` takes
    weight_decay·learning_rate of every kernel away at each step (AdamW; Loshchilov and Hutter, 2019).

    `numbers` "periodic" adds to each number x the embedding relu(linear(sin ωx, cos ωx)) of size `embedding` with
    `frequencies` learned ω that start at 2π·Normal(0, `sigma`) (Gorishniy, Rubachev and Babenko, 2022).
    `members` > 1 are so many networks in one: they share all hidden kernels, each scales the inputs by numbers of its
    own and has its own last layer (TabM-mini; Gorishniy, Kotelnikov and Babenko, 2024); the answer is their mean.
    `categories` is the size of the embedding of a category that is given by its number (Guo and Berkhahn, 2016).
    A sequence of tokens becomes the "mean" of their embeddings of size `token` (Joulin et al., 2017), or the largest
    answers of `filters` convolutions over `window` neighbours ("convolution"; Kim, 2014).
    A picture or a spectrum goes through a first convolution of `maps` and at most `stages` that halve its sides (see
    `inputs.convolutions`). In training it is shifted, turned and zoomed by up to the share `augment`, and with `flip`
    mirrored half the time.
    """

    units: Count = 16
    layers: Whole = 1
    dropout: Share = 0.0
    l2: NonNegative = 0.0
    learning_rate: Positive = 1e-3
    batch: Count = 32
    batch_norm: bool = False
    activation: Literal["relu", "gelu", "tanh"] = "relu"
    weight_decay: NonNegative = 0.0
    numbers: Literal["plain", "periodic"] = "plain"
    embedding: Annotated[int, msgspec.Meta(ge=2)] = 8
    frequencies: Count = 8
    sigma: Positive = 0.3
    members: Count = 1
    categories: Count = 8
    sequence: Literal["mean", "convolution"] = "mean"
    token: Count = 32
    filters: Count = 64
    window: Count = 3
    maps: Count = 16
    stages: Whole = 3
    augment: Share = 0.0
    flip: bool = False


def advised_batch(rows: int) -> int:
    """Rows per optimiser step for this many training rows: the power of two from 32 to 4096 that bounds the steps."""
    batch = 32
    while batch < 4096 and rows > batch * MOST_STEPS:
        batch *= 2
    return batch


def batch_within(batch: int, layout: Layout, outputs: int, hyper: Hyper, free: int | None) -> int:
    """`batch` halved, down to SMALLEST, until a step takes no more than MOST_MEMORY of `free` bytes (None: unknown).

    Counted are weights, gradients, Adam's two moments and two copies that are kept of them, and per row and member
    what each layer passes on, with its gradient, before and after the activation, as float32. The rows themselves
    are not: they are there whatever the batch.
    """
    if free is None:
        return batch
    inputs = layout.width + sum(kind.held(layout.of(name), hyper) for name, kind in INPUTS.items())
    per_row = 4 * 4 * (hyper.members * (inputs + hyper.layers * hyper.units + outputs))
    fixed = 4 * 6 * count_parameters(layout, outputs, hyper)
    while batch > SMALLEST and fixed + batch * per_row > MOST_MEMORY * free:
        batch //= 2
    return batch


def count_parameters(layout: Layout, outputs: int, hyper: Hyper) -> int:
    """Numbers that the network of this architecture holds, moving averages of batch normalisation included."""
    blocks = {name: layout.of(name) for name in INPUTS}
    total = sum(kind.parameters(blocks[name], hyper) for name, kind in INPUTS.items())
    inputs = sum(kind.features(blocks[name], hyper) for name, kind in INPUTS.items())
    inputs += sum(width(blocks[name]) for name, kind in INPUTS.items() if kind.as_it_is)
    if hyper.members > 1:
        total += hyper.members * inputs
    for _ in range(hyper.layers):
        total += inputs * hyper.units + (4 * hyper.units if hyper.batch_norm else hyper.units)
        inputs = hyper.units
    return total + hyper.members * inputs * outputs + outputs

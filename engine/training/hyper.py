"""The hyperparameters of a network; imports nothing heavy."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from engine.values import Count, NonNegative, Positive, Share, Value, Whole

MOST_STEPS = 400
"""Optimiser steps per epoch above which a larger batch is advised: more steps cost time and hardly help."""


class Hyper(Value, frozen=True):
    """A network: `layers` hidden layers of `units`, each followed by dropout; Adam with `learning_rate`.

    `layers` 0 is a linear model. `l2` is added to the loss as l2·Σw² of every kernel; `weight_decay` takes
    weight_decay·learning_rate of every kernel away at each step (AdamW; Loshchilov and Hutter, 2019).

    `numbers` "periodic" adds to each number x the embedding relu(linear(sin ωx, cos ωx)) of size `embedding` with
    `frequencies` learned ω that start at 2π·Normal(0, `sigma`) (Gorishniy, Rubachev and Babenko, 2022).
    Of a pair of coordinates p it also adds relu(linear(sin Ωp, cos Ωp)), four times as large and with four times the
    frequencies, learned Ω that start at 2π·Normal(0, `waves`) (Rahimi and Recht, 2007).
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
    waves: Positive = 4.0
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

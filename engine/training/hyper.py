"""The hyperparameters of a dense network, and how many parameters it has; instant, imports nothing heavy."""

from __future__ import annotations

from typing import Literal

from engine.training.layout import Layout
from engine.values import Count, NonNegative, Positive, Share, Value, Whole

MOST_STEPS = 400
"""Optimiser steps per epoch above which a larger batch is advised: more steps cost time and hardly help."""


class Hyper(Value, frozen=True):
    """A dense network: `layers` hidden layers of `units`, each followed by dropout; Adam with `learning_rate`.

    `l2` is the weight decay of every kernel (added to the loss as l2·Σw²); `layers` 0 is a linear model.
    """

    units: Count = 16
    layers: Whole = 1
    dropout: Share = 0.0
    l2: NonNegative = 0.0
    learning_rate: Positive = 1e-3
    batch: Count = 32
    batch_norm: bool = False
    activation: Literal["relu", "gelu", "tanh"] = "relu"


def advised_batch(rows: int) -> int:
    """Rows per optimiser step for this many training rows: the power of two from 32 to 4096 that bounds the steps."""
    batch = 32
    while batch < 4096 and rows > batch * MOST_STEPS:
        batch *= 2
    return batch


def count_parameters(layout: Layout, outputs: int, hyper: Hyper) -> int:
    """Numbers that the network of this architecture holds, moving averages of batch normalisation included."""
    total, inputs = 0, layout.width
    for _ in range(hyper.layers):
        total += inputs * hyper.units + (4 * hyper.units if hyper.batch_norm else hyper.units)
        inputs = hyper.units
    return total + inputs * outputs + outputs

"""What a search may vary on a table. The networks it describes are built by `engine.training.hypermodel`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.training.parts import Kind
from engine.values import Count, NonNegative, Share, Value, Whole

if TYPE_CHECKING:
    import keras_tuner


class Limits(Value, frozen=True):
    """The ends of the search: the largest network and the strongest regularisation, on so many rows."""

    max_units: Count
    max_layers: Whole
    max_dropout: Share
    max_l2: NonNegative
    rows: Count
    kinds: tuple[Kind, ...] = ("number",)
    """The kinds of inputs that there are."""
    wide: bool = False
    """Whether there is too much of the inputs for several members in one network."""
    masks: bool = False
    """Whether what is made of the inputs is the whole network: there are no layers behind it."""


def tabular(limits: Limits) -> keras_tuner.HyperParameters:
    """KerasTuner's hyperparameters of the search, conditions included; their defaults are the first configuration."""
    import keras_tuner

    from engine.training.hypermodel import declare

    hp = keras_tuner.HyperParameters()
    declare(hp, limits)
    return hp


def batches(rows: int, masks: bool = False) -> list[int]:
    """Batch sizes worth trying: at least a few steps per epoch, and not thousands of them; a mask is many."""
    if masks:
        return [2, 4, 8]
    if rows < 2000:
        return [32, 64]
    return [64, 128, 256] if rows < 20_000 else [256, 512, 1024]

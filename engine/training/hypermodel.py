"""The search space of tables as a KerasTuner `HyperModel`: it declares what may vary, and builds what was chosen."""

from __future__ import annotations

from typing import Any

import keras_tuner

from engine.training.hyper import Hyper
from engine.training.inputs import INPUTS
from engine.training.inputs.number import MANY_ROWS
from engine.training.layout import Layout
from engine.training.network import Head, Model, build
from engine.training.parts import LAID_OUT
from engine.training.space import Limits, batches

SMALL_UNITS = 8
LEARNING_RATE = (5e-4, 1e-2)
WEAKEST = 1e-5


class TabularHyperModel(keras_tuner.HyperModel):  # type: ignore[misc]
    """Networks for one table, as `build` makes them; `seed` is set before each is built."""

    def __init__(self, layout: Layout, outputs: int, head: Head, loss: str, limits: Limits, seed: int = 0) -> None:
        super().__init__(name="tabular")
        self.layout, self.outputs, self.head, self.loss = layout, outputs, head, loss
        self.limits, self.seed = limits, seed

    def declare(self, hp: keras_tuner.HyperParameters) -> Hyper:
        """Declare on `hp` what may vary, and give the configuration that `hp` holds."""
        return declare(hp, self.limits)

    def build(self, hp: keras_tuner.HyperParameters) -> Model:
        """A compiled network with an optimizer that is built: nothing is left to be made inside a training step."""
        import keras

        keras.utils.set_random_seed(self.seed)
        model = build(self.layout, self.outputs, self.declare(hp), head=self.head, loss=self.loss)
        model.optimizer.build(model.trainable_variables)
        return model


def declare(hp: keras_tuner.HyperParameters, limits: Limits) -> Hyper:
    """Declare what may vary within the limits, the most promising values as defaults; gives what `hp` holds.

    Ranges after Gorishniy et al. (2022, 2024) and Holzmüller, Grinsztajn and Steinwart (2024), made smaller for the
    tens of trials that a search of ours has.
    """
    sizes = batches(limits.rows, limits.masks)
    smallest = min(SMALL_UNITS, limits.max_units)
    usual = 32 if limits.rows < MANY_ROWS else 64
    # Convolutions are layers already: on few pictures none behind them is often best.
    fewest, most = int(not set(LAID_OUT) & set(limits.kinds)), max(1, limits.max_layers)
    found: dict[str, Any] = {}
    for name, kind in INPUTS.items():
        if name in limits.kinds:
            found |= kind.declare(hp, limits)
    if not (limits.wide or limits.masks):
        found["members"] = hp.Choice("members", [8, 1, 16], ordered=False)
    if not limits.masks:
        found |= {
            "layers": hp.Int("layers", fewest, most, default=0 if fewest == 0 else min(2, most)),
            "units": hp.Int("units", smallest, limits.max_units, sampling="log", default=min(usual, limits.max_units)),
        }
    found |= {
        "learning_rate": hp.Float("learning_rate", *LEARNING_RATE, sampling="log", default=3e-3),
        "batch": hp.Choice("batch", sizes, default=sizes[min(1, len(sizes) - 1)]),
    }
    if limits.max_dropout > 0:
        found["dropout"] = hp.Float("dropout", 0.0, limits.max_dropout, step=0.1, default=min(0.1, limits.max_dropout))
    if limits.max_l2 > WEAKEST:
        found["weight_decay"] = hp.Float("weight_decay", WEAKEST, limits.max_l2, sampling="log", default=limits.max_l2)
    return Hyper(**found)

"""What a search may vary, as KerasTuner hyperparameters. The networks they describe are built in `engine.training`."""

import keras_tuner
from msgspec import Struct


class Limits(Struct, frozen=True):
    """The ends of the search: the largest network and the strongest regularisation."""

    max_units: int
    max_layers: int
    max_dropout: float
    max_l2: float
    rows: int


SMALL_UNITS = 8
LEARNING_RATE = (3e-4, 1e-2)
WEAKEST_L2 = 1e-6


def tabular(limits: Limits) -> keras_tuner.HyperParameters:
    """Width, depth, dropout, weight decay, batch normalisation, learning rate and batch size of a dense network."""
    hp = keras_tuner.HyperParameters()
    hp.Int("layers", 1, max(1, limits.max_layers))
    hp.Int("units", min(SMALL_UNITS, limits.max_units), limits.max_units, sampling="log")
    if limits.max_dropout > 0:
        hp.Float("dropout", 0.0, limits.max_dropout, step=0.1)
    if limits.max_l2 > WEAKEST_L2:
        hp.Float("l2", WEAKEST_L2, limits.max_l2, sampling="log")
    hp.Boolean("batch_norm")
    hp.Float("learning_rate", *LEARNING_RATE, sampling="log")
    hp.Choice("batch", batches(limits.rows))
    return hp


def batches(rows: int) -> list[int]:
    """Batch sizes worth trying: at least a few steps per epoch, and not thousands of them."""
    if rows < 2000:
        return [16, 32, 64]
    return [64, 128, 256] if rows < 20_000 else [256, 512, 1024]

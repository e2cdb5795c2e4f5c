"""Dropout at the speed of the arithmetic around it: which algorithm draws the numbers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial


@contextmanager
def quick_dropout() -> Iterator[None]:
    """While a training step is traced, dropout draws by Philox (Salmon et al. 2011).

    Keras leaves the choice to XLA, whose own on a CPU takes ten to twenty times as long as the step around it.
    """
    import tensorflow as tf

    chosen = tf.nn.experimental.stateless_dropout
    tf.nn.experimental.stateless_dropout = partial(chosen, rng_alg="philox")
    try:
        yield
    finally:
        tf.nn.experimental.stateless_dropout = chosen

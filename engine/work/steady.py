"""Training that goes on where it can: at a lower rate when the loss breaks, with smaller batches when memory ends."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from engine.jobs.context import Context
from engine.training.history import History
from engine.training.hyper import Hyper
from engine.training.size import SMALLEST
from engine.work.networks import Prepared, train

Made = TypeVar("Made")


class NoMemory(Exception):
    """The network does not fit into memory, even with small batches."""


def steadily(
    data: Prepared,
    hyper: Hyper,
    epochs: int,
    context: Context,
    name: str,
    *,
    keep_rows: bool = False,
    once: Callable[..., History] = train,
) -> tuple[Hyper, History, str]:
    """Train; what was trained in the end, its history, and in words what had to be changed. Errors: NoMemory.

    `once` trains one time, with the arguments of `train`.
    """
    notes: list[str] = []
    while True:
        hyper, history, halved = with_less(
            hyper, lambda now: once(data, now, epochs, context, name, keep_rows=keep_rows)
        )
        notes += halved
        if not history.trouble or any("learning rate" in note for note in notes):
            return hyper, history, "; ".join([*notes, *([history.trouble] if history.trouble else [])])
        slower = msgspec.structs.replace(hyper, learning_rate=hyper.learning_rate / 10)
        notes.append(
            f"the loss stopped being a number at learning rate {hyper.learning_rate:g}: "
            f"trained again at learning rate {slower.learning_rate:g}"
        )
        hyper = slower


def with_less(hyper: Hyper, once: Callable[[Hyper], Made]) -> tuple[Hyper, Made, list[str]]:
    """`once(hyper)`, again with half the batch as long as memory runs out; what it was in the end, and in words.

    Errors: NoMemory when SMALLEST is too much.
    """
    notes: list[str] = []
    while True:
        try:
            return hyper, once(hyper), notes
        except Exception as error:
            if not ran_out(error):
                raise
            if hyper.batch <= SMALLEST:
                raise NoMemory from error
        hyper = msgspec.structs.replace(hyper, batch=hyper.batch // 2)
        notes.append(f"memory ran out: batches of {hyper.batch}")


def ran_out(error: Exception) -> bool:
    """Whether memory, of the machine or of the GPU, was too small."""
    import tensorflow as tf

    return isinstance(error, MemoryError | tf.errors.ResourceExhaustedError)

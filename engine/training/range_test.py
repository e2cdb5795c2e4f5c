"""The learning-rate range test: the rate rises with every step, and the loss tells which rates a network learns at."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.training.compiled import Rows
from engine.training.first_weights import first_weights
from engine.training.fit import Trainer
from engine.training.history import Array
from engine.values import Positive, Value

LOWEST, HIGHEST, STEPS = 1e-5, 10.0, 60
SMOOTHING = 0.5
"""Share of the losses before in the smoothed loss."""
BLOWN_UP = 2.0
"""The test ends when the smoothed loss is so many times the lowest one."""


class RatePoint(Value, frozen=True):
    """A learning rate, and the smoothed mean loss per row there."""

    rate: Positive
    loss: float


class RangeTest(Value, frozen=True):
    """The curve of a range test, and what follows from it; `rate` None: it cannot tell, and `sentence` says why."""

    points: tuple[RatePoint, ...]
    rate: Positive | None
    blew_up: Positive | None
    sentence: str


def range_test(
    trainer: Trainer, x: Array, y: Array, rows: Rows, *, seed: int, output_bias: list[float] | None = None
) -> RangeTest:
    """One optimiser step at each of STEPS rates from LOWEST to HIGHEST, from fresh weights (Smith, 2017).

    `rows` (at least one) are training rows of x (n, width) and y (n,). The rate it picks is where the smoothed loss
    falls fastest over the logarithm of the rate, at most a tenth of where the loss blew up. All steps take the same
    rows, drawn once, so that the loss changes by the rate and not by the luck of a batch. The trainer's compiled step
    is used as it is; its network is left with weights of no use, and its own learning rate.
    """
    rates = np.geomspace(LOWEST, HIGHEST, STEPS)
    trainer.reset(first_weights(trainer.model, seed, output_bias=output_bias), seed)
    chosen = np.random.default_rng(seed).choice(rows, size=trainer.batch)
    optimizer = trainer.model.optimizer
    own, points, lowest, mean = float(optimizer.learning_rate.numpy()), list[RatePoint](), np.inf, 0.0
    blew_up = None
    data = trainer._on_device(x, y, None)
    for number, rate in enumerate(rates, start=1):
        optimizer.learning_rate.assign(rate)
        loss = trainer.one_step(data, chosen)
        mean = SMOOTHING * mean + (1 - SMOOTHING) * loss
        smooth = mean / (1 - SMOOTHING**number)
        if not np.isfinite(smooth) or smooth > BLOWN_UP * lowest + 1e-9:
            blew_up = float(rate)
            break
        lowest = min(lowest, smooth)
        points.append(RatePoint(rate=float(rate), loss=float(smooth)))
    optimizer.learning_rate.assign(own)
    return told(tuple(points), blew_up)


def told(points: tuple[RatePoint, ...], blew_up: float | None) -> RangeTest:
    """What the points say."""
    slopes = [after.loss - before.loss for before, after in pairwise(points)]
    if not slopes or min(slopes) >= 0:
        said = "the loss did not fall at any learning rate: the inputs may say nothing, or hold extreme values."
        return RangeTest(points=points, rate=None, blew_up=blew_up, sentence=said)
    rate = points[int(np.argmin(slopes)) + 1].rate
    if blew_up is not None:
        rate = min(rate, blew_up / 10)
    end = f"; it blew up at {blew_up:.2g}" if blew_up else f"; it did not blow up below {HIGHEST:g}"
    said = f"the loss fell fastest near the learning rate {rate:.2g}{end} (one run of {len(points)} steps)."
    return RangeTest(points=points, rate=rate, blew_up=blew_up, sentence=said)

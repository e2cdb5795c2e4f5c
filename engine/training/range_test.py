"""The learning-rate range test: the rate rises with every step, and the loss tells which rates a network learns at."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from engine.training.compiled import Rows
from engine.training.first_weights import first_weights
from engine.training.fit import Trainer
from engine.training.history import Array
from engine.training.rates import RangeTest, RatePoint

LOWEST, HIGHEST, STEPS = 1e-5, 10.0, 60
SMOOTHING = 0.5
"""Share of the losses before in the smoothed loss."""
BLOWN_UP = 2.0
"""The test ends when the smoothed loss is so many times the lowest one."""
BELOW = 0.1
"""The rate that is picked, as a share of the one at which the loss fell fastest: one batch again and again bears a
higher rate than ever new ones. A rule of thumb."""
LEAST_FALL = 0.02
"""Share of the first loss; a test in which it falls by less tells nothing."""


def range_test(
    trainer: Trainer,
    x: Array,
    y: Array,
    rows: Rows,
    *,
    seed: int,
    output_bias: list[float] | None = None,
    weights: Array | None = None,
) -> RangeTest:
    """One optimiser step at each of STEPS rates from LOWEST to HIGHEST, from fresh weights (Smith, 2017).

    `rows` (at least one) are training rows of x (n, width) and y (n,), `weights` (n,) of their loss. The rate it picks
    is a tenth of the one where the smoothed loss falls fastest over the logarithm of the rate. All steps take the same
    rows, drawn once, so that the loss changes by the rate and not by the luck of a batch. The trainer's compiled step
    is used as it is; its network is left with weights of no use, and its own learning rate.
    """
    rates = np.geomspace(LOWEST, HIGHEST, STEPS)
    trainer.reset(first_weights(trainer.model, seed, output_bias=output_bias), seed)
    chosen = np.random.default_rng(seed).choice(rows, size=trainer.batch)
    optimizer = trainer.model.optimizer
    own, points, lowest, mean = float(optimizer.learning_rate.numpy()), list[RatePoint](), np.inf, 0.0
    blew_up = None
    data = trainer._on_device(x, y, weights)
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
    first = abs(points[0].loss) if points else 0.0
    if not slopes or points[0].loss - min(point.loss for point in points) < LEAST_FALL * first or min(slopes) >= 0:
        said = "the loss did not fall at any learning rate: the inputs may say nothing, or hold extreme values."
        return RangeTest(points=points, rate=None, blew_up=blew_up, sentence=said)
    fastest = points[int(np.argmin(slopes)) + 1].rate
    rate = BELOW * fastest
    end = f"; it blew up at {blew_up:.2g}" if blew_up else f"; it did not blow up below {HIGHEST:g}"
    said = f"the loss fell fastest near the learning rate {fastest:.2g}{end}; a tenth of the fastest is {rate:.2g}."
    return RangeTest(points=points, rate=rate, blew_up=blew_up, sentence=said)

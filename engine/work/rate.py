"""The learning rate of the first networks: a range test on some training rows of the first fold, told to the user."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from engine.data.folds import Fold
from engine.jobs.context import Context
from engine.steps import Plan
from engine.training.fit import Trainer
from engine.training.hyper import Hyper
from engine.training.network import build
from engine.training.range_test import range_test
from engine.training.rates import RangeTest, RatePoint
from engine.work.networks import Prepared, prepared
from engine.work.rows import Rows

MOST_ROWS = 4096
"""Training rows that the test draws its one batch from: it has to cost no more than a few seconds."""
BATCH = 1024
RUNS = 3
FAR = 10.0
"""So many times apart, rates contradict each other; so many times off the usual one, a rate is not believed."""
KEPT = 5
"""Every so many points of the curve are kept for the project file."""


def some_prepared(plan: Plan, rows: Rows, fold: Fold, seed: int) -> Prepared:
    """At most MOST_ROWS training rows of a fold, prepared by themselves; nothing is left to validate."""
    # Copies of the rows are made anew when the part is prepared.
    train = np.asarray(fold.train)[np.asarray(fold.train) < len(rows)]
    if len(train) > MOST_ROWS:
        train = np.sort(np.random.default_rng(seed).choice(train, MOST_ROWS, replace=False))
    part = rows.some(train)
    return prepared(plan, part, Fold(train=np.arange(len(part)), test=np.array([], dtype=int)))


def tested_rate(data: Prepared, hyper: Hyper, context: Context) -> RangeTest:
    """At which learning rate this network learns these training rows: the median of RUNS from different first weights.

    Undecided where one run is, or they are FAR apart. The steps are taken without XLA, which would take longer to
    compile them than they take. Validation rows are not looked at.
    """
    context.phase("learning-rate range test")
    model = build(data.layout, data.outputs, hyper, head=data.rows.task.head, loss=data.loss)
    batch = min(BATCH, len(data.fold.train))
    trainer = Trainer(model, rows=batch, batch=batch, fused=False)
    seeds = range(context.seed, context.seed + RUNS)
    once = partial(
        range_test, trainer, data.x, data.y, data.fold.train, output_bias=data.first_bias, weights=data.weights
    )
    runs = [once(seed=seed) for seed in seeds]
    return concluded(runs, hyper.learning_rate)


def concluded(runs: Sequence[RangeTest], usual: float) -> RangeTest:
    """What several runs say together, with the curve of the one in the middle; `usual` is the rate without a test."""
    rates = sorted(run.rate for run in runs if run.rate is not None)
    if len(rates) < len(runs):
        shown = next(run for run in runs if run.rate is None)
        return _small(shown, None, f"{shown.sentence} The learning rate {usual:g} stands.")
    shown = next(run for run in runs if run.rate == rates[len(rates) // 2])
    reach = f"{len(runs)} runs say {rates[0]:.2g} to {rates[-1]:.2g}"
    if rates[-1] > FAR * rates[0]:
        return _small(shown, None, f"Undecided: {reach}. The learning rate {usual:g} stands.")
    rate = min(max(rates[len(rates) // 2], usual / FAR), usual * FAR)
    kept = "" if rate == shown.rate else f", kept within {FAR:g} times of the usual {usual:g}"
    return _small(shown, rate, f"The learning rate is {rate:.2g}{kept}: {reach}; in the middle one {shown.sentence}")


def _small(shown: RangeTest, rate: float | None, sentence: str) -> RangeTest:
    points = tuple(RatePoint(_short(each.rate), _short(each.loss)) for each in shown.points[::KEPT])
    return RangeTest(points, None if rate is None else _short(rate), shown.blew_up and _short(shown.blew_up), sentence)


def _short(value: float) -> float:
    return float(f"{value:.3g}")

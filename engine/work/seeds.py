"""The best configuration trained again from other seeds: how much of its score is the luck of one start."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from engine import ledger
from engine.jobs.context import Context
from engine.search.results import Spread
from engine.stats.differences import by_t
from engine.stats.metrics import METRICS
from engine.steps import Plan
from engine.training.hyper import Hyper
from engine.work.networks import validate
from engine.work.rows import folds, load_rows
from engine.work.scoring import scored

OTHERS = 3
"""Other seeds that are tried, where the time lasts."""
EPOCHS = 200
"""As many as in a trial."""


def spread(plan: Plan, context: Context, number: int, hyper: Hyper, score: float, seconds: float) -> Spread:
    """Train the trial of this number from other seeds on the same folds, one unit each, and tell how scores spread.

    `score` is what the trial itself reached and `seconds` what it took; a seed that would not be done before the
    deadline is not begun. Every score is on the ledger; nothing is chosen by them, so they flatter nobody.
    """
    found = [score]
    for at in range(1, OTHERS + 1):
        left = None if context.deadline is None else context.deadline - time.monotonic()
        if left is not None and left < seconds:
            break
        context.phase("other seeds for the best trial", at - 1, OTHERS, (OTHERS - at + 1) * seconds)
        argument = {"plan": plan, "number": number, "hyper": hyper, "seed": context.seed + at}
        outcome = context.fork(again, argument, f"seed-{number:04d}-{at}")
        if outcome.state == "stopped":
            break
        if outcome.state == "done" and outcome.result is not None:
            found.append(float(outcome.result))
            what = f"{context.folder.path.name} trial {number} seed {context.seed + at}"
            if not any(entry.what == what for entry in ledger.entries(context.project)):
                ledger.record(context.project, "look", "tuning", what, found[-1])
    return told(found)


def told(scores: list[float]) -> Spread:
    """Mean, standard deviation and 95 % t interval of the mean of the scores; two are needed for a spread."""
    if len(scores) < 2:
        return Spread(scores=tuple(scores), mean=scores[0])
    mean, deviation = float(np.mean(scores)), float(np.std(scores, ddof=1))
    interval = by_t("seeds", mean, deviation / len(scores) ** 0.5, len(scores) - 1)
    return Spread(scores=tuple(scores), mean=mean, deviation=deviation, low=interval.low, high=interval.high)


def again(argument: dict[str, Any], context: Context) -> float | None:
    """The score of one seed, in a process of its own; None where its loss stopped being a number."""
    plan, seed = argument["plan"], argument["seed"]
    rows = load_rows(plan, context.project)
    drawn = folds(plan, rows)
    stacking = scored(drawn, plan.protocol.result.repeats)
    own = context.for_unit(context.checkpoint)
    own.seed = seed
    name = f"trial {argument['number']}, seed {seed}"
    found = validate(plan, rows, drawn, stacking, argument["hyper"], EPOCHS, own, name, by_epoch=False)
    context.check()
    if found.trouble:
        return None
    metric, weights = METRICS[plan.metric.primary], rows.weights_at(stacking.rows)
    return float(metric.compute(stacking.truth(rows), found.predictions, weights))

"""One trial: a configuration trained on every fold, in a process of its own; a kill costs one fold."""

from __future__ import annotations

import math
import time
from typing import Any

import msgspec
import numpy as np

from engine.jobs.context import Context
from engine.search.driver import UNFINISHED, Driver
from engine.search.median import CurveFile
from engine.search.trial import Proposal, TrialResult, unit_name
from engine.stats.metrics import METRICS
from engine.steps import Plan
from engine.training.history import EpochEnd, Pruned
from engine.training.hyper import Hyper
from engine.work.limits import too_large
from engine.work.networks import latency_ms, validate
from engine.work.rows import folds, load_rows
from engine.work.scoring import scored
from engine.work.settings import loss_of
from engine.work.trial_files import EPOCHS, run_name
from engine.work.tuning_result import OUT_OF_FOLD


def carry_out(plan: Plan, context: Context, proposal: Proposal, driver: Driver) -> TrialResult:
    """One trial in a process of its own; one that has an outcome from before is not run again."""
    number, values = proposal.number, proposal.values
    given = {"plan": plan, "proposal": proposal, "driver": driver}
    outcome = context.fork(trial, given, unit_name(number, values))
    if outcome.state == "done":
        return msgspec.convert(outcome.result, TrialResult)
    if outcome.state == "stopped":
        if context.folder.stop_reason() not in ("", "budget"):
            context.check()
        return TrialResult(number=number, values=values, state=UNFINISHED, note="the budget ended before it did")
    note = " ".join(part for part in (outcome.sentence, outcome.advice) if part)
    state = "skipped" if outcome.state == "skipped" else "failed"
    return TrialResult(number=number, values=values, state=state, note=note)


def trial(argument: dict[str, Any], context: Context) -> TrialResult:
    """Train one configuration on every fold, in the forked child; its out-of-fold predictions stay on disk."""
    plan, proposal, driver = argument["plan"], argument["proposal"], argument["driver"]
    number, values = proposal.number, proposal.values
    began = time.monotonic()
    rows = load_rows(plan, context.project)
    drawn = folds(plan, rows)
    stacking = scored(drawn, plan.protocol.result.repeats)
    hyper = hyper_of(values)
    metric = METRICS[plan.metric.primary]
    sign = 1.0 if metric.greater_is_better else -1.0
    points = CurveFile(context.checkpoint)

    def give_up(fold: int, end: EpochEnd) -> bool:
        if end.score is None or not math.isfinite(end.score):
            return False
        points.add(fold, end.epoch, sign * end.score)
        return not driver.report(number, points.curve, fold, end.epoch)

    def ended(state: str, **more: Any) -> TrialResult:
        return TrialResult(number=number, values=values, state=state, seconds=time.monotonic() - began, **more)

    try:
        found = validate(
            plan,
            rows,
            drawn,
            stacking,
            hyper,
            proposal.epochs or EPOCHS,
            context,
            run_name(number),
            by_epoch=False,
            prune=give_up,
        )
    except Pruned as at:
        note = f"below the median of earlier trials in fold {at.fold + 1}, epoch {at.epoch}"
        seen = points.curve.last
        return ended("pruned", note=note, seen=None if seen is None else sign * seen)
    context.check()
    if found.trouble:
        return ended("failed", note=found.trouble)
    taken = None
    if plan.framing.latency_ms:
        taken = latency_ms(found.layout, rows.code.outputs, hyper, rows.task.head, loss_of(plan))
    broken = too_large(plan, found.parameters, taken)
    if broken:
        return ended("infeasible", note=broken)
    np.save(context.checkpoint / OUT_OF_FOLD, found.predictions, allow_pickle=False)
    score = float(metric.compute(stacking.truth(rows), found.predictions, rows.weights_at(stacking.rows)))
    return ended("done", score=score, epochs=found.epochs)


def hyper_of(values: dict[str, Any]) -> Hyper:
    """KerasTuner's values as the hyperparameters of a network."""
    return msgspec.convert(values, Hyper)

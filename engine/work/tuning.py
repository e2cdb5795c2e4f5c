"""Search for a configuration under a budget: each trial trains on every fold, every look is on record."""

from __future__ import annotations

import time
from typing import Any

import msgspec
import numpy as np

from engine import ledger
from engine.dotted import load
from engine.errors import JobFailed
from engine.jobs.context import Context
from engine.modalities import MODALITIES
from engine.search.results import TuningResult
from engine.stats.catalogue import METRIC_INFO
from engine.stats.metrics import METRICS
from engine.steps import Plan
from engine.training.hyper import Hyper
from engine.training.search import TrialResult, search, unit_name
from engine.work.limits import limits_of, too_large
from engine.work.networks import latency_ms, validate
from engine.work.rows import Rows, folds, load_rows
from engine.work.scoring import naive_predictions, scored
from engine.work.settings import loss_of
from engine.work.tuning_result import OUT_OF_FOLD, conclude

Array = np.ndarray

EPOCHS = 200
"""Early stopping ends a trial long before; this only bounds it."""


def run(plan: Plan, context: Context) -> TuningResult:
    """Search, then say how much of the best score is luck. Errors: JobFailed when no trial has a score."""
    own = plan.tuning
    rows = load_rows(plan, context.project)
    metric = METRIC_INFO[plan.metric.primary or ""]
    limits = limits_of(plan, len(rows))
    trials = own.trials or 12
    began = time.monotonic()

    def run_trial(number: int, values: dict[str, Any]) -> TrialResult:
        taken = (time.monotonic() - began) / number if number else None
        context.phase("trials", number, trials, None if taken is None else taken * (trials - number))
        return _run_trial(plan, context, number, values)

    done = search(
        space=load(MODALITIES["tabular"].space)(limits),
        algorithm=own.algorithm or "bayesian",
        trials=trials,
        greater_is_better=metric.greater_is_better,
        seed=context.seed,
        folder=context.checkpoint / "search",
        run=run_trial,
        stopping=context.stopping,
        penalty=_penalty(plan, rows),
    )
    done = tuple(found for found in done if found.state != "unfinished")
    scored_trials = [trial for trial in done if trial.score is not None]
    if not scored_trials:
        raise JobFailed(f"no trial has a score: {done[-1].note if done else 'the budget ended before the first one'}")
    return conclude(plan, context, rows, done, scored_trials)


def _run_trial(plan: Plan, context: Context, number: int, values: dict[str, Any]) -> TrialResult:
    """One trial in a process of its own; one that has an outcome from before is not run again."""
    context.trial(number, "running", values)
    outcome = context.fork(trial, {"plan": plan, "number": number, "values": values}, unit_name(number, values))
    if outcome.state == "done":
        found = msgspec.convert(outcome.result, TrialResult)
    elif outcome.state == "stopped":
        if context.folder.stop_reason() not in ("", "budget"):
            context.check()
        return TrialResult(number=number, values=values, state="unfinished", note="the budget ended before it did")
    else:
        note = " ".join(part for part in (outcome.sentence, outcome.advice) if part)
        found = TrialResult(number=number, values=values, state="failed", note=note)
    state = found.state if found.state in ("done", "infeasible") else "failed"
    context.trial(number, state, values, found.score, found.seconds, found.note)  # type: ignore[arg-type]
    what = f"{context.folder.path.name} trial {number}"
    if found.score is not None and not any(entry.what == what for entry in ledger.entries(context.project)):
        ledger.record(context.project, "look", "tuning", what, found.score)
    return found


def trial(argument: dict[str, Any], context: Context) -> TrialResult:
    """Train one configuration on every fold, in the forked child; its out-of-fold predictions stay on disk."""
    plan, number, values = argument["plan"], argument["number"], argument["values"]
    began = time.monotonic()
    rows = load_rows(plan, context.project)
    drawn = folds(plan, rows)
    stacking = scored(drawn, plan.protocol.result.repeats)
    found = validate(plan, rows, drawn, stacking, hyper_of(values), EPOCHS, context, f"trial {number}", by_epoch=False)
    context.check()
    seconds = time.monotonic() - began
    if found.trouble:
        return TrialResult(number=number, values=values, state="failed", seconds=seconds, note=found.trouble)
    hyper = hyper_of(values)
    taken = None
    if plan.framing.latency_ms:
        taken = latency_ms(found.layout, rows.code.outputs, hyper, rows.task.head, loss_of(plan))
    broken = too_large(plan, found.parameters, taken)
    if broken:
        return TrialResult(number=number, values=values, state="infeasible", seconds=seconds, note=broken)
    np.save(context.checkpoint / OUT_OF_FOLD, found.predictions, allow_pickle=False)
    metric = METRICS[plan.metric.primary]
    return TrialResult(
        number=number,
        values=values,
        state="done",
        score=float(metric.compute(rows.y[stacking.rows], found.predictions)),
        epochs=found.epochs,
        seconds=seconds,
    )


def hyper_of(values: dict[str, Any]) -> Hyper:
    """KerasTuner's values as the hyperparameters of a network."""
    return msgspec.convert(values, Hyper)


def _penalty(plan: Plan, rows: Rows) -> float:
    """What the worst naive answer scores: a finite stand-in for a trial without a score."""
    drawn = folds(plan, rows)
    stacking = scored(drawn, plan.protocol.result.repeats if plan.protocol.result else 1)
    metric = METRICS[plan.metric.primary or ""]
    found = [metric.compute(rows.y[stacking.rows], said) for said in naive_predictions(rows, drawn, stacking).values()]
    finite = [value for value in found if np.isfinite(value)]
    worst = min if metric.greater_is_better else max
    return float(worst(finite)) if finite else 0.0

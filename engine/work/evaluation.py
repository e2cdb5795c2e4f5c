"""Retrain on every development row, open the seal once, and say what the model will do in use."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine import __version__, ledger
from engine.data.seal import load_development, open_sealed
from engine.findings import rows_left_out
from engine.jobs.context import Context
from engine.serving.artifact import Meta, save_artifact
from engine.stats.calibration import expected_calibration_error
from engine.stats.thresholds import cost_threshold, default_threshold, per_thousand
from engine.steps import Plan
from engine.steps.evaluation import EvaluationResult, PerThousand, Rate
from engine.values import Score
from engine.work.beside import beside, score_of
from engine.work.chosen import Chosen, choose
from engine.work.diagnosis import diagnose, slices, worst_cases
from engine.work.final import train_final
from engine.work.networks import validate
from engine.work.rows import Rows, folds, from_frame, load_rows
from engine.work.scoring import scored
from engine.work.trial_files import EPOCHS, finished_folds

Array = np.ndarray

MODEL = "models/final"


def run(plan: Plan, context: Context) -> EvaluationResult:
    """The last act of development. Errors: UserError, JobFailed."""
    rows = load_rows(plan, context.project)
    chosen = choose(plan)
    apart = _not_learned_from(plan, context, rows, chosen)
    threshold, how = _threshold(plan, rows, apart)
    context.phase("retraining on all development rows")
    final = train_final(plan, context, rows, chosen, threshold)
    code = final.code if apart is None or rows.kind.settled is None else rows.kind.settled(final.code, *apart[:2])
    meta = Meta(
        task=rows.task.name,
        metric=plan.metric.primary or "",
        threshold=threshold,
        seed=context.seed,
        engine=__version__,
        rows=len(rows),
        past=plan.data.result.past if plan.data.result else None,
    )
    digest = save_artifact(context.project / MODEL, final.model, final.preparation, code, meta, final.script)
    context.phase("opening the sealed test set")
    sealed = open_sealed(context.project, lambda: _written(context, digest))
    opening = ledger.count(context.project, "opening")
    test = _test_rows(plan, context, sealed)
    predictions = final.predict(test.inputs)
    scores = tuple(score_of(metric, test, predictions) for metric in _ordered(plan, rows))
    others = beside(plan, context, rows, test, predictions)
    return EvaluationResult(
        test=scores,
        naive=tuple(each.score for each in others[:1] if each.name in rows.task.naive),
        beside=others,
        more=rows.kind.more(code, test.y, predictions),
        diagnosis=diagnose(chosen.promised, scores[0], rows, test, opening),
        opening=opening,
        rows=len(test),
        epochs=max(member.epochs for member in chosen.members),
        parameters=final.model.count_params(),
        threshold=threshold,
        threshold_how=how,
        per_thousand=_per_thousand(plan, test, predictions, threshold),
        confusion=_confusion(test, predictions, threshold),
        classes=code.classes if rows.task.classes else (),
        calibration_error=expected_calibration_error(test.y, predictions, how="test rows", weights=test.weights)
        if rows.task.classes
        else None,
        worst=worst_cases(test, predictions, plan.evaluation.worst or 5),
        slices=slices(plan, sealed, test, predictions),
        model=MODEL,
        digest=digest,
    )


def _written(context: Context, digest: str) -> None:
    """The ledger knows of the opening before anyone sees a sealed row."""
    ledger.record(context.project, "opening", "evaluation", f"sealed rows opened for model {digest[:16]}")


def _not_learned_from(
    plan: Plan, context: Context, rows: Rows, chosen: Chosen
) -> tuple[Array, Array, Array | None] | None:
    """Truth and predictions of rows that were not trained on, and their weights; None where nobody wants them."""
    drawn_line = rows.task.threshold and plan.evaluation.threshold_rule != "half"
    if not drawn_line and rows.kind.settled is None:
        return None
    context.phase("out-of-fold predictions for the threshold" if drawn_line else "out-of-fold predictions")
    drawn = folds(plan, rows)
    assert plan.protocol.result is not None
    stacking = scored(drawn, plan.protocol.result.repeats)
    total: Array | float = 0.0
    for number, member in enumerate(chosen.members, start=1):
        name = "threshold" + (f" {number}" if number > 1 else "")
        before = finished_folds(context.project, member.trial)
        found = validate(plan, rows, drawn, stacking, member.hyper, EPOCHS, context, name, earlier=before)
        total = total + member.share * found.predictions
    return rows.y[stacking.rows], np.asarray(total), rows.weights_at(stacking.rows)


def _threshold(plan: Plan, rows: Rows, apart: tuple[Array, Array, Array | None] | None) -> tuple[float | None, str]:
    """Where to draw the line, on predictions of rows that were not trained on. Never on the test."""
    if not rows.task.threshold:
        return None, ""
    if apart is None:
        return 0.5, "at one half"
    (y, predictions, weights), own = apart, plan.metric
    if plan.evaluation.threshold_rule == "costs" and own.cost_fp is not None and own.cost_fn is not None:
        priced = cost_threshold(y, predictions, own.cost_fp, own.cost_fn, how="out of fold", weights=weights)
        return (
            priced.threshold,
            f"cheapest on development rows at {own.cost_fn:g} a miss and {own.cost_fp:g} a false alarm",
        )
    value, rule = default_threshold("f1", y, predictions, weights)
    return value, f"{rule}, on development rows"


def _test_rows(plan: Plan, context: Context, sealed: pd.DataFrame) -> Rows:
    """The sealed rows; where rows have a time, the earlier ones are known by then."""
    development = load_development(context.project)
    known = development[~development.index.isin(rows_left_out(plan))]
    return from_frame(plan, sealed, before=known)


def _ordered(plan: Plan, rows: Rows) -> list[str]:
    """The success metric first, then the others of the task."""
    primary = plan.metric.primary or ""
    return [primary, *(name for name in rows.task.metrics if name != primary)]


def _per_thousand(plan: Plan, test: Rows, predictions: Array, threshold: float | None) -> PerThousand | None:
    if threshold is None:
        return None
    own = plan.metric
    prevalence = own.prevalence if own.prevalence is not None else float(np.average(test.y, weights=test.weights))
    found = per_thousand(test.y, predictions, threshold, prevalence, test.weights)
    if "fn" not in found or "fp" not in found:
        return None
    missed, alarms = found["fn"], found["fp"]
    cost = None
    if own.cost_fn is not None and own.cost_fp is not None:
        cost = missed.value * own.cost_fn + alarms.value * own.cost_fp
    return PerThousand(prevalence=prevalence, missed=_rate(missed), false_alarms=_rate(alarms), cost=cost)


def _rate(found: Score) -> Rate:
    assert found.low is not None
    assert found.high is not None
    return Rate(value=found.value, low=found.low, high=found.high)


def _confusion(test: Rows, predictions: Array, threshold: float | None) -> tuple[tuple[int, ...], ...]:
    """Counts, truth by row and answer by column; empty for amounts."""
    if not test.task.classes:
        return ()
    place = {name: number for number, name in enumerate(test.code.classes)}
    decided = test.code.decide(predictions, 0.5 if threshold is None else threshold)
    said = np.array([place[name] for name in decided])
    table = np.zeros((test.classes, test.classes), dtype=int)
    np.add.at(table, (test.y.astype(int), said), 1)
    return tuple(tuple(int(count) for count in line) for line in table)

"""Score the naive answers in every metric of the task, so that nobody mistakes them for success."""

import numpy as np

from engine.errors import UserError
from engine.jobs.context import Context
from engine.steps import Plan
from engine.steps.metric import MetricResult
from engine.values import Named, Score
from engine.work.rows import Rows, load_rows, make_folds
from engine.work.scoring import Scored, naive_predictions, score_stacked, scored

FOLDS = 5


def run(plan: Plan, context: Context) -> MetricResult:
    """Naive scores over five folds of the development rows."""
    rows = load_rows(plan, context.project)
    ordered, strata = rows.order is not None, rows.kind.strata(rows.y)
    order = "time" if ordered else "group" if rows.groups is not None else "random" if strata is None else "stratified"
    folds = make_folds(rows, kind="kfold", order=order, k=FOLDS, repeats=1, share=0.2, gap=0, seed=plan.project.seed)
    stacking = scored(folds, 1)
    named = []
    for name, predictions in naive_predictions(rows, folds, stacking).items():
        for metric in rows.task.metrics:
            context.phase(f"scoring {name}")
            found = _score(metric, rows, stacking, predictions)
            if found is not None:
                named.append(Named(name=name, score=found))
    return MetricResult(
        naive=tuple(named),
        positives=int((rows.y == 1).sum()) if rows.task.threshold else None,
        rows=len(rows),
        value_per_thousand=_value(plan, rows),
    )


def _score(metric: str, rows: Rows, stacking: Scored, predictions: np.ndarray) -> Score | None:
    """A metric, or nothing where it is not defined for such an answer."""
    try:
        return score_stacked(metric, rows, stacking, predictions, "development rows, 5 folds")
    except UserError:
        return None


def _value(plan: Plan, rows: Rows) -> float | None:
    """Worth of 1000 perfect decisions: every positive found."""
    if not rows.task.threshold or plan.metric.value_tp is None:
        return None
    share = plan.metric.prevalence if plan.metric.prevalence is not None else float(np.mean(rows.y))
    return 1000 * share * plan.metric.value_tp

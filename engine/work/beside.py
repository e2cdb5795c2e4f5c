"""What the naive bar and the references say of the sealed rows, in the one opening, against the final model."""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pandas as pd

from engine.data.folds import Fold
from engine.errors import UserError
from engine.jobs.context import Context
from engine.stats.intervals import score
from engine.stats.paired import compare
from engine.steps import Plan
from engine.steps.evaluation import Beside
from engine.training.references import REFERENCES, refer
from engine.values import Score
from engine.work.rows import Rows
from engine.work.scoring import ahead, naive, units
from engine.work.settings import recipe_of

Array = np.ndarray

MODELS = ("linear", "boosted_trees")


def beside(plan: Plan, context: Context, rows: Rows, test: Rows, predictions: Array) -> tuple[Beside, ...]:
    """The bar first, then linear model and boosted trees, learned from all development rows; each with its score and
    the paired test of the final model's `predictions` against it. One that cannot be scored is left out.
    """
    both = _joined(rows, test)
    fold = Fold(train=np.arange(len(rows)), test=np.arange(len(rows), len(both)))
    bar, said = plan.baseline.result.bar if plan.baseline.result else "", dict[str, Array]()
    simple = naive(bar, both, fold) if bar in rows.task.naive else test.existing if bar == "existing" else None
    if simple is not None:
        said[bar] = simple
    for name in MODELS:
        context.phase(f"sealed test rows: {REFERENCES[name].title}")
        said[name] = refer(
            name,
            both.inputs,
            both.y,
            [fold],
            recipe_of(plan),
            code=rows.code,
            learn=rows.kind.learn,
            coarse_pictures=not rows.kind.whole_pictures,
            weights=both.weights,
            seed=context.seed,
            threads=os.cpu_count() or 1,
            between=context.check,
        ).predictions
    return tuple(each for name, theirs in said.items() if (each := _against(plan, test, name, predictions, theirs)))


def score_of(metric: str, test: Rows, predictions: Array) -> Score:
    """A metric on the sealed rows with its interval. Errors: UserError where it is not defined there."""
    return score(
        metric,
        test.y,
        predictions,
        how="sealed test rows",
        groups=units(test),
        time_ordered=test.order is not None,
        weights=test.weights,
    )


def _against(plan: Plan, test: Rows, name: str, ours: Array, theirs: Array) -> Beside | None:
    metric = plan.metric.primary or ""
    try:
        found = compare(
            metric,
            test.y,
            ours,
            theirs,
            delta=plan.metric.gain or 0.0,
            groups=units(test),
            time_ordered=test.order is not None,
            horizon=ahead(plan, test),
            weights=test.weights,
            seed=plan.project.seed,
        )
        return Beside(name=name, score=score_of(metric, test, theirs), comparison=found)
    except UserError:
        return None


def _joined(rows: Rows, test: Rows) -> Rows:
    previous = None
    if test.previous is not None:
        previous = np.concatenate([np.full((len(rows), *test.previous.shape[1:]), np.nan), test.previous])
    return replace(
        rows,
        inputs=pd.concat([rows.inputs, test.inputs]),
        y=np.concatenate([rows.y, test.y]),
        previous=previous,
        weights=None if rows.weights is None or test.weights is None else np.concatenate([rows.weights, test.weights]),
    )

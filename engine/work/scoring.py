"""Predictions out of fold, stacked in one order for every predictor, so that all comparisons are on the same rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from engine.data.folds import Fold
from engine.stats.intervals import score
from engine.stats.paired import compare
from engine.steps import Plan
from engine.training.naive import NaiveInput
from engine.values import Comparison, Score
from engine.work.rows import Rows

Array = np.ndarray


@dataclass(frozen=True)
class Scored:
    """The rows that folds score: `rows` (m,) positions in the development rows, repeat after repeat, each in row order.

    `fold` (m,) tells the fold of each; `repeats` is how many passes over the same rows are stacked.
    """

    rows: Array
    fold: Array
    repeats: int
    order: Array
    """Sorts predictions that come fold after fold into this stacking."""

    @property
    def first_pass(self) -> slice:
        """The part of the stacking that holds every scored row once."""
        return slice(0, len(self.rows) // self.repeats)

    def truth(self, rows: Rows) -> Array:
        """The targets (m, …) in this stacking; a list that is scored again is another list."""
        y: Array = rows.y[self.rows]
        if not rows.task.lists or self.repeats == 1:
            return y
        again = np.repeat(np.arange(self.repeats), len(y) // self.repeats) * (y[:, -1].max() + 1)
        return np.column_stack([y[:, :-1], y[:, -1] + again])

    def stack(self, parts: Sequence[Array]) -> Array:
        """Predictions given per fold, in the order of its test rows, in the common order."""
        return np.asarray(np.concatenate(parts)[self.order])


def scored(folds: Sequence[Fold], repeats: int) -> Scored:
    """The stacking of these folds; folds of one repeat follow one another."""
    rows = np.concatenate([fold.test for fold in folds])
    number = np.concatenate([np.full(len(fold.test), index) for index, fold in enumerate(folds)])
    each = max(1, len(folds) // repeats)
    order = np.lexsort((rows, number // each))
    return Scored(rows[order], number[order], repeats, order)


def out_of_fold(folds: Sequence[Fold], stacking: Scored, predict: Callable[[Fold], Array | None]) -> Array | None:
    """A predictor's stacked predictions; None when it has nothing to say in some fold."""
    parts = []
    for fold in folds:
        part = predict(fold)
        if part is None:
            return None
        parts.append(part)
    return stacking.stack(parts)


def naive_predictions(rows: Rows, folds: Sequence[Fold], stacking: Scored) -> dict[str, Array]:
    """What every naive predictor of the task says, and the present system where its predictions are known."""
    found = {}
    for name in rows.task.naive:
        predictions = out_of_fold(folds, stacking, lambda fold, name=name: naive(name, rows, fold))  # type: ignore[misc]
        if predictions is not None:
            found[name] = predictions
    if rows.existing is not None:
        found["existing"] = rows.existing[stacking.rows]
    return found


def naive(name: str, rows: Rows, fold: Fold) -> Array | None:
    """One naive predictor on one fold."""
    return rows.kind.naive[name](
        NaiveInput(
            y=rows.y[fold.train],
            weights=rows.weights_at(fold.train),
            train=rows.inputs.iloc[fold.train],
            score=rows.inputs.iloc[fold.test],
            classes=len(rows.code.classes),
            previous=None if rows.previous is None else rows.previous[fold.test],
        )
    )


def score_stacked(metric: str, rows: Rows, stacking: Scored, predictions: Array, how: str) -> Score:
    """A metric over the stacked rows; repeats of a row count as one row in the interval."""
    if rows.task.past:
        stacking, predictions = in_time(rows, stacking, predictions)
    groups = units(rows)
    groups = groups[stacking.rows] if groups is not None else None
    if groups is None and stacking.repeats > 1:
        groups = stacking.rows
    found = score(
        metric,
        stacking.truth(rows),
        predictions,
        how=how,
        groups=groups,
        time_ordered=rows.order is not None,
        weights=rows.weights_at(stacking.rows),
    )
    return found


def compare_stacked(plan: Plan, rows: Rows, stacking: Scored, ours: Array, theirs: Array) -> Comparison:
    """The paired test of two stacked predictors on the success metric."""
    if rows.task.past:
        _, ours = in_time(rows, stacking, ours)
        stacking, theirs = in_time(rows, stacking, theirs)
    groups = units(rows)
    return compare(
        plan.metric.primary or "",
        stacking.truth(rows),
        ours,
        theirs,
        delta=plan.metric.gain or 0.0,
        folds=stacking.fold,
        groups=None if groups is None else groups[stacking.rows],
        time_ordered=rows.order is not None,
        horizon=ahead(plan, rows),
        repeats=stacking.repeats,
        weights=rows.weights_at(stacking.rows),
        seed=plan.project.seed,
    )


def units(rows: Rows) -> Array | None:
    """What rows depend on each other by (n,), None where that is their time alone.

    The series of a panel share their times, so that tests in time order, with whole times in a block, say more of later
    ones than tests that draw whole series from a few.
    """
    return None if rows.task.past else rows.groups


def ahead(plan: Plan, rows: Rows) -> int:
    """In rows, how far ahead of what is known the predicted rows lie: all series at so many steps."""
    steps = max(plan.framing.horizon or 1, 1)
    if not rows.task.past or rows.order is None:
        return steps
    return (steps + (plan.framing.gap or 0)) * max(round(len(rows) / max(len(np.unique(rows.order)), 1)), 1)


def in_time(rows: Rows, stacking: Scored, predictions: Array) -> tuple[Scored, Array]:
    """Stacked rows and predictions with the earliest first, which tests in time order rest on."""
    if rows.order is None or stacking.repeats > 1:
        return stacking, predictions
    first = np.argsort(rows.order[stacking.rows], kind="stable")
    return replace(stacking, rows=stacking.rows[first], fold=stacking.fold[first]), predictions[first]

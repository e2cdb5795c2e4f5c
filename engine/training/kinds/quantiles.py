"""Several quantiles of one amount for each row: what the worker knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from engine.stats.amount_metrics import inside_rows, pinball_rows
from engine.stats.intervals import wilson
from engine.stats.quantiles import ENDS, LEVELS
from engine.training.kind import Asked, Kind
from engine.training.kinds.amounts import by_chance, itself
from engine.training.naive import NaiveInput
from engine.training.parse import Floats
from engine.training.references import REFERENCES, Lesson
from engine.training.target_amounts import QuantileTarget
from engine.training.target_cells import Columns
from engine.training.target_code import TargetCode
from engine.values import Named, Score

Array = NDArray[Any]


def quantiles_of(asked: Asked, columns: Columns) -> QuantileTarget:
    """An amount in its own unit: what scales it, a fold's training rows tell."""
    return QuantileTarget(task=asked.task, column=asked.columns[0])


def certain(code: TargetCode, y: Array) -> Array:
    return np.tile(y.astype(float)[:, None], (1, len(LEVELS)))


def surprise(y: Array, p: Array) -> Floats:
    """The quantile loss of each row, in the target's unit (n,)."""
    return pinball_rows(y, p)


def quantiles(fold: NaiveInput) -> Array | None:
    """The quantiles of all training rows."""
    return np.tile(np.quantile(fold.y, LEVELS), (len(fold.score), 1))


def persistence(fold: NaiveInput) -> Array | None:
    """The last known value, and around it the quantiles of all training rows; nothing where rows have no time."""
    if fold.previous is None:
        return None
    known = np.quantile(fold.y, LEVELS)
    center = np.where(np.isnan(fold.previous), np.median(fold.y), fold.previous)
    return np.asarray(center[:, None] + known - np.median(fold.y))


def learn(lesson: Lesson) -> Array:
    """Boosted trees learn each quantile; other references one amount, with the quantiles of what they leave over."""
    own = lesson.code.fitted(lesson.y)
    y = own.wanted(lesson.y)
    if lesson.name == "boosted_trees":
        said = []
        for level in LEVELS:
            model = HistGradientBoostingRegressor(
                loss="quantile", quantile=level, random_state=lesson.seed, early_stopping=False
            )
            said.append(lesson.ready(model).fit(lesson.x, y, sample_weight=lesson.weights).predict(lesson.wanted))
        return own.natural(np.column_stack(said))
    model = lesson.ready(REFERENCES[lesson.name].regressor(lesson.seed)).fit(lesson.x, y, sample_weight=lesson.weights)
    left = np.quantile(y - model.predict(lesson.x), LEVELS)
    return own.natural(model.predict(lesson.wanted)[:, None] + left)


def coverage(code: TargetCode, y: Array, p: Array) -> tuple[Named, ...]:
    """The share of rows inside the outer interval, which should be 90 %, and its mean width in the target's unit."""
    inside, n = inside_rows(y, p), len(y)
    low, high = wilson(float(inside.sum()), n)
    how = f"should be {ENDS[1] - ENDS[0]:.0%}, Wilson interval"
    width = Score(metric="width", value=float((p[:, -1] - p[:, 0]).mean()), n=n, how="mean, in the target's unit")
    found = Score(metric="coverage", value=float(inside.mean()), low=low, high=high, n=n, how=how)
    return Named(f"inside {ENDS[0]:.0%} to {ENDS[1]:.0%}", found), Named("width of that", width)


KIND = Kind(
    fit=quantiles_of,
    strata=by_chance,
    label=itself,
    certain=certain,
    surprise=surprise,
    naive={"quantiles": quantiles, "persistence": persistence},
    learn=learn,
    more=coverage,
)

"""How often something happens for each row: what the worker knows of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor
from sklearn.linear_model import PoissonRegressor
from sklearn.tree import DecisionTreeRegressor

from engine.errors import UserError
from engine.training import naive
from engine.training.kind import Asked, Kind
from engine.training.kinds.amounts import by_chance, certain, error, itself
from engine.training.references import REFERENCES, Lesson
from engine.training.target_amounts import AmountTarget
from engine.training.target_cells import Columns, amounts_of

Array = NDArray[Any]

LEAST = 1e-6
COUNTERS: dict[str, Callable[[int], Any]] = {
    "linear": lambda seed: PoissonRegressor(alpha=1e-4, max_iter=1000),
    "boosted_trees": lambda seed: HistGradientBoostingRegressor(
        loss="poisson", random_state=seed, early_stopping=False
    ),
    "two_questions": lambda seed: DecisionTreeRegressor(
        criterion="poisson", max_depth=2, min_samples_leaf=5, random_state=seed
    ),
}
"""References that know of counts; others answer as for any amount."""


def counts_of(asked: Asked, columns: Columns) -> AmountTarget:
    """A count, scaled by its mean. Errors: UserError for an amount below 0 or one that is no whole number."""
    (column,) = asked.columns
    known = amounts_of(columns[column], column)
    wrong = np.flatnonzero((known < 0) | (known != np.floor(known)))
    if len(wrong):
        row = int(wrong[0])
        raise UserError(f"row {row + 1}, column {column!r}: {known[row]:g} is no count: choose another task.")
    return AmountTarget(task=asked.task, columns=(column,), scaling="mean")


def learn(lesson: Lesson) -> Array:
    """Rates in the unit of the counts, above 0."""
    own = lesson.code.fitted(lesson.y)
    made = COUNTERS.get(lesson.name, REFERENCES[lesson.name].regressor)
    model = lesson.ready(made(lesson.seed))
    y = own.wanted(lesson.y)
    said = (
        model.fit(lesson.x, y, sample_weight=lesson.weights).predict(lesson.wanted)
        if y.any()
        else np.full(len(lesson.wanted), LEAST)
    )
    return own.natural(np.clip(said, LEAST, 10 * max(float(y.max()), 1.0)))


KIND = Kind(
    fit=counts_of,
    strata=by_chance,
    label=itself,
    certain=certain,
    surprise=error,
    naive={"mean": naive.mean, "median": naive.median, "persistence": naive.persistence},
    learn=learn,
)

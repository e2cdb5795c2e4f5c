"""Rows that are put in order within lists: what the worker knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.errors import UserError
from engine.stats.list_metrics import lists_of, ndcg_5, out_of_order
from engine.training.kind import Asked, Kind
from engine.training.kinds.amounts import by_chance
from engine.training.naive import NaiveInput
from engine.training.references import REFERENCES, Lesson
from engine.training.target_cells import Columns
from engine.training.target_code import TargetCode
from engine.training.target_lists import ListTarget
from engine.values import Named, Score

Array = NDArray[Any]

SHRUNK = 5.0
"""Rows of the mean grade that are added to every value's own rows."""
MOST_VALUES = 0.5
"""Different values of a column, as a share of the rows, from which they name rows and not things that come again."""


def lists_from(asked: Asked, columns: Columns) -> ListTarget:
    """The grades and their lists. Errors: UserError where no column names the lists, or none tells an order."""
    if len(asked.columns) != 2:
        raise UserError("framing.group: which column says what rows stand in one list, such as a query? Name it.")
    code = ListTarget(task=asked.task, column=asked.columns[0], group=asked.columns[1])
    y = code.encode(columns)
    found = lists_of(y)
    if not found.telling(y[found.order, 0]).any():
        raise UserError(
            f"column {code.group!r}: in none of {len(found.starts):,} lists do grades differ, so that no order can be "
            "learned; name another column (framing.group)"
        )
    return code


def grades(y: Array) -> Array:
    return y[:, 0]


def certain(code: TargetCode, y: Array) -> Array:
    return y[:, 0].astype(float) if y.ndim == 2 else y.astype(float)


def numbers(y: Array) -> Array:
    return y[:, -1]


def learn(lesson: Lesson) -> Array:
    """Scores of a model that learns grades row by row."""
    model = lesson.ready(REFERENCES[lesson.name].regressor(lesson.seed))
    return np.asarray(
        model.fit(lesson.x, lesson.y[:, 0], sample_weight=lesson.weights).predict(lesson.wanted), dtype=np.float64
    )


def constant(fold: NaiveInput) -> Array | None:
    """All rows alike: any order."""
    return np.zeros(len(fold.score))


def popularity(fold: NaiveInput) -> Array | None:
    """The mean grade that the value of one column had before; nothing where no column holds values that come again."""
    said = {}
    for name in fold.train.columns:
        values = fold.train[name]
        if pd.api.types.is_numeric_dtype(values) or pd.api.types.is_datetime64_any_dtype(values):
            continue
        if 1 < values.nunique() < MOST_VALUES * len(values):
            said[name] = (_mean_grade(fold, values, values, own=True), _mean_grade(fold, values, fold.score[name]))
    return _best(fold, said)


def _mean_grade(fold: NaiveInput, known: pd.Series, wanted: pd.Series, own: bool = False) -> Array:
    """Mean grade of each wanted value among the training rows, without the row itself where it is one of them."""
    y, mean = fold.y[:, 0], float(fold.y[:, 0].mean())
    table = pd.DataFrame({"value": known.to_numpy(), "grade": y}).groupby("value")["grade"].agg(["sum", "count"])
    total = wanted.map(table["sum"]).fillna(0.0).to_numpy(dtype=float) - (y if own else 0.0)
    count = wanted.map(table["count"]).fillna(0.0).to_numpy(dtype=float) - (1.0 if own else 0.0)
    return np.asarray((total + SHRUNK * mean) / np.maximum(count + SHRUNK, 1.0))


def one_feature(fold: NaiveInput) -> Array | None:
    """The number of one column, the best on the training rows, falling or rising."""
    said = {}
    for name in fold.train.columns:
        if not pd.api.types.is_numeric_dtype(fold.train[name]) or fold.train[name].nunique() < 2:
            continue
        middle = float(fold.train[name].median())
        train, wanted = (part[name].fillna(middle).to_numpy(dtype=float) for part in (fold.train, fold.score))
        said[f"{name} rising"], said[f"{name} falling"] = (train, wanted), (-train, -wanted)
    return _best(fold, said)


def _best(fold: NaiveInput, said: dict[str, tuple[Array, Array]]) -> Array | None:
    """What is said of the wanted rows by what puts the training rows in the best order."""
    if not said:
        return None
    weights = np.ones((1, len(fold.y))) if fold.weights is None else fold.weights[None]
    return max(said.values(), key=lambda each: float(np.nan_to_num(ndcg_5(fold.y, each[0], weights)[0])))[1]


def told(code: TargetCode, y: Array, p: Array) -> tuple[Named, ...]:
    """How many lists there are to be scored: those in which grades differ."""
    found = lists_of(y)
    telling = found.telling(y[found.order, 0])
    how = f"of {len(telling):,}; one of a single row or of equal grades counts for nothing"
    share = Score(metric="lists", value=float(telling.sum()), n=len(y), how=how)
    return (Named("lists with an order", share),)


KIND = Kind(
    fit=lists_from,
    strata=by_chance,
    label=grades,
    certain=certain,
    surprise=out_of_order,
    naive={"constant": constant, "popularity": popularity, "one_feature": one_feature},
    learn=learn,
    more=told,
    lists=numbers,
)

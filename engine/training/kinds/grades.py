"""One of several grades for each row, in an order: what the worker knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.scales import in_order
from engine.errors import UserError
from engine.stats.quantiles import middle
from engine.training import naive, parse
from engine.training.kind import Asked, Kind
from engine.training.kinds.classes import codes, spread
from engine.training.naive import NaiveInput
from engine.training.parse import Floats
from engine.training.references import REFERENCES, Lesson
from engine.training.target_cells import Columns
from engine.training.target_classes import GradeTarget
from engine.training.target_code import TargetCode

Array = NDArray[Any]


def grades_of(asked: Asked, columns: Columns) -> GradeTarget:
    """The grades of a target in their order. Errors: UserError for fewer than three, or words without a known order."""
    (column,) = asked.columns
    reading = parse.reading_of(columns[column])
    found = {word for word in parse.words(columns[column], reading) if word is not None}
    ordered = in_order(found)
    if ordered is None:
        held = ", ".join(sorted(found)[:5])
        raise UserError(f"column {column!r}: nothing says in which order {held} come; write them as numbers.")
    if len(ordered) < 3:
        raise UserError(f"column {column!r} has {len(ordered)} grades, an {asked.task} target needs three or more.")
    return GradeTarget(task=asked.task, column=column, classes=ordered, reading=reading)


def certain(code: TargetCode, y: Array) -> Array:
    return np.eye(len(code.classes))[y.astype(np.int64)]


def surprise(y: Array, p: Array) -> Floats:
    """By how many grades the answer is off on average, weighed by the probabilities (n,)."""
    return np.asarray((p * np.abs(np.arange(p.shape[1]) - y[:, None])).sum(axis=1), dtype=np.float64)


def median(fold: NaiveInput) -> Array | None:
    """The middle grade of the training rows."""
    found = middle(naive.shares(fold.y, fold.classes)[None, :])[0]
    return np.tile(np.eye(fold.classes)[found], (len(fold.score), 1))


def learn(lesson: Lesson) -> Array:
    """Probabilities (n, k) of a classifier that knows no order."""
    known = np.unique(lesson.y)
    shares = np.ones((len(lesson.wanted), 1))
    if len(known) > 1:
        model = lesson.ready(REFERENCES[lesson.name].classifier(lesson.seed)).fit(
            lesson.x, lesson.y, sample_weight=lesson.weights
        )
        shares, known = model.predict_proba(lesson.wanted), model.classes_
    return spread(shares, known, len(lesson.code.classes))


KIND = Kind(
    fit=grades_of,
    strata=codes,
    label=codes,
    certain=certain,
    surprise=surprise,
    naive={"median": median, "majority": naive.majority, "prior": naive.prior, "one_rule": naive.one_rule},
    learn=learn,
)

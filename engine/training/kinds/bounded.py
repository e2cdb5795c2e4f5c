"""A share or score between two known ends for each row: what the worker knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.scales import ends_of
from engine.errors import UserError
from engine.training.kind import Asked, Kind
from engine.training.kinds import amounts
from engine.training.references import REFERENCES, Lesson
from engine.training.target_amounts import AmountTarget
from engine.training.target_cells import Columns, amounts_of

Array = NDArray[Any]


def share_of(asked: Asked, columns: Columns) -> AmountTarget:
    """An amount as its share of the way from one end to the other. Errors: UserError for one that lies outside."""
    (column,) = asked.columns
    known = amounts_of(columns[column], column)
    low, high = asked.ends or ends_of(float(known.min()), float(known.max()))
    if low is None or high is None:
        raise UserError(f"column {column!r}: between which ends does it lie? Tell framing.lowest and framing.highest.")
    outside = np.flatnonzero((known < low) | (known > high))
    if len(outside):
        row = int(outside[0])
        raise UserError(
            f"row {row + 1}, column {column!r}: {known[row]:g} is outside of {low:g} to {high:g}; "
            "mend framing.lowest and framing.highest"
        )
    return AmountTarget(task=asked.task, columns=(column,), centers=(low,), scales=(high - low,), scaling="known")


def learn(lesson: Lesson) -> Array:
    """Amounts in their own unit, not beyond the ends."""
    y = lesson.code.wanted(lesson.y)
    model = lesson.ready(REFERENCES[lesson.name].regressor(lesson.seed))
    return lesson.code.natural(
        np.clip(model.fit(lesson.x, y, sample_weight=lesson.weights).predict(lesson.wanted), 0.0, 1.0)
    )


KIND = Kind(
    fit=share_of,
    strata=amounts.by_chance,
    label=amounts.itself,
    certain=amounts.certain,
    surprise=amounts.error,
    naive=amounts.NAIVE,
    learn=learn,
)

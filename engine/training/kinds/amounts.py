"""An amount for each row, or several: what the worker knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training import naive
from engine.training.kind import Asked, Kind
from engine.training.parse import Floats
from engine.training.references import REFERENCES, Lesson
from engine.training.target_code import AmountTarget, Columns, TargetCode

Array = NDArray[Any]


def amounts_of(asked: Asked, columns: Columns) -> AmountTarget:
    """Amounts in their own units: what scales them, a fold's training rows tell."""
    k = len(asked.columns)
    return AmountTarget(task=asked.task, columns=asked.columns, centers=(0.0,) * k, scales=(1.0,) * k)


def by_chance(y: Array) -> None:
    """Amounts have no classes to be shared out."""


def itself(y: Array) -> Array:
    return y


def certain(code: TargetCode, y: Array) -> Array:
    return y.astype(float)


def error(y: Array, p: Array) -> Floats:
    """The absolute error (n,)."""
    return np.asarray(np.abs(p - y), dtype=np.float64)


def learn(lesson: Lesson) -> Array:
    """Amounts in their own unit; several are learned one by one."""
    own = lesson.code.fitted(lesson.y)
    wanted = own.wanted(lesson.y).reshape(len(lesson.y), -1)
    said = []
    for place in range(wanted.shape[1]):
        model = lesson.ready(REFERENCES[lesson.name].regressor(lesson.seed))
        said.append(model.fit(lesson.x, wanted[:, place]).predict(lesson.wanted))
    return own.natural(np.column_stack(said))


NAIVE = {"mean": naive.mean, "median": naive.median, "persistence": naive.persistence}
ONE = Kind(fit=amounts_of, strata=by_chance, label=itself, certain=certain, surprise=error, naive=NAIVE, learn=learn)

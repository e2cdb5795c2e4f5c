"""An amount for each row, or several: what the worker knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.stats.intervals import score
from engine.training import naive
from engine.training.kind import Asked, Kind
from engine.training.parse import Floats
from engine.training.references import REFERENCES, Lesson
from engine.training.target_amounts import AmountTarget
from engine.training.target_cells import Columns
from engine.training.target_code import TargetCode
from engine.values import Named

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


def direction(y: Array) -> Array:
    """What y (n, k), scaled, has most of in common (n,): its first principal component (Pearson, 1901)."""
    spread = y.std(axis=0)
    scaled = (y - y.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    axis = np.linalg.svd(scaled.T @ scaled)[0][:, 0]
    return np.asarray(scaled @ (axis * np.sign(axis[np.argmax(np.abs(axis))])), dtype=np.float64)


def error(y: Array, p: Array) -> Floats:
    """The absolute error (n,)."""
    return np.asarray(np.abs(p - y), dtype=np.float64)


def errors(y: Array, p: Array) -> Floats:
    """The mean of the targets' absolute errors in their standard deviations on these rows (n,)."""
    spread = y.std(axis=0)
    return np.asarray((np.abs(p - y) / np.where(spread > 0, spread, 1.0)).mean(axis=1), dtype=np.float64)


def by_target(code: TargetCode, y: Array, p: Array) -> tuple[Named, ...]:
    """The mean absolute error of each target in its own unit."""
    errors = (score("mae", y[:, place], p[:, place], how="in its own unit") for place in range(len(code.columns)))
    return tuple(Named(name, error) for name, error in zip(code.columns, errors, strict=True))


def learn(lesson: Lesson) -> Array:
    """Amounts in their own unit; several are learned one by one."""
    own = lesson.code.fitted(lesson.y)
    wanted = own.wanted(lesson.y).reshape(len(lesson.y), -1)
    said = []
    for place in range(wanted.shape[1]):
        model = lesson.ready(REFERENCES[lesson.name].regressor(lesson.seed))
        said.append(model.fit(lesson.x, wanted[:, place], sample_weight=lesson.weights).predict(lesson.wanted))
    return own.natural(np.column_stack(said))


NAIVE = {"mean": naive.mean, "median": naive.median, "persistence": naive.persistence}
ONE = Kind(fit=amounts_of, strata=by_chance, label=itself, certain=certain, surprise=error, naive=NAIVE, learn=learn)
SEVERAL = Kind(
    fit=amounts_of,
    strata=by_chance,
    label=direction,
    certain=certain,
    surprise=errors,
    naive=NAIVE,
    learn=learn,
    more=by_target,
)

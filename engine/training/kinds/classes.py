"""One of several classes for each row, by name: what the worker knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.training import naive, parse
from engine.training.kind import Asked, Kind
from engine.training.parse import Floats
from engine.training.references import REFERENCES, Lesson
from engine.training.target_cells import Columns
from engine.training.target_classes import ClassTarget
from engine.training.target_code import TargetCode

Array = NDArray[Any]


def classes_of(asked: Asked, columns: Columns) -> ClassTarget:
    """The classes of a target in a fixed order, `positive` (else the last) last.

    Errors: UserError for one class only, or a positive class that does not occur.
    """
    (column,) = asked.columns
    values = columns[column]
    reading = parse.reading_of(values)
    found = {word for word in parse.words(values, reading) if word is not None}
    classes = sorted(found, key=float) if reading == "number" else sorted(found)
    if len(classes) < 2:
        raise UserError(f"column {column!r} has {len(classes)} classes, a {asked.task} target needs two or more.")
    if asked.positive is not None:
        chosen = parse.word(asked.positive, reading)
        if chosen not in classes:
            held = " and ".join(classes)
            raise UserError(f"positive class {asked.positive!r} does not occur in {column!r}: it holds {held}.")
        classes.sort(key=lambda word: word == chosen)
    return ClassTarget(task=asked.task, column=column, classes=tuple(classes), reading=reading)


def two_classes_of(asked: Asked, columns: Columns) -> ClassTarget:
    """The same for a target of exactly two. Errors: UserError also for more."""
    code = classes_of(asked, columns)
    if len(code.classes) > 2:
        many = f"column {code.column!r} has {len(code.classes)} classes"
        raise UserError(f"{many}, a {asked.task} target needs exactly two.")
    return code


def codes(y: Array) -> NDArray[np.int64]:
    return y.astype(np.int64)


def certain(code: TargetCode, y: Array) -> Array:
    known = y.astype(np.int64)
    return known.astype(float) if len(code.classes) == 2 else np.eye(len(code.classes))[known]


def surprise(y: Array, p: Array) -> Floats:
    """1 minus the probability of the truth (n,)."""
    truth = y.astype(np.int64)
    given = np.where(truth == 1, p, 1 - p) if p.ndim == 1 else p[np.arange(len(truth)), truth]
    return np.asarray(1 - given, dtype=np.float64)


def learn(lesson: Lesson) -> Array:
    """Probabilities as metrics take them."""
    known = np.unique(lesson.y)
    shares = np.ones((len(lesson.wanted), 1))
    if len(known) > 1:
        model = lesson.ready(REFERENCES[lesson.name].classifier(lesson.seed)).fit(
            lesson.x, lesson.y, sample_weight=lesson.weights
        )
        shares, known = model.predict_proba(lesson.wanted), model.classes_
    return spread(shares, known, len(lesson.code.classes))


def spread(shares: Array, known: Array, classes: int) -> Array:
    """Probabilities over all classes, of a model that may not have met some of them; (n,) of the second of two."""
    out = np.zeros((len(shares), classes))
    out[:, known.astype(np.int64)] = shares
    return out[:, 1] if classes == 2 else out


NAIVE = {"majority": naive.majority, "prior": naive.prior, "one_rule": naive.one_rule}
TWO = Kind(fit=two_classes_of, strata=codes, label=codes, certain=certain, surprise=surprise, naive=NAIVE, learn=learn)
MANY = Kind(fit=classes_of, strata=codes, label=codes, certain=certain, surprise=surprise, naive=NAIVE, learn=learn)

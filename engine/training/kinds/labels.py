"""Any number of labels for each row: what the worker knows of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.separated import separators_of
from engine.errors import UserError
from engine.stats.intervals import score
from engine.training import parse
from engine.training.kind import Asked, Kind
from engine.training.kinds.amounts import direction
from engine.training.naive import NaiveInput
from engine.training.parse import Floats
from engine.training.references import REFERENCES, Lesson
from engine.training.target_cells import Columns
from engine.training.target_classes import LabelTarget, labels_of
from engine.training.target_code import TargetCode
from engine.values import Named

Array = NDArray[Any]

LEAST = 5
"""Rows that a label in a column of labels has to be in to be foretold: fewer teach nothing."""


def labels_from(asked: Asked, columns: Columns) -> LabelTarget:
    """The labels of one column that holds several in a cell, or of a column each.

    Errors: UserError for a column that says neither yes nor no, or no two labels that are frequent enough.
    """
    if len(asked.columns) == 1:
        return _of_one(asked, columns)
    words = []
    readings = {parse.reading_of(columns[name]) for name in asked.columns}
    reading = readings.pop() if len(readings) == 1 else "text"
    for name in asked.columns:
        found = sorted({word for word in parse.words(columns[name], reading) if word is not None})
        if len(found) != 2:
            held = ", ".join(found[:5])
            raise UserError(f"column {name!r} holds {len(found)} values ({held}), a label is given or not: two values.")
        words.append((found[0], found[1]))
    return LabelTarget(
        task=asked.task, columns=asked.columns, classes=asked.columns, words=tuple(words), reading=reading
    )


def _of_one(asked: Asked, columns: Columns) -> LabelTarget:
    (column,) = asked.columns
    reading = parse.reading_of(columns[column])
    cells = [word for word in parse.words(columns[column], reading) if word is not None]
    separators = separators_of(cells) or ";"
    counts = Counter(label for cell in cells for label in set(labels_of(cell, separators)))
    classes = tuple(sorted(label for label, count in counts.items() if count >= LEAST))
    if len(classes) < 2:
        raise UserError(f"column {column!r} has {len(classes)} labels that {LEAST} rows or more have: two are needed.")
    return LabelTarget(task=asked.task, columns=(column,), classes=classes, reading=reading, separators=separators)


def by_chance(y: Array) -> None:
    """Sets of labels are too many to be shared out."""


def certain(code: TargetCode, y: Array) -> Array:
    return y.astype(float)


def surprise(y: Array, p: Array) -> Floats:
    """1 minus the mean probability of the truth about each label (n,)."""
    return np.asarray(np.abs(p - y).mean(axis=1), dtype=np.float64)


def learn(lesson: Lesson) -> Array:
    """Probabilities (n, k), each label learned by itself."""
    said = []
    for place in range(lesson.y.shape[1]):
        known = np.unique(lesson.y[:, place])
        if len(known) < 2:
            said.append(np.full(len(lesson.wanted), float(known[0])))
            continue
        model = lesson.ready(REFERENCES[lesson.name].classifier(lesson.seed)).fit(
            lesson.x, lesson.y[:, place], sample_weight=lesson.weights
        )
        said.append(model.predict_proba(lesson.wanted)[:, 1])
    return np.column_stack(said)


def majority(fold: NaiveInput) -> Array | None:
    """Each label as most rows have it."""
    return np.tile((fold.y.mean(axis=0) >= 0.5).astype(float), (len(fold.score), 1))


def prior(fold: NaiveInput) -> Array | None:
    """The share of each label."""
    return np.tile(fold.y.mean(axis=0), (len(fold.score), 1))


def frequent(fold: NaiveInput) -> Array | None:
    """As many of the most frequent labels as a row has on average."""
    shares = fold.y.mean(axis=0)
    count = max(1, round(float(shares.sum())))
    said = np.zeros(len(shares))
    said[np.argsort(-shares, kind="stable")[:count]] = 1.0
    return np.tile(said, (len(fold.score), 1))


def by_label(code: TargetCode, y: Array, p: Array) -> tuple[Named, ...]:
    """The F1 of each label."""
    found = (score("f1", y[:, place], p[:, place], how="of this label") for place in range(len(code.classes)))
    return tuple(Named(name, one) for name, one in zip(code.classes, found, strict=True))


KIND = Kind(
    fit=labels_from,
    strata=by_chance,
    label=direction,
    certain=certain,
    surprise=surprise,
    naive={"majority": majority, "prior": prior, "frequent": frequent},
    learn=learn,
    more=by_label,
)

"""Fits a preparation and a target code to training rows, and to those only: whoever calls it hands over no others."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from engine.errors import UserError
from engine.training import parse
from engine.training.apply import PERIOD, bent, calendar, encode
from engine.training.decide import BeforeAfter, Decision, Recipe
from engine.training.parse import Column, Floats
from engine.training.spec import (
    SCHEMA,
    Date,
    Drop,
    Encoder,
    Numeric,
    OneHot,
    Part,
    Preparation,
    TargetCode,
    Transform,
    Words,
)

MIN_ROWS = 2
"""A value or word needs this many training rows to get an input of its own."""
LONG_TAIL = 2.0
"""Skewness from which the signed log is tried; it is kept when it at least halves the skewness."""
NORMAL_QUARTILES = 1.349
"""Distance of the quartiles of a normal distribution of standard deviation 1."""
CONSTANT = 1e-12
"""A spread below this share of the size of the values is rounding, not information."""

_NO_VALUE = "has no value in the training rows"
_NO_CHANGE = "has the same value in all training rows"


def fit(recipe: Recipe, frame: Mapping[str, Column]) -> Preparation:
    """The preparation of training rows given as columns (a data frame, or a mapping of equally long sequences).

    A column without any value, or without variation, in these rows becomes a Drop with that reason.

    Errors: UserError naming a column that is absent, or row and column of a value that its action cannot read.
    """
    encoders = tuple(_fit_one(decision, recipe, frame) for decision in recipe.decisions)
    return Preparation(schema=SCHEMA, encoders=encoders)


def fit_target(task: str, column: str, values: Column, positive: str | None = None) -> TargetCode:
    """The classes of a target in a fixed order, `positive` (else the last) last; or an amount in its own unit.

    Errors: UserError for one class only, a positive class that does not occur, or not two classes in a binary task.
    """
    if task == "regression":
        return TargetCode(task=task, column=column)
    reading = parse.reading_of(values)
    found = {word for word in parse.words(values, reading) if word is not None}
    classes = sorted(found, key=float) if reading == "number" else sorted(found)
    if len(classes) < 2 or (task == "binary" and len(classes) > 2):
        raise UserError(f"column {column!r} has {len(classes)} classes, a {task} target needs {_NEEDS[task]}.")
    if task == "binary" and positive is not None:
        chosen = parse.word(positive, reading)
        if chosen not in classes:
            held = " and ".join(classes)
            raise UserError(f"positive class {positive!r} does not occur in {column!r}: it holds {held}.")
        classes.sort(key=lambda word: word == chosen)
    return TargetCode(task=task, column=column, classes=tuple(classes), reading=reading)


def standardised(code: TargetCode, amounts: Floats) -> TargetCode:
    """The code of an amount, with mean and standard deviation of these training rows (1 where they do not vary)."""
    center, scale = float(np.mean(amounts)), float(np.std(amounts))
    return structs.replace(code, center=center, scale=scale if scale > CONSTANT * abs(center) else 1.0)


def before_after(preparation: Preparation, frame: Mapping[str, Column]) -> tuple[BeforeAfter, ...]:
    """Each column before and after, on the rows of `frame`; means only where they mean something."""
    return tuple(_effect(encoder, frame[encoder.name]) for encoder in preparation.encoders if encoder.name in frame)


_NEEDS = {"binary": "exactly two", "multiclass": "two or more"}


def _fit_one(decision: Decision, recipe: Recipe, frame: Mapping[str, Column]) -> Encoder:
    name, action = decision.column, decision.action
    if action == "drop":
        return Drop(name=name, reason=decision.why)
    if name not in frame:
        raise UserError(f"column {name!r} is not among the training rows: read the data again.")
    values = frame[name]
    if action == "onehot":
        return _fit_onehot(name, values, recipe)
    if action == "date":
        return _fit_date(name, values, recipe.indicator)
    if action == "words":
        return _fit_words(name, values, recipe)
    return _fit_numeric(name, values, action, recipe)


def _fit_numeric(name: str, values: Column, action: str, recipe: Recipe) -> Encoder:
    blanks = recipe.blanks.get(name, ())
    found = parse.numbers(values, name, blanks)
    missing = np.isnan(found)
    known = found[~missing]
    if not known.size:
        return Drop(name=name, reason=_NO_VALUE)
    if known.min() == known.max():
        if not missing.any() or not recipe.indicator:
            return Drop(name=name, reason=_NO_CHANGE)
        return OneHot(name=name, vocabulary=(), missing=True, reading="number")
    fill = float(np.median(known))
    filled = np.where(missing, fill, found)
    transform: Transform = "log" if _wants_log(action, filled) else "standard"
    center, scale = _scale(bent(filled, transform), robust=action == "robust")
    if scale <= CONSTANT * abs(center):
        return Drop(name=name, reason=_NO_CHANGE)
    return Numeric(
        name=name,
        transform="robust" if action == "robust" else transform,
        fill=fill,
        center=center,
        scale=scale,
        indicator=recipe.indicator and bool(missing.any()),
        blanks=blanks,
    )


def _wants_log(action: str, filled: Floats) -> bool:
    if action != "auto":
        return action == "log"
    if float(np.abs(filled).max()) > 1e100:
        return True
    return skewness(filled) > LONG_TAIL and abs(skewness(bent(filled, "log"))) < skewness(filled) / 2


def skewness(values: Floats) -> float:
    """Third standardised moment; 0 where the values do not vary."""
    centred = values - values.mean()
    spread = float(np.sqrt((centred**2).mean()))
    return float(((centred / spread) ** 3).mean()) if spread > 0 else 0.0


def _scale(values: Floats, robust: bool) -> tuple[float, float]:
    if robust:
        low, middle, high = (float(value) for value in np.quantile(values, (0.25, 0.5, 0.75)))
        if high > low:
            return middle, (high - low) / NORMAL_QUARTILES
    center = float(values.mean())
    return center, float(np.sqrt(((values - center) ** 2).mean()))


def _fit_onehot(name: str, values: Column, recipe: Recipe) -> Encoder:
    reading = parse.reading_of(values)
    counts = Counter(parse.words(values, reading))
    if {word.lower() for word in counts if word} == {"true", "false"}:
        reading = "boolean"
        counts = Counter(parse.words(values, reading))
    missing = counts.pop(None, 0)
    if not counts:
        return Drop(name=name, reason=_NO_VALUE)
    if len(counts) == 1 and not missing:
        return Drop(name=name, reason=_NO_CHANGE)
    frequent = _most_frequent({word: count for word, count in counts.items() if word}, recipe.max_categories)
    rest = len(counts) > len(frequent)
    return OneHot(name=name, vocabulary=frequent, missing=missing > 0, other=rest, reading=reading)


def _most_frequent(counts: Mapping[str, int], limit: int) -> tuple[str, ...]:
    """At most `limit` words with MIN_ROWS rows, most frequent first, ties by the word: row order is no input."""
    enough = [word for word, count in counts.items() if count >= MIN_ROWS]
    return tuple(sorted(enough, key=lambda word: (-counts[word], word))[:limit])


def _fit_date(name: str, values: Column, indicator: bool) -> Encoder:
    seconds = parse.instants(values, name)
    missing = np.isnan(seconds)
    known = seconds[~missing]
    if not known.size:
        return Drop(name=name, reason=_NO_VALUE)
    if known.min() == known.max():
        return Drop(name=name, reason=_NO_CHANGE)
    fill = float(np.median(known))
    center, scale = _scale(np.where(missing, fill, seconds), robust=False)
    parts: tuple[Part, ...] = tuple(part for part in PERIOD if np.ptp(calendar(known, part)) > 0)
    return Date(
        name=name, fill=fill, center=center, scale=scale, parts=parts, indicator=indicator and bool(missing.any())
    )


def _fit_words(name: str, values: Column, recipe: Recipe) -> Encoder:
    cells = parse.cells(values)
    missing = sum(parse.is_missing(cell) for cell in cells)
    counts = Counter(word for cell in cells for word in parse.text_words(cell) if len(word) > 1)
    varying = {word: count for word, count in counts.items() if count < len(cells)}
    vocabulary = _most_frequent(varying, recipe.max_words)
    if not vocabulary and not 0 < missing < len(cells):
        return Drop(name=name, reason=_NO_VALUE if missing == len(cells) else "has no word that occurs in several rows")
    return Words(name=name, vocabulary=vocabulary, missing=0 < missing < len(cells))


def _effect(encoder: Encoder, values: Column) -> BeforeAfter:
    width = len(encoder.features)
    after = np.zeros((len(values), width), dtype=np.float32)
    encode(encoder, values, after)
    before = _numbers_before(encoder, values)
    known = before[~np.isnan(before)] if before is not None else np.empty(0)
    return BeforeAfter(
        column=encoder.name,
        kind=str(encoder.__struct_config__.tag),
        missing=sum(map(parse.is_missing, parse.cells(values))),
        before_mean=_mean(known),
        before_std=_std(known),
        width=width,
        after_mean=_mean(after[:, 0] if isinstance(encoder, Numeric | Date) else after),
        after_std=_std(after[:, 0] if isinstance(encoder, Numeric | Date) else after),
    )


def _numbers_before(encoder: Encoder, values: Column) -> Floats | None:
    return parse.numbers(values, encoder.name, encoder.blanks) if isinstance(encoder, Numeric) else None


def _mean(values: NDArray[Any]) -> float | None:
    return float(values.mean(dtype=np.float64)) if values.size else None


def _std(values: NDArray[Any]) -> float | None:
    return float(values.std(dtype=np.float64)) if values.size else None


def take(frame: Mapping[str, Column], rows: NDArray[np.integer[Any]], columns: Sequence[str]) -> dict[str, Any]:
    """The named columns at the given row positions, each typed as it was."""
    return {name: parse.raw(frame[name])[rows] for name in columns if name in frame}

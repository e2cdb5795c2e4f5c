"""The numpy interpreter of a preparation; it fits nothing and needs numpy only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.training import apply_picture, apply_sound, apply_text, parse
from engine.training.derive import extended
from engine.training.parse import Column, Floats
from engine.training.parts import width_of
from engine.training.spec import (
    Category,
    Date,
    Drop,
    Encoder,
    Numeric,
    OneHot,
    Part,
    Preparation,
    Transform,
    Words,
)
from engine.training.spec_picture import Picture
from engine.training.spec_sound import Sound
from engine.training.spec_text import Bigrams, Tokens

Matrix: TypeAlias = NDArray[np.float32]
Ints: TypeAlias = NDArray[np.int64]
FAR = 1e6
"""Scaled values are kept within this, so that no single cell can overflow the network's 32-bit arithmetic."""
PERIOD: dict[Part, int] = {"month": 12, "weekday": 7, "hour": 24}


def transform(preparation: Preparation, columns: Mapping[str, Column]) -> Matrix:
    """The network's inputs (n, width) of rows given as columns; extra columns and their order do not matter.

    Errors: UserError naming the column that is absent or of another length, or row and column of an unreadable value.
    """
    raw = preparation.columns
    absent = [name for name in raw if name not in columns]
    if absent:
        raise UserError(f"column {absent[0]!r} is missing: give it, or leave its values empty if they are unknown.")
    rows = len(columns[next(iter(raw), next(iter(columns)))]) if len(columns) else 0
    for name in raw:
        if len(columns[name]) != rows:
            raise UserError(f"column {name!r} has {len(columns[name])} values, the columns before it have {rows}.")
    used = [encoder for encoder in preparation.encoders if not isinstance(encoder, Drop)]
    names = {encoder.name for encoder in used}
    columns = extended([made for made in preparation.derived if made.name in names], columns)
    out = np.zeros((rows, preparation.width), dtype=np.float32)
    start = 0
    for encoder in used:
        width = width_of(encoder.parts_of_input)
        encode(encoder, columns[encoder.name], out[:, start : start + width])
        start += width
    _impute(preparation, columns, out)
    return out


def _impute(preparation: Preparation, columns: Mapping[str, Column], out: Matrix) -> None:
    """Put in `out` what the imputers say of missing numbers; each looks at inputs that none has touched yet."""
    if not preparation.imputers:
        return
    place = preparation.named
    blanks = {encoder.name: encoder.blanks for encoder in preparation.encoders if isinstance(encoder, Numeric)}
    said = []
    for imputer in preparation.imputers:
        gone = np.flatnonzero(np.isnan(parse.numbers(columns[imputer.name], imputer.name, blanks[imputer.name])))
        inputs = np.array([place[name] for name in imputer.inputs])
        known = out[np.ix_(gone, inputs)].astype(np.float64)
        guess = imputer.intercept + known @ np.array(imputer.weights)
        said.append((gone, place[imputer.name], np.clip(guess, imputer.low, imputer.high)))
    for gone, column, guess in said:
        out[gone, column] = guess


def columns_of(preparation: Preparation, rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    """Rows given one by one, as the columns that `transform` takes.

    Errors: UserError naming row (from 1) and column of a value that is not given.
    """
    for name in preparation.columns:
        for number, row in enumerate(rows, start=1):
            if name not in row:
                raise UserError(f"row {number} has no column {name!r}: give it, or null if it is unknown.")
    return {name: [row[name] for row in rows] for name in preparation.columns}


def encode(encoder: Encoder, values: Column, out: Matrix) -> None:
    """Write the inputs of one column into `out` (n, its width), which holds zeros."""
    match encoder:
        case Numeric():
            found = parse.numbers(values, encoder.name, encoder.blanks)
            out[:, 0] = scaled(found, encoder)
            if encoder.indicator:
                out[:, 1] = np.isnan(found)
        case OneHot():
            where = positions(encoder, values)
            rows = np.flatnonzero(where >= 0)
            out[rows, where[rows]] = 1.0
        case Category():
            out[:, 0] = ids(encoder, values)
        case Date():
            _moments(encoder, parse.instants(values, encoder.name), out)
        case Words():
            _texts(encoder, values, out)
        case Bigrams():
            apply_text.bigrams(encoder, values, out)
        case Tokens():
            apply_text.numbers(encoder, values, out)
        case Picture():
            apply_picture.pictures(encoder, values, out)
        case Sound():
            apply_sound.sounds(encoder, values, out)
        case Drop():
            pass


def scaled(found: Floats, encoder: Numeric) -> Floats:
    """Filled, transformed and scaled numbers (n,) of raw ones with nan for missing."""
    filled = np.where(np.isnan(found), encoder.fill, found)
    return np.asarray(np.clip((bent(filled, encoder.transform) - encoder.center) / encoder.scale, -FAR, FAR))


def bent(values: Floats, transform: Transform) -> Floats:
    """The values before scaling: the signed log for "log", else as they are."""
    return np.asarray(np.sign(values) * np.log1p(np.abs(values)), dtype=np.float64) if transform == "log" else values


def positions(encoder: OneHot, values: Column) -> Ints:
    """(n,) index of the input that each value sets, -1 for none."""
    size = len(encoder.vocabulary)
    absent = size if encoder.missing else -1
    unseen = size + encoder.missing if encoder.other else -1
    return _looked_up(encoder, values, 0, absent, unseen)


def ids(encoder: Category, values: Column) -> Ints:
    """(n,) the number of each value, 0 for one that has none."""
    return _looked_up(encoder, values, 1, len(encoder.vocabulary) + 1 if encoder.missing else 0, 0)


def _looked_up(encoder: OneHot | Category, values: Column, first: int, absent: int, unseen: int) -> Ints:
    table: dict[str | None, int] = {word: index for index, word in enumerate(encoder.vocabulary, start=first)}
    table |= {word: table[kept] for word, kept in encoder.merged if kept in table}
    table[None] = absent
    return np.array([table.get(word, unseen) for word in parse.words(values, encoder.reading)], dtype=np.int64)


def calendar(seconds: Floats, part: Part) -> Floats:
    """(n,) position in the year (whole months), week (Monday 0) or day (hours with fraction); `seconds` is finite."""
    if part == "hour":
        return np.asarray(np.mod(seconds, 86_400) / 3600, dtype=np.float64)
    if part == "weekday":
        return np.asarray(np.mod(np.floor(seconds / 86_400) + 3, 7), dtype=np.float64)
    months = np.floor(seconds).astype(np.int64).astype("datetime64[s]").astype("datetime64[M]").astype(np.int64)
    return np.mod(months, 12).astype(np.float64)


def _moments(encoder: Date, seconds: Floats, out: Matrix) -> None:
    missing = np.isnan(seconds)
    filled = np.where(missing, encoder.fill, seconds)
    out[:, 0] = np.clip((filled - encoder.center) / encoder.scale, -FAR, FAR)
    for index, part in enumerate(encoder.parts):
        angle = 2 * np.pi * calendar(filled, part) / PERIOD[part]
        out[:, 1 + 2 * index] = np.where(missing, 0.0, np.sin(angle))
        out[:, 2 + 2 * index] = np.where(missing, 0.0, np.cos(angle))
    if encoder.indicator:
        out[:, -1] = missing


def _texts(encoder: Words, values: Column, out: Matrix) -> None:
    table = {word: index for index, word in enumerate(encoder.vocabulary)}
    for row, value in enumerate(parse.cells(values)):
        for word in parse.text_words(value):
            if word in table:
                out[row, table[word]] = 1.0
        if encoder.missing and parse.is_missing(value):
            out[row, -1] = 1.0

"""Columns as the watch sees them: numbers (also of moments, words per text, light of pictures), or words; the same on
both sides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import numpy as np

from engine.data.schema import Column as Profile
from engine.image.alike import looks
from engine.training import parse
from engine.training.apply_picture import cells
from engine.training.parse import Column, Floats
from engine.training.spec import Category, Date, Derived, Encoder, Numeric, OneHot, Preparation, Reading
from engine.training.spec_picture import Picture
from engine.values import Value

Kind = Literal["number", "moment", "length", "light", "words"]
Signal: TypeAlias = Floats | list[str | None]


class Watched(Value, frozen=True):
    """One watched column and how its cells are read."""

    name: str
    kind: Kind
    reading: Reading = "text"


def watched(preparation: Preparation) -> tuple[Watched, ...]:
    """The columns a model uses."""
    return tuple(_of_reader(name, reader) for name, reader in preparation.readers.items())


def watched_columns(profile: Sequence[Profile], targets: Sequence[str]) -> tuple[Watched, ...]:
    """Every column but the targets, while there is no model."""
    return tuple(watched_column(column) for column in profile if column.name not in targets and column.kind != "empty")


def watched_column(column: Profile) -> Watched:
    """One column by its kind in the training file."""
    kinds: dict[str, Kind] = {"numeric": "number", "date": "moment", "text": "length", "image": "light"}
    return Watched(column.name, kinds.get(column.kind, "words"))


def _of_reader(name: str, reader: Encoder | Derived) -> Watched:
    match reader:
        case Numeric() | Derived(takes="number"):
            return Watched(name, "number")
        case OneHot() | Category():
            return Watched(name, "words", reader.reading)
        case Date() | Derived(takes="moment"):
            return Watched(name, "moment")
        case Derived():
            return Watched(name, "words")
        case Picture():
            return Watched(name, "light")
        case _:
            return Watched(name, "length")


def signal(column: Watched, values: Column) -> Signal:
    """The values as numbers (n,), nan where missing; or as words, None where missing."""
    if column.kind == "words":
        return parse.words(values, column.reading)
    if column.kind == "number":
        return parse.numbers(values, column.name)
    if column.kind == "moment":
        return parse.instants(values, column.name)
    if column.kind == "light":
        return np.asarray(looks(cells(values), column.name).mean(axis=(1, 2)), dtype=np.float64)
    texts = parse.cells(values)
    return np.array([np.nan if parse.is_missing(cell) else len(str(cell).split()) for cell in texts], dtype=np.float64)


def signals(columns: Sequence[Watched], frame: Mapping[str, Column]) -> dict[str, Signal]:
    """The columns that are there, by name."""
    return {column.name: signal(column, frame[column.name]) for column in columns if column.name in frame}

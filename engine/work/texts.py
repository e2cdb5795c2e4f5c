"""What is done with columns of texts, from how much text there is and what stands beside it; no target is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import structs

from engine.data.schema import Column
from engine.text.shape import BESIDE, TextShape, advised, measured
from engine.training import parse
from engine.training.decide import Decision


def shapes(
    decisions: Sequence[Decision], columns: Sequence[Column], frame: Mapping[str, parse.Column]
) -> dict[str, TextShape]:
    """The shape of every column of texts that is used, over the known texts of `frame`."""
    found = {}
    for name in texts(decisions, columns):
        known = [str(cell) for cell in parse.cells(frame[name]) if not parse.is_missing(cell)]
        shape = measured(known)
        found[name] = shape if alone(decisions, columns) else structs.replace(shape, terms=BESIDE)
    return found


def actions(
    decisions: Sequence[Decision], columns: Sequence[Column], found: Mapping[str, TextShape]
) -> dict[str, tuple[str, str]]:
    """What each of the columns asks for, and why."""
    rows = {column.name: column.rows - column.missing for column in columns}
    return {name: advised(shape, rows[name], alone(decisions, columns)) for name, shape in found.items()}


def texts(decisions: Sequence[Decision], columns: Sequence[Column]) -> list[str]:
    """Columns of texts that are used, and those that a person wants to be treated so."""
    kinds = {column.name: column.kind for column in columns}
    return [
        made.column
        for made in decisions
        if made.action != "drop" and (kinds.get(made.column) == "text" or made.action in ("bigrams", "tokens"))
    ]


def alone(decisions: Sequence[Decision], columns: Sequence[Column]) -> bool:
    """Whether nothing but texts is an input."""
    used = {made.column for made in decisions if made.action != "drop"}
    return used == set(texts(decisions, columns))

"""A file as typed columns, whatever its form, before it becomes a frame."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from engine.data.cells import Typed
from engine.data.names import counted, listed
from engine.data.schema import Manner, Rejected

PREVIEWED = 5
CUT = 200
"""Characters of a cell that a preview shows."""


@dataclass(frozen=True)
class Table:
    """Typed columns by name, the first rows as text, and what was assumed; of a text, how it was read and what not."""

    columns: dict[str, Typed]
    rows: int
    preview: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]
    manner: Manner | None = None
    rejected: tuple[Rejected, ...] = ()
    doubts: dict[str, str] = field(default_factory=dict)


def column_notes(columns: Mapping[str, Typed]) -> list[str]:
    """What was assumed of single columns, said once per sentence and once per word."""
    absent: dict[str, list[str]] = {}
    said: dict[str, list[str]] = {}
    for name, column in columns.items():
        for word, count in column.missing.items():
            absent.setdefault(word, []).append(f"{name} ({counted(count, 'row')})")
        for note in column.notes:
            said.setdefault(note, []).append(name)
    notes = [f"{word!r} was read as missing in {listed(where)}" for word, where in absent.items()]
    return notes + [f"{listed(names)}: {note}" for note, names in said.items()]


def shown(value: object) -> str:
    """A value as a preview shows it."""
    if value is None or value != value:
        return ""
    if isinstance(value, np.datetime64):
        return str(value).removesuffix("T00:00:00.000000000")
    return f"{value:.15g}" if isinstance(value, float) else str(value)[:CUT]

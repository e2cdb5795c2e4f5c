"""Rows of a series that come with their own past: what was known before each is made of the others."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from engine.training.past import looked_back
from engine.training.spec_past import Past


def lacks_past(past: Past | None, names: Collection[str]) -> bool:
    """Whether columns of these names are a series as it was recorded, without what was known before its rows."""
    return past is not None and past.last not in names and set(past.columns) <= set(names)


def with_past(past: Past | None, rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The same rows with what was known before each, made of all of them, where they do not bring it themselves.

    A row that is to be predicted has no value of the target. Errors: UserError naming row and column of a value that
    cannot be read.
    """
    if past is None or not all(lacks_past(past, row) for row in rows):
        return list(rows)
    made = looked_back(past, {name: [row[name] for row in rows] for name in past.columns})
    cells = {name: [_cell(value) for value in values.tolist()] for name, values in made.items()}
    return [{**row, **{name: own[number] for name, own in cells.items()}} for number, row in enumerate(rows)]


def _cell(value: Any) -> Any:
    return None if isinstance(value, float) and math.isnan(value) else value

"""The result of any step as blocks: read off its declared fields, so that a new result needs nothing here."""

from __future__ import annotations

from typing import Any

import msgspec

from engine.data.schema import Column, Preview
from engine.report.blocks import Block, Bullets, Heading, Table
from engine.report.words import label, words
from engine.values import Finding, Score

ROWS = 40
"""Rows of a table that are printed; all of them are in the project file."""
LIST = 20
"""Longest list of plain values that is printed in one cell."""
ELSEWHERE: tuple[type, ...] = (Finding, Preview)
"""What has its own place in the report, or none."""
NARROW: dict[type, tuple[str, ...]] = {
    Column: ("name", "kind", "missing", "distinct", "minimum", "maximum", "mean", "earliest", "latest")
}
"""The fields shown of values that have too many for a page."""


def blocks(result: Any, path: str, said: str = "", without: tuple[str, ...] = ()) -> list[Block]:
    """Scalars as a list, scores and records as tables; each with its place in the plan.

    Left out are texts that are within `said` already, and the fields named in `without`.
    """
    items: list[tuple[str, str]] = []
    tables: list[Block] = []
    shown = {name: getattr(result, name) for name in result.__struct_fields__ if name not in without}
    for name, part in shown.items():
        if not (isinstance(part, str) and part in said):
            _show(part, f"{path}.{name}", label(name), items, tables)
    return [*([Bullets(tuple(items))] if items else []), *tables]


def _show(part: Any, path: str, named: str, items: list[tuple[str, str]], tables: list[Block]) -> None:
    """Add one field to the list or to the tables."""
    if part is None or part in ("", (), {}) or isinstance(part, ELSEWHERE):
        return
    if isinstance(part, Score) or not isinstance(part, msgspec.Struct | tuple):
        items.append((f"{named}: {words(part)}", path))
    elif isinstance(part, msgspec.Struct):
        for name in part.__struct_fields__:
            _show(getattr(part, name), f"{path}.{name}", f"{named}, {name.replace('_', ' ')}", items, tables)
    elif isinstance(part[0], msgspec.Struct):
        if not isinstance(part[0], ELSEWHERE):
            tables += [Heading(4, named), _table(part, path)]
    elif isinstance(part[0], tuple):
        tables += [Heading(4, named), Table((), tuple(tuple(map(words, row)) for row in part[:ROWS]), path)]
    elif len(part) <= LIST:
        items.append((f"{named}: {words(part)}", path))


def _table(records: tuple[msgspec.Struct, ...], path: str) -> Table:
    names = NARROW.get(type(records[0]), records[0].__struct_fields__)
    shown = [name for name in names if any(_cell(getattr(record, name)) for record in records)]
    rows = tuple(tuple(_cell(getattr(record, name)) for name in shown) for record in records[:ROWS])
    source = path if len(records) <= ROWS else f"{path}, the first of many"
    return Table(tuple(label(name) for name in shown), rows, source)


def _cell(value: Any) -> str:
    """A value in a table; curves and nested records are left to the figures and the project file."""
    if isinstance(value, Score):
        return words(value)
    if isinstance(value, msgspec.Struct):
        return "; ".join(
            f"{name.replace('_', ' ')} {words(getattr(value, name))}"
            for name in value.__struct_fields__
            if not isinstance(getattr(value, name), msgspec.Struct) and words(getattr(value, name))
        )
    if isinstance(value, tuple):
        if len(value) > LIST or any(isinstance(part, float) for part in value):
            return ""
        return "; ".join(filter(None, map(_cell, value)))
    return words(value)

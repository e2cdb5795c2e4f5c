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


def blocks(result: Any, path: str) -> list[Block]:
    """Scalars as a list, scores and records as tables; each with its place in the plan."""
    items: list[tuple[str, str]] = []
    tables: list[Block] = []
    _walk(result, path, "", items, tables)
    return [*([Bullets(tuple(items))] if items else []), *tables]


def _walk(value: msgspec.Struct, path: str, before: str, items: list[tuple[str, str]], tables: list[Block]) -> None:
    for name in value.__struct_fields__:
        part, where = getattr(value, name), f"{path}.{name}"
        named = f"{before}, {name.replace('_', ' ')}" if before else label(name)
        if part is None or part in ("", (), {}) or isinstance(part, ELSEWHERE):
            continue
        if isinstance(part, Score) or not isinstance(part, msgspec.Struct | tuple):
            items.append((f"{named}: {words(part)}", where))
        elif isinstance(part, msgspec.Struct):
            _walk(part, where, named, items, tables)
        elif isinstance(part[0], msgspec.Struct):
            if not isinstance(part[0], ELSEWHERE):
                tables += [Heading(4, named), _table(part, where)]
        elif isinstance(part[0], tuple):
            tables += [Heading(4, named), Table((), tuple(tuple(map(words, row)) for row in part[:ROWS]), where)]
        elif len(part) <= LIST:
            items.append((f"{named}: {words(part)}", where))


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

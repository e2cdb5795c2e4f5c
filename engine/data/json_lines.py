"""JSON Lines, or one list of JSON objects, as cells: a row per object, deeper values under names like `place.city`."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import pyarrow as pa

from engine.data.delimited import Cells
from engine.data.names import counted, listed
from engine.data.schema import Manner, Rejected
from engine.data.source import Source
from engine.errors import UserError

BLOCK = 1 << 16
"""Rows that are held as objects at one time."""


def cells_of_json(source: Source, manner: Manner) -> Cells:
    """Errors: UserError where there are no objects, or of one name only."""
    rejected: list[Rejected] = []
    columns: dict[str, list[pa.Array]] = {}
    nested: set[str] = set()
    held: list[dict[str, str]] = []
    rows = 0

    def close() -> None:
        nonlocal rows
        for name in dict.fromkeys(name for row in held for name in row):
            columns.setdefault(name, [pa.array([""] * rows, pa.large_string())] if rows else [])
        for name, parts in columns.items():
            parts.append(pa.array([row.get(name, "") for row in held], pa.large_string()))
        rows += len(held)
        held.clear()

    for line, found in _objects(source):
        if isinstance(found, str):
            rejected.append(Rejected(line=line, cells=0, text=found))
            continue
        held.append(dict(_flat(found, "", nested)))
        if len(held) == BLOCK:
            close()
    close()
    lists = nested - set(columns)
    notes = ["one JSON object is one row"]
    if rejected:
        notes.append(f"{counted(len(rejected), 'line')} left out, being no JSON object: line {rejected[0].line}")
    if lists:
        notes.append(f"left out, as their cells hold lists: {listed(sorted(lists))}")
    if not rows:
        raise UserError(f"{source.path}: no line holds a JSON object; a table needs one object per line")
    if len(columns) < 2:
        raise UserError(f"{source.path}: the objects have one name only; a table needs a target and at least one input")
    named = {
        str(place): pa.chunked_array([pa.array([name], pa.large_string()), *parts])
        for place, (name, parts) in enumerate(columns.items())
    }
    said = msgspec.structs.replace(manner, header="yes")
    return Cells(pa.table(named), ",", None, tuple(notes), said, tuple(rejected))


def _objects(source: Source) -> Iterator[tuple[int, Mapping[str, Any] | str]]:
    """Line number and object, or the text of a line that is none."""
    if bytes(source.data[: 1 << 12]).lstrip().startswith(b"["):
        try:
            many = json.loads(bytes(source.data))
        except ValueError as error:
            raise UserError(f"{source.path}: a damaged JSON file ({error}); copy or export it again") from None
        for number, one in enumerate(many, 1):
            yield number, one if isinstance(one, dict) else json.dumps(one)
        return
    with pa.BufferReader(source.data) as file:
        for number, line in enumerate(_lines(file), 1):
            if line.strip():
                yield number, _parsed(line)


def _lines(file: pa.NativeFile) -> Iterator[bytes]:
    rest = b""
    while piece := file.read(1 << 22):
        *whole, rest = (rest + piece).split(b"\n")
        yield from whole
    yield rest


def _parsed(line: bytes) -> Mapping[str, Any] | str:
    try:
        found = msgspec.json.decode(line)
    except msgspec.DecodeError:
        try:
            # Many programs write NaN, which JSON does not have.
            found = json.loads(line)
        except ValueError:
            found = None
    return found if isinstance(found, dict) else line.decode("utf-8", errors="replace")


def _flat(found: Mapping[str, Any], above: str, nested: set[str]) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        name = f"{above}{key}"
        if isinstance(value, dict):
            yield from _flat(value, f"{name}.", nested)
        elif isinstance(value, list):
            nested.add(name)
        elif isinstance(value, bool):
            yield name, "true" if value else "false"
        else:
            yield name, "" if value is None else str(value)

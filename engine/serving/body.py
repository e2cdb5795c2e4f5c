"""What comes in over HTTP, as rows: JSON in its three forms, or CSV; one sentence for what is neither."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import msgspec

from engine.serving.contents import LOOKS
from engine.serving.schema import Schema

MAX_BYTES = 16 * 1024 * 1024
MAX_ROWS = 10_000

Rows = list[Mapping[str, Any]]


class BadBody(Exception):
    """A request that holds no rows; `status` is the HTTP code."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


def rows_of(body: bytes, content_type: str, schema: Schema) -> Rows:
    """The rows of a request. Errors: BadBody."""
    kind = content_type.partition(";")[0].strip().lower()
    if kind == "text/csv":
        rows = _from_csv(body, schema)
    elif kind.partition("/")[0] in LOOKS:
        rows = _from_file(body, kind.partition("/")[0], schema)
    elif kind in ("", "application/json"):
        rows = _from_json(body)
    else:
        raise BadBody(415, f"content type {kind!r}: send application/json or text/csv")
    if not rows:
        raise BadBody(422, "no rows were given: send at least one")
    if len(rows) > MAX_ROWS:
        raise BadBody(413, f"{len(rows):,} rows in one request, at most {MAX_ROWS:,} are taken: send several requests")
    return rows


def _from_file(body: bytes, kind: str, schema: Schema) -> Rows:
    """A single file, where the model needs nothing else."""
    if [field.kind for field in schema.columns] != [kind]:
        raise BadBody(415, f"a file of kind {kind!r} alone is no row of this model: send JSON with every column")
    return [{schema.columns[0].name: body}]


def _from_json(body: bytes) -> Rows:
    try:
        found = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadBody(400, f"the body is not JSON ({error})") from None
    if isinstance(found, dict):
        found = found["rows"] if isinstance(found.get("rows"), list) else [found]
    if not isinstance(found, list):
        raise BadBody(422, 'send {"rows": [{"column": value, …}, …]}, a list of such objects, or one object')
    for number, row in enumerate(found, start=1):
        if not isinstance(row, dict):
            raise BadBody(422, f"row {number} is not an object of columns and values")
    return found


def _from_csv(body: bytes, schema: Schema) -> Rows:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadBody(400, f"the CSV is not UTF-8 text at byte {error.start}") from None
    lines = text.splitlines()
    mark = max(",;\t", key=lines[0].count) if lines else ","
    absent = set(schema.absent)
    try:
        names, *cells = list(csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True)) or [[]]
    except csv.Error as error:
        raise BadBody(400, f"the CSV cannot be read ({error})") from None
    names = [name.strip() for name in names]
    rows: Rows = []
    for number, row in enumerate((row for row in cells if row), start=1):
        if len(row) != len(names):
            raise BadBody(422, f"row {number} has {len(row)} cells, the header {len(names)}")
        known = (None if cell.strip().lower() in absent else cell.strip() for cell in row)
        rows.append(dict(zip(names, known, strict=True)))
    return rows

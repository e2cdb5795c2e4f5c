"""Read a table from a text or Parquet file: one robust way in, and in plain sentences everything that was assumed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells import MISSING, PERHAPS_MISSING, Typed, Words, column_mark, typed, words_of
from engine.data.delimited import Cells, parse
from engine.data.header import has_header
from engine.data.names import counted, listed, resolve_column, unique_names
from engine.data.numbers import DecimalMark
from engine.data.parquet import table_of, typed_from_arrow
from engine.data.profile import profile
from engine.data.schema import ColumnKind, Preview, Reading
from engine.data.source import Source, open_source
from engine.errors import UserError

__all__ = ["Header", "read", "resolve_column"]

Header = Literal["auto", "yes", "no"]
PREVIEWED = 5
CUT = 200
"""Characters of a cell that a preview shows."""


@dataclass(frozen=True)
class Table:
    """Typed columns by name, the first rows as text, and what was assumed."""

    columns: dict[str, Typed]
    rows: int
    preview: tuple[tuple[str, ...], ...]
    notes: tuple[str, ...]


def read(
    path: Path | str, *, header: Header = "auto", like: Mapping[str, ColumnKind] | None = None
) -> tuple[pd.DataFrame, Reading]:
    """A table with float64, datetime64[ns] and object (text or None) columns, and how it was read.

    The index is the row id: 0 to n - 1 in file order, wholly empty and ragged rows left out. `like` gives columns by
    name the kind they had in an earlier reading; a cell that does not fit it is missing.
    Errors: UserError naming the file and what is wrong with it.
    """
    source = open_source(Path(path))
    table = _from_parquet(source, like or {}) if source.parquet else _from_text(source, header, like or {})
    columns = {name: _series(column.values) for name, column in table.columns.items()}
    frame = pd.DataFrame(columns)
    reading = Reading(
        path=str(path),
        digest=source.digest,
        rows=table.rows,
        columns=profile(frame),
        assumptions=(*source.notes, *table.notes, *_column_notes(table.columns)),
        preview=Preview(names=tuple(columns), rows=table.preview),
    )
    return frame, reading


def _from_parquet(source: Source, like: Mapping[str, ColumnKind]) -> Table:
    table = table_of(source.path, source.data)
    if table.num_columns < 2:
        raise UserError(f"{source.path}: only one column was found; a table needs a target and at least one input")
    if table.num_rows == 0:
        raise UserError(f"{source.path}: columns but no rows; check the file where it was made")
    names, notes = unique_names(table.column_names)
    found = {name: typed_from_arrow(table.column(place)) for place, name in enumerate(names)}
    nested = [name for name, column in found.items() if column is None]
    if nested:
        notes = (*notes, f"left out, as their cells hold no single value: {listed(nested)}")
    columns = {name: column for name, column in found.items() if column is not None}
    head = tuple(
        tuple(_shown(column.values[row]) for column in columns.values())
        for row in range(min(PREVIEWED, table.num_rows))
    )
    return Table(columns, table.num_rows, head, notes)


def _from_text(source: Source, header: Header, like: Mapping[str, ColumnKind]) -> Table:
    cells = parse(source.path, source.data)
    notes = list(cells.notes)
    table, raw, named = _named(cells, header)
    if table.num_rows == 0:
        raise UserError(f"{source.path}: a header but no rows; check that the file was copied whole")
    delimiters = "".join(sorted({",", ";", "\t", "|", cells.delimiter} - {" "}))
    columns = [words_of(column, delimiters) for column in table.columns]
    del table, cells
    filled = np.zeros(len(columns[0].codes), dtype=bool)
    for column in columns:
        filled |= np.asarray(pc.not_equal(column.words, ""))[column.codes]
    if not filled.any():
        raise UserError(f"{source.path}: a header but no rows that hold anything; check the file where it was made")
    if not filled.all():
        notes.append(f"{counted(int((~filled).sum()), 'wholly empty line')} left out")
        columns = [column.kept(filled) for column in columns]
    names, columns, more = _with_names(raw, columns, delimiters)
    notes += more
    if len(columns) < 2:
        raise UserError(f"{source.path}: only one column holds anything; a table needs a target and at least one input")
    if not named:
        notes.append(f"the first line holds no names, so the columns are called {names[0]} to {names[-1]}")
    if any(column.trimmed for column in columns):
        notes.append("blanks around values were cut off")
    if blanks := [name for name, column in zip(names, columns, strict=True) if column.blanks]:
        count = sum(column.blanks for column in columns)
        notes.append(f"{counted(count, 'cell')} of only blanks or delimiters read as missing: {listed(blanks)}")
    mark = _file_mark(columns)
    if mark == ",":
        notes.append("numbers have a decimal comma")
    head = tuple(
        tuple(column.words[int(column.codes[row])].as_py()[:CUT] for column in columns)
        for row in range(min(PREVIEWED, int(filled.sum())))
    )
    pairs = zip(names, columns, strict=True)
    return Table(
        {name: typed(column, mark, like.get(name)) for name, column in pairs}, int(filled.sum()), head, tuple(notes)
    )


def _named(cells: Cells, header: Header) -> tuple[pa.Table, list[str], bool]:
    """The rows below the header, the raw names, and whether there was a header."""
    table = cells.table
    blank = pa.array([True] * min(table.num_rows, 100))
    for column in table.slice(0, 100).columns:
        blank = pc.and_(blank, pc.equal(pc.utf8_trim_whitespace(column), "").combine_chunks())
    start = blank.index(False).as_py()
    table = table.slice(max(start, 0))
    unnamed = [""] * table.num_columns
    if header == "no" or table.num_rows == 0:
        return table, unnamed, False
    if cells.first is not None:
        ends_empty = pc.all(pc.equal(table.column(table.num_columns - 1), "")).as_py()
        return table, [*cells.first, ""] if ends_empty else ["", *cells.first], True
    if header == "auto" and not has_header(table, MISSING | PERHAPS_MISSING):
        return table, unnamed, False
    return table.slice(1), [column[0].as_py() for column in table.columns], True


def _with_names(
    raw: Sequence[str], columns: Sequence[Words], delimiters: str
) -> tuple[tuple[str, ...], list[Words], list[str]]:
    """Unique names; columns without a name and without a value are left out."""
    bare = [name.strip(delimiters + " \t\r\n\ufeff") and name for name in raw]
    hollow = [not name and not _holds_anything(column) for name, column in zip(bare, columns, strict=True)]
    names, notes = unique_names([name for name, out in zip(bare, hollow, strict=True) if not out])
    kept = [column for column, out in zip(columns, hollow, strict=True) if not out]
    said = [f"{counted(sum(hollow), 'column')} without name and values left out"] if any(hollow) else []
    return names, kept, said + (list(notes) if any(bare) else [])


def _holds_anything(column: Words) -> bool:
    return any(word for word, count in zip(column.words.to_pylist(), column.counts, strict=True) if count)


def _file_mark(columns: Sequence[Words]) -> DecimalMark:
    """The decimal comma where any column proves it, else the point."""
    return "," if any(column_mark(column) == "," for column in columns) else "."


def _column_notes(columns: Mapping[str, Typed]) -> list[str]:
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


def _series(values: np.ndarray) -> pd.Series:
    return pd.Series(values, dtype=values.dtype, copy=False)


def _shown(value: object) -> str:
    if value is None or value != value:
        return ""
    if isinstance(value, np.datetime64):
        return str(value).removesuffix("T00:00:00.000000000")
    return f"{value:.15g}" if isinstance(value, float) else str(value)[:CUT]

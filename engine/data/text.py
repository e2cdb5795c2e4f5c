"""A text file as typed columns, and in plain sentences everything that was assumed on the way."""

from collections.abc import Sequence

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells import MISSING, PERHAPS_MISSING, Words, column_mark, typed, words_of
from engine.data.delimited import Cells, parse
from engine.data.header import has_header, has_second_row, joined
from engine.data.names import counted, listed, unique_names
from engine.data.numbers import DecimalMark
from engine.data.schema import Header, Manner
from engine.data.source import Source
from engine.data.table import CUT, PREVIEWED, Table
from engine.errors import UserError

HEADERS: tuple[Header, ...] = ("no", "yes", "two")
"""By the number of lines that hold names."""


def table_of_text(source: Source, manner: Manner) -> Table:
    """Errors: UserError naming the file and what is wrong with it."""
    cells = parse(source.path, source.data, manner)
    notes, rejected, manner = list(cells.notes), cells.rejected, cells.manner
    table, raw, rows_of_names = _named(cells, manner.header)
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
    if rows_of_names == 2:
        notes.append(f"the first two lines hold the names, joined to such as {max(names, key=len)[-CUT:]!r}")
    if not rows_of_names:
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
        {name: typed(column, mark, manner.kinds.get(name)) for name, column in pairs},
        int(filled.sum()),
        head,
        tuple(notes),
        msgspec.structs.replace(manner, header=HEADERS[rows_of_names], encoding=source.encoding),
        rejected,
    )


def _named(cells: Cells, header: Header) -> tuple[pa.Table, list[str], int]:
    """The rows below the header, the raw names, and how many rows those take."""
    table = cells.table
    blank = pa.array([True] * min(table.num_rows, 100))
    for column in table.slice(0, 100).columns:
        blank = pc.and_(blank, pc.equal(pc.utf8_trim_whitespace(column), "").combine_chunks())
    start = blank.index(False).as_py()
    table = table.slice(max(start, 0))
    unnamed = [""] * table.num_columns
    if header == "no" or table.num_rows == 0:
        return table, unnamed, 0
    if cells.first is not None:
        ends_empty = pc.all(pc.equal(table.column(table.num_columns - 1), "")).as_py()
        return table, [*cells.first, ""] if ends_empty else ["", *cells.first], 1
    first, below = [column[0].as_py() for column in table.columns], table.slice(1)
    blanks = MISSING | PERHAPS_MISSING
    two = has_second_row(first, below, blanks) if header == "auto" else header == "two"
    if header == "auto" and not has_header(table, blanks) and not (two and not all(first)):
        return table, unnamed, 0
    if two and below.num_rows > 0:
        return below.slice(1), joined(first, [column[0].as_py() for column in below.columns]), 2
    return below, first, 1


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

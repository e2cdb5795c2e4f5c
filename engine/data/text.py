"""A text file as typed columns, and in plain sentences everything that was assumed on the way."""

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.cells import MISSING, PERHAPS_MISSING, Rules, Typed, Words, column_mark, typed, words_of
from engine.data.delimited import Cells, parse
from engine.data.header import has_header, has_second_row, joined
from engine.data.names import counted, listed, unique_names
from engine.data.numbers import Mark
from engine.data.schema import ColumnKind, Manner
from engine.data.source import Source
from engine.data.table import CUT, PREVIEWED, Table
from engine.errors import UserError

HEADERS = ("no", "yes", "two")
"""By the number of lines that hold names."""

ACCEPTED = {"header": ("auto", *HEADERS), "decimal": ("auto", "point", "comma"), "dates": ("auto", "day", "month")}


def table_of_text(source: Source, manner: Manner, like: Mapping[str, ColumnKind]) -> Table:
    """Errors: UserError naming the file and what is wrong with it."""
    for name, accepted in ACCEPTED.items():
        if (said := getattr(manner, name)) not in accepted:
            raise UserError(f"framing.{name}: found {said!r}, accepted is one of {', '.join(accepted)}")
    return table_of_cells(source, parse(source.path, source.data, manner), like)


def table_of_cells(source: Source, cells: Cells, like: Mapping[str, ColumnKind]) -> Table:
    """Cells typed by what they hold, however the file was divided into them. Errors: as in `table_of_text`."""
    notes, rejected, manner = list(cells.notes), cells.rejected, cells.manner
    table, raw, rows_of_names = _named(cells, manner.header)
    table, again = _without_names(table, raw)
    if again:
        notes.append(f"{counted(again, 'further line')} of names left out")
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
    rules = _rules(columns, manner)
    if rules.mark.decimal == ",":
        notes.append("numbers have a decimal comma")
    head = tuple(
        tuple(column.words[int(column.codes[row])].as_py()[:CUT] for column in columns)
        for row in range(min(PREVIEWED, int(filled.sum())))
    )
    pairs = zip(names, columns, strict=True)
    found = {name: _typed(name, column, rules, manner, like) for name, column in pairs}
    if hollow := [name for name, column in found.items() if column.kind == "empty"]:
        notes.append(f"{counted(len(hollow), 'column')} with a name and no values: {listed(hollow)}")
    settled = {
        "header": HEADERS[rows_of_names],
        "encoding": source.encoding,
        "decimal": "comma" if rules.mark.decimal == "," else "point",
        "dates": _order(found, manner),
    }
    return Table(
        found,
        int(filled.sum()),
        head,
        tuple(notes),
        msgspec.structs.replace(manner, **settled),
        rejected,
        _doubts(found, manner),
    )


def _rules(columns: Sequence[Words], manner: Manner) -> Rules:
    """What holds for all columns: the decimal comma where a person says so or any column proves it, else the point."""
    absent = frozenset(word.strip().casefold() for word in manner.missing)
    if manner.decimal != "auto":
        mark = Mark("," if manner.decimal == "comma" else ".", sure=True)
    else:
        mark = Mark("," if any(column_mark(column, absent) == "," for column in columns) else ".")
    return Rules(mark, manner.dates, absent)


def _typed(name: str, column: Words, rules: Rules, manner: Manner, like: Mapping[str, ColumnKind]) -> Typed:
    """A column of the kind that a person named, else of the kind it had before, else of what it holds."""
    if (said := manner.kinds.get(name)) is not None:
        return typed(column, rules, said, loose=True)
    return typed(column, rules, like.get(name))


def _order(columns: Mapping[str, Typed], manner: Manner) -> str:
    """What comes first in dates, where all columns for which that is a question agree."""
    orders = {column.order for column in columns.values()} - {"auto"}
    return orders.pop() if len(orders) == 1 else manner.dates


def _doubts(columns: Mapping[str, Typed], manner: Manner) -> dict[str, str]:
    """What a person should look at and has said nothing of, each point in one sentence."""
    found: dict[str, list[str]] = {}
    for name, column in columns.items():
        for point, why in column.doubts.items():
            if name not in manner.kinds:
                found.setdefault(point, []).append(f"{name}: {why}")
    return {
        point: listed(whys, 3)
        for point, whys in found.items()
        if getattr(manner, point) in ("auto", {}) or point == "kinds"
    }


def _named(cells: Cells, header: str) -> tuple[pa.Table, list[str], int]:
    """The rows below the header, the raw names, and how many rows those take."""
    table = cells.table
    blank = pa.array([True] * min(table.num_rows, 100), pa.bool_())
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


def _without_names(table: pa.Table, raw: Sequence[str]) -> tuple[pa.Table, int]:
    """The rows that do not repeat the names, as files that were put together line by line do, and how many do."""
    if sum(map(bool, raw)) < 2:
        return table, 0
    same = pc.equal(table.column(0), raw[0])
    for column, name in zip(table.columns[1:], raw[1:], strict=True):
        if not pc.any(same).as_py():
            return table, 0
        same = pc.and_(same, pc.equal(column, name))
    return table.filter(pc.invert(same)), int(pc.sum(same).as_py() or 0)


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

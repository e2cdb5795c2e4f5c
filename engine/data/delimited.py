"""Delimited text as a table of text cells: finds the delimiter, keeps aside lines that do not fit, types nothing."""

import csv
import io
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from engine.data.lines import MARKS, Form, by_blanks, form_of, mark_of, sample_of
from engine.data.names import counted
from engine.data.remarks import NONE, remark_marks, without_remarks
from engine.data.schema import Manner, Rejected
from engine.errors import UserError

BLOCK = 1 << 24
SHOWN_LINES = 8


@dataclass(frozen=True)
class Cells:
    """All cells as text, one arrow column per column of the file; `first`: a header line that was one cell short.

    `manner` says how the lines were divided; `rejected` are lines with another number of cells.
    """

    table: pa.Table
    delimiter: str
    first: tuple[str, ...] | None
    notes: tuple[str, ...]
    manner: Manner
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True)
class Ragged:
    """A line with another number of cells: its place among the records of the file, and its text."""

    record: int
    cells: int
    text: str


def parse(path: Path, data: pa.Buffer, manner: Manner) -> Cells:
    """Divide a text (UTF-8) into cells. Errors: UserError when there is one column only."""
    sample = sample_of(data)
    told = re.match(r'"?sep=(.)"?\r?\n', sample)
    if told:
        data, sample = data.slice(len(told.group(0).encode())), sample[told.end() :]
    said = told.group(1) if told and manner.delimiter == "auto" else mark_of(manner.delimiter)
    marks = remark_marks(manner.comment)
    form = form_of(sample, said, marks)
    if form is None:
        raise UserError(
            f"{path}: only one column was found (no {'comma, semicolon, tab or bar' if said is None else repr(said)} "
            "divides its lines); a table needs a target and at least one input"
        )
    word = next((word for word, mark in MARKS.items() if mark == form.delimiter), form.delimiter)
    notes = [] if form.delimiter == "," else [f"cells are divided by {word if word in MARKS else repr(word)}"]
    if form.short:
        notes.append(f"most lines have {form.short} cells, the header {form.width}: the rest is read as missing")
    divided = form
    if form.loose or form.short:
        data, divided = _tightened(data, form), Form(",", form.width)
    table, ragged, more = _paired(path, data, divided)
    lines = _lines(table, ragged, 2 if told else 1)
    kept = [(row, line) for row, line in zip(ragged, lines, strict=True) if not _begins(row.text, marks)]
    first = _short_header(kept[0][0], len(ragged) - len(kept), divided) if kept else None
    table, among = without_remarks(table, manner.comment)
    remarks = [*among, *(row.text for row in ragged if _begins(row.text, marks))]
    found = next((mark for mark in marks if remarks and _begins(remarks[0], (mark,))), NONE)
    if remarks:
        more.append(f"{counted(len(remarks), 'remark')} left out: lines that begin with {found}")
    rejected = [Rejected(line=line, cells=row.cells, text=row.text) for row, line in kept[first is not None :]]
    notes += [*more, *_told(rejected, form.width)]
    used = {"delimiter": word, "comment": manner.comment if manner.comment != "auto" else found}
    return Cells(table, form.delimiter, first, tuple(notes), msgspec.structs.replace(manner, **used), tuple(rejected))


def _begins(text: str, marks: tuple[str, ...]) -> bool:
    return text.lstrip().startswith(marks)


def _told(rejected: Sequence[Rejected], width: int) -> list[str]:
    if not rejected:
        return []
    shown = ", ".join(str(row.line) for row in rejected[:SHOWN_LINES]) + (" …" if len(rejected) > SHOWN_LINES else "")
    word = "line" if len(rejected) == 1 else "lines"
    return [f"{counted(len(rejected), 'row')} left out, not having {width} cells: {word} {shown}"]


def _paired(path: Path, data: pa.Buffer, form: Form) -> tuple[pa.Table, list[Ragged], list[str]]:
    """The cells, the lines that do not fit, and what was assumed: quotation marks that do not pair are characters."""
    table, ragged = _table(path, data, form, '"')
    open_quote = bytes(data).count(b'"') % 2 == 1
    if ragged or open_quote:
        plain, plain_ragged = _table(path, data, form, False)
        if len(plain_ragged) < len(ragged) or (open_quote and len(plain_ragged) <= len(ragged)):
            return plain, plain_ragged, ['quotation marks do not pair up, so " is read as a character like any other']
        if open_quote:
            note = "a quotation mark is opened and never closed: compare the number of rows with what you expect"
            return table, ragged, [note]
    return table, ragged, []


def _tightened(data: pa.Buffer, form: Form) -> pa.Buffer:
    """The same cells divided by single commas, each line in its place, short lines filled up."""
    text = bytes(data).decode("utf-8")
    csv.field_size_limit(sys.maxsize)
    if form.delimiter == " ":
        rows = by_blanks(text)
    else:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=form.delimiter, skipinitialspace=True))
    rows = [row + [""] * (form.width - len(row)) if len(row) >= (form.short or form.width) else row for row in rows]
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\n").writerows(rows)
    return pa.py_buffer(out.getvalue().encode())


def _table(path: Path, data: pa.Buffer, form: Form, quote: str | bool) -> tuple[pa.Table, list[Ragged]]:
    names = [str(place) for place in range(form.width)]
    for block in (BLOCK, min(max(data.size + 1, BLOCK), 2**31 - 1)):
        rejected: list[Ragged] = []

        def keep_aside(row: arrow_csv.InvalidRow, kept: list[Ragged] = rejected) -> str:
            kept.append(Ragged(row.number, row.actual_columns, row.text))
            return "skip"

        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(data),
                arrow_csv.ReadOptions(use_threads=False, block_size=block, column_names=names),
                arrow_csv.ParseOptions(
                    delimiter=form.delimiter,
                    quote_char=quote,
                    newlines_in_values=quote is not False,
                    ignore_empty_lines=False,
                    invalid_row_handler=keep_aside,
                ),
                arrow_csv.ConvertOptions(
                    column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False, check_utf8=False
                ),
            )
        except pa.ArrowInvalid as error:
            problem = str(error)
            continue
        return table, rejected
    raise UserError(f"{path}: cannot be divided into rows ({problem}); check the file where it was made")


def _short_header(row: Ragged, before: int, form: Form) -> tuple[str, ...] | None:
    """A first line that is one cell short is a header over row names, or over lines that end with a delimiter."""
    if row.record != 1 + before or row.cells != form.width - 1:
        return None
    return tuple(next(csv.reader([row.text], delimiter=form.delimiter)))


def _lines(table: pa.Table, ragged: Sequence[Ragged], start: int) -> list[int]:
    """Line numbers (the first is `start`) of ragged records, counting the line breaks inside the cells before them."""
    if not ragged:
        return []
    inside = pa.array([0] * table.num_rows, pa.int32())
    for column in table.columns:
        inside = pc.add(inside, pc.count_substring(column, "\n").combine_chunks().cast(pa.int32()))
    before = pc.cumulative_sum(inside).to_numpy()
    lines, own = [], start - 1
    for done, record in enumerate(ragged):
        kept = record.record - 1 - done
        lines.append(record.record + own + int(before[kept - 1] if kept else 0))
        own += record.text.count("\n")
    return lines

"""Delimited text as a table of text cells: finds the delimiter, keeps aside lines that do not fit, types nothing."""

import csv
import io
import re
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from engine.data.names import counted
from engine.data.schema import Rejected
from engine.errors import UserError

SAMPLE = 1 << 22
BLOCK = 1 << 24
DELIMITERS = ("\t", ";", "|", ",")
WORDS = {"\t": "tab", ";": "semicolon", "|": "vertical bar", ",": "comma", " ": "blanks"}
CONSISTENT = 0.9
"""Share of lines with the same number of delimiters from which the preferred delimiters win over the more frequent."""
PLAUSIBLE = 0.5
SHOWN_LINES = 8


@dataclass(frozen=True)
class Cells:
    """All cells as text, one arrow column per column of the file; `first`: a header line that was one cell short."""

    table: pa.Table
    delimiter: str
    first: tuple[str, ...] | None
    notes: tuple[str, ...]
    rejected: tuple[Rejected, ...] = ()


@dataclass(frozen=True)
class Form:
    """How lines are divided: `width` cells by `delimiter`.

    `loose`: blanks before quotes, or runs of blanks; `short`: most lines have only that many cells, the header more.
    """

    delimiter: str
    width: int
    loose: bool = False
    short: int = 0


@dataclass(frozen=True)
class Ragged:
    """A line with another number of cells: its place among the records of the file, and its text."""

    record: int
    cells: int
    text: str


def parse(path: Path, data: pa.Buffer) -> Cells:
    """Divide a text (UTF-8) into cells. Errors: UserError when there is one column only."""
    sample = _sample(data)
    said = re.match(r'"?sep=(.)"?\r?\n', sample)
    if said:
        start = len(said.group(0).encode())
        data, sample = data.slice(start), sample[said.end() :]
    form = _form(sample, said.group(1) if said else None)
    if form is None:
        raise UserError(
            f"{path}: only one column was found (no comma, semicolon, tab or bar divides its lines); "
            "a table needs a target and at least one input"
        )
    delimiter = form.delimiter
    notes = [] if delimiter == "," else [f"cells are divided by {WORDS.get(delimiter, repr(delimiter))}"]
    if form.short:
        notes.append(f"most lines have {form.short} cells, the header {form.width}: the rest is read as missing")
    if form.loose or form.short:
        data, form = _tightened(data, form), Form(",", form.width)
    table, rejected = _table(path, data, form, '"')
    open_quote = bytes(data).count(b'"') % 2 == 1
    if rejected or open_quote:
        plain, plain_rejected = _table(path, data, form, False)
        if len(plain_rejected) < len(rejected) or (open_quote and len(plain_rejected) <= len(rejected)):
            table, rejected = plain, plain_rejected
            notes.append('quotation marks do not pair up, so " is read as a character like any other')
        elif open_quote:
            notes.append("a quotation mark is opened and never closed: compare the number of rows with what you expect")
    first, rejected = _short_header(rejected, form)
    lines = _lines(table, rejected)
    if lines:
        shown = ", ".join(map(str, lines[:SHOWN_LINES])) + (" …" if len(lines) > SHOWN_LINES else "")
        word = "line" if len(lines) == 1 else "lines"
        notes.append(f"{counted(len(lines), 'row')} left out, not having {form.width} cells: {word} {shown}")
    kept = [Rejected(line=line, cells=row.cells, text=row.text) for line, row in zip(lines, rejected, strict=True)]
    return Cells(table, delimiter, first, tuple(notes), tuple(kept))


def _sample(data: pa.Buffer) -> str:
    """The beginning of the text, whole lines as far as there are any."""
    head = bytes(data.slice(0, min(SAMPLE, data.size))).decode("utf-8", errors="ignore")
    if data.size <= SAMPLE:
        return head
    cut = max(head.rfind("\n"), head.rfind("\r"))
    return head[: cut + 1] if cut >= 0 else head


def _form(sample: str, said: str | None) -> Form | None:
    """The delimiter whose count is the same in most lines; None when no delimiter divides the lines."""
    found = {}
    for delimiter in (said,) if said else DELIMITERS:
        counts = _counts(sample, delimiter)
        tally = Counter(counts)
        best = max(tally, key=lambda count: (tally[count], count), default=0)
        if best > 0 and tally[best] >= PLAUSIBLE * len(counts):
            head = counts[0] if counts[0] in counts[1:] else best
            found[delimiter] = tally[best] / len(counts), best, head
    steady = [mark for mark, (share, usual, head) in found.items() if share >= CONSISTENT and head == usual]
    if found:
        chosen = steady[0] if steady else max(found, key=lambda mark: found[mark][:2])
        _, usual, head = found[chosen]
        loose = chosen != "\t" and re.search(rf'{re.escape(chosen)} +"', sample) is not None
        return Form(chosen, max(usual, head) + 1, loose, usual + 1 if head > usual else 0)
    widths = Counter(len(cells) for cells in _by_blanks(sample) if cells)
    width = max(widths, key=lambda count: (widths[count], count), default=1)
    if width > 1 and widths[width] >= CONSISTENT * widths.total():
        return Form(" ", width, loose=True)
    return None


def _counts(sample: str, delimiter: str) -> list[int]:
    """Delimiters per line outside quoted cells; blank lines are left out."""
    mark = re.escape(delimiter)
    bare = re.sub(rf'(?m)(^|{mark})[ ]*"[^"]*(?:""[^"]*)*"', r"\1", sample)
    return [line.count(delimiter) for line in bare.splitlines() if line.strip()]


def _by_blanks(text: str) -> list[list[str]]:
    csv.field_size_limit(sys.maxsize)
    lines = (line.replace("\t", " ").strip() for line in text.splitlines())
    return list(csv.reader(lines, delimiter=" ", skipinitialspace=True))


def _tightened(data: pa.Buffer, form: Form) -> pa.Buffer:
    """The same cells divided by single commas, each line in its place, short lines filled up."""
    text = bytes(data).decode("utf-8")
    csv.field_size_limit(sys.maxsize)
    if form.delimiter == " ":
        rows = _by_blanks(text)
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


def _short_header(rejected: list[Ragged], form: Form) -> tuple[tuple[str, ...] | None, list[Ragged]]:
    """A first line that is one cell short is a header over row names, or over lines that end with a delimiter."""
    if not rejected or rejected[0].record != 1 or rejected[0].cells != form.width - 1:
        return None, rejected
    return tuple(next(csv.reader([rejected[0].text], delimiter=form.delimiter))), rejected[1:]


def _lines(table: pa.Table, rejected: list[Ragged]) -> list[int]:
    """Line numbers (from 1) of rejected records, counting the line breaks inside the cells before them."""
    inside = pa.array([0] * table.num_rows, pa.int32())
    for column in table.columns:
        inside = pc.add(inside, pc.count_substring(column, "\n").combine_chunks().cast(pa.int32()))
    before = pc.cumulative_sum(inside).to_numpy()
    lines, own = [], 0
    for done, record in enumerate(rejected):
        kept = record.record - 1 - done
        lines.append(record.record + own + int(before[kept - 1] if kept else 0))
        own += record.text.count("\n")
    return lines

"""Whether the first lines of a table hold names, one line or two: they are compared with the lines below them."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pyarrow as pa

LOOKED_AT = 200_000
"""Cells compared at most."""
NUMBER = re.compile(r"[+-]?[$€£]?(\d[\d.,'\u00a0\u202f]*|[.,]\d+)([eE][+-]?\d+)?%?")
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|\d{4}-\d{2}")
LONG = 200
NUMERIC = 0.9
NUMBER_COLUMNS = 2
"""Columns of numbers with a word in the second line from which that line goes on with the names."""


def is_amount(text: str) -> bool:
    """Whether a cell reads as a number or a date."""
    return NUMBER.fullmatch(text) is not None or DATE.fullmatch(text) is not None


def has_header(table: pa.Table, blank: frozenset[str]) -> bool:
    """Whether the first row of a table of text holds names. `blank`: words that say nothing either way.

    A name stands over numbers and is none itself, and does not come again below; a first row of numbers is data,
    unless it counts on evenly (years, places) where the row below does not.
    """
    columns = _without_repeats(_columns(table))
    first = [column[0] for column in columns]
    if _counts_on(first) and not (table.num_rows > 1 and _counts_on([column[1] for column in columns])):
        return True
    votes = _votes(columns, blank)
    if votes:
        return votes > 0
    words = [cell.casefold() for cell in first if cell]
    return len(set(words)) == len(words) > 0 and all(len(word) < LONG for word in words)


def names_stand_first(table: pa.Table) -> bool:
    """Whether the columns prove that the first row of a table of text holds names."""
    return table.num_rows > 0 and _votes(_columns(table), frozenset()) > 0


def has_second_row(first: Sequence[str], table: pa.Table, blank: frozenset[str]) -> bool:
    """Whether the first row of a table goes on with the names in the row `first` above it.

    It holds no amount but words over columns of numbers. Either it fills gaps that the row above has (where a name
    spans several columns) with words that mostly are no values below, or all columns of numbers have one (units).
    """
    if table.num_rows < 2:
        return False
    columns = _columns(table)
    second = [column[0] if column[0].casefold() not in blank else "" for column in columns]
    if not any(second) or any(map(is_amount, second)):
        return False
    over = [column[0] for column in columns if _numeric(column[1:], blank)]
    named = sum(bool(cell) and cell.casefold() not in blank for cell in over)
    if any(not above.strip() and below for above, below in zip(first, second, strict=True)):
        again = sum(bool(cell) and cell in column[1:] for cell, column in zip(second, columns, strict=True))
        return named >= NUMBER_COLUMNS and sum(map(bool, second)) > 2 * again
    return named == len(over) >= NUMBER_COLUMNS


def joined(first: Sequence[str], second: Sequence[str]) -> list[str]:
    """One name of two: the upper one reaches over gaps to its right; a word under many single names says nothing."""
    upper = [name.strip() for name in first]
    lower = [name.strip() for name in second]
    single = [bool(name) and bool([*upper[1:], "."][place]) for place, name in enumerate(upper)]
    gaps = not all(upper)
    names, reaching = [], ""
    for place, (above, below) in enumerate(zip(upper, lower, strict=True)):
        reaching = above or reaching
        if not below or not reaching:
            names.append(above or below)
        elif gaps and single[place] and lower.count(below) > 1:
            names.append(above)
        else:
            names.append(f"{reaching}: {below}" if gaps else f"{above} {below}")
    return names


def _columns(table: pa.Table) -> list[list[str]]:
    rows = max(20, LOOKED_AT // max(table.num_columns, 1))
    return [[cell.strip() for cell in column.to_pylist()] for column in table.slice(0, rows).columns]


def _without_repeats(columns: list[list[str]]) -> list[list[str]]:
    """Without rows that repeat the first one, where that is all words: files put together line by line repeat names."""
    first = [column[0] for column in columns]
    if any(map(is_amount, first)) or columns[0].count(first[0]) < 2:
        return columns
    kept = [row for place, row in enumerate(zip(*columns, strict=True)) if not place or list(row) != first]
    return [list(column) for column in zip(*kept, strict=True)]


def _votes(columns: Sequence[Sequence[str]], blank: frozenset[str]) -> int:
    """Columns whose first cell is a name, less those where it is a value like the others."""
    votes = 0
    for cell, *below in columns:
        known = [text for text in below if text and text.casefold() not in blank]
        if not cell or cell.casefold() in blank or not known:
            continue
        if is_amount(cell):
            votes -= 1
        elif _numeric(known, blank):
            votes += 1
        elif cell in known:
            votes -= 1
    return votes


def _numeric(cells: Sequence[str], blank: frozenset[str]) -> bool:
    known = [text for text in cells if text and text.casefold() not in blank]
    return bool(known) and sum(map(is_amount, known)) >= NUMERIC * len(known)


def _counts_on(cells: Sequence[str]) -> bool:
    """Whether three or more whole numbers of a row follow each other at a step of one: 2010, 2011, 2012."""
    whole = [int(cell) for cell in cells if re.fullmatch(r"\d{1,6}", cell)]
    return len(whole) >= 3 and all(after - before == 1 for before, after in pairwise(whole))

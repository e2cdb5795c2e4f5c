"""Whether the first line of a table holds names: it is compared with the lines below it."""

import re
from collections.abc import Sequence
from itertools import pairwise

import pyarrow as pa

LOOKED_AT = 200_000
"""Cells compared at most."""
NUMBER = re.compile(r"[+-]?[$€£]?(\d[\d.,'\u00a0\u202f]*|[.,]\d+)([eE][+-]?\d+)?%?")
DATE = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}([ T].*)?|\d{4}-\d{2}")
LONG = 200


def _amount(text: str) -> bool:
    return NUMBER.fullmatch(text) is not None or DATE.fullmatch(text) is not None


def has_header(table: pa.Table, blank: frozenset[str]) -> bool:
    """Whether the first row of a table of text holds names. `blank`: words that say nothing either way.

    A name stands over numbers and is none itself, and does not come again below; a first row of numbers is data,
    unless it counts on evenly (years, places) where the row below does not.
    """
    rows = max(20, LOOKED_AT // max(table.num_columns, 1))
    columns = [[cell.strip() for cell in column.to_pylist()] for column in table.slice(0, rows).columns]
    first = [column[0] for column in columns]
    if _counts_on(first) and not (table.num_rows > 1 and _counts_on([column[1] for column in columns])):
        return True
    votes = 0
    for cell, *below in columns:
        known = [text for text in below if text and text.casefold() not in blank]
        if not cell or cell.casefold() in blank or not known:
            continue
        if _amount(cell):
            votes -= 1
        elif sum(map(_amount, known)) >= 0.9 * len(known):
            votes += 1
        elif cell in known:
            votes -= 1
    if votes:
        return votes > 0
    words = [cell.casefold() for cell in first if cell]
    return len(set(words)) == len(words) > 0 and all(len(word) < LONG for word in words)


def _counts_on(cells: Sequence[str]) -> bool:
    """Whether three or more whole numbers of a row follow each other at a step of one: 2010, 2011, 2012."""
    whole = [int(cell) for cell in cells if re.fullmatch(r"\d{1,6}", cell)]
    return len(whole) >= 3 and all(after - before == 1 for before, after in pairwise(whole))

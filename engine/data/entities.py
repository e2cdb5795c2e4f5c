"""Which column names the things that framing calls one row, and whether they have several rows; light."""

from __future__ import annotations

import re
from collections.abc import Iterable

from engine.data.schema import Column

NAMING = frozenset(("id", "no", "nr", "number", "num", "key", "code", "name", "uuid", "index"))
"""Words of a column's name that say that it names things."""

LISTS = frozenset(("query", "querie", "qid", "search", "srch", "searche", "session"))
"""Words of a column's name that say that rows were found together."""

SINGLE = 0.95
"""Different values for each row from which a row is one such thing, but for a few that occur twice."""

FEWEST = 10
SHORTEST = 3
"""Letters of a word of the unit that can name a thing; "a", "an" and "of" do not."""


def repeated(unit: str, columns: Iterable[Column]) -> Column | None:
    """The column of the things that one row is said to be, if they have several rows; None where nothing says so."""
    said = {word for word in _words(unit) if len(word) >= SHORTEST}
    for column in columns:
        words, known = set(_words(column.name)), column.rows - column.missing
        # A bare "age" may be what a row is about and is still an amount.
        names_it = not words - said - NAMING and (bool(words & NAMING) or column.kind != "numeric")
        if said & words and names_it and column.kind != "date" and FEWEST <= column.distinct <= SINGLE * known:
            return column
    return None


def column_of_lists(columns: Iterable[Column], target: str) -> Column | None:
    """The column that says which rows were found together, by its name, if its values repeat."""
    for column in columns:
        if LISTS & set(_words(column.name)) and column.name != target and 2 <= column.distinct <= column.rows / 2:
            return column
    return None


def _words(text: str) -> list[str]:
    """The words of a name or a sentence, in lower case, one of many being one of one."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", text.replace("#", " number "))
    return [word.removesuffix("s") for word in re.findall(r"[^\W\d_]+", parted.lower())]

"""What detectors look at: columns by kind, known numbers, a bounded random sample of rows, ids of rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.data.places import coordinates
from engine.data.profile import as_text
from engine.detector import AuditData

if TYPE_CHECKING:
    import pandas as pd

MOST = 20_000
"""Rows that are enough to see a shape; what is found is counted on all rows."""

DAY = 86_400.0

LISTED = 200
"""Ids of rows that a finding keeps for opening them."""

TAKEN_OUT = 2000
"""Rows that a finding may list to keep them out of training; more of them are a matter for the file."""


SOME = 500
WORDS = 4.0
SIGNS = 8.0
"""Texts that are enough to tell prose from names, and the words or signs that prose has on average."""


def places(data: AuditData, most: int = MOST) -> np.ndarray:
    """Places (m,) of at most `most` rows, drawn at random, in file order."""
    n = len(data.frame)
    if n <= most:
        return np.arange(n)
    return np.sort(np.random.default_rng(data.seed).choice(n, most, replace=False, shuffle=False))


def amounts(data: AuditData) -> tuple[str, ...]:
    """Columns of numbers: the inputs, and a target that is an amount."""
    named = (*data.names, *((data.target,) if data.target and data.task == "regression" else ()))
    return tuple(name for name in named if data.columns[name].kind == "numeric")


def measures(data: AuditData) -> tuple[str, ...]:
    """Columns of amounts whose size means something: no degrees of latitude and longitude."""
    places_on_earth = coordinates(data.columns) or ()
    return tuple(name for name in amounts(data) if name not in places_on_earth)


def prose(data: AuditData) -> tuple[str, ...]:
    """Input columns of texts that say something: several words, or many signs where words have no blanks between."""
    return tuple(name for name in data.names if data.columns[name].kind == "text" and _says(data.frame[name]))


def _says(column: pd.Series) -> bool:
    some = [str(text) for text in column.dropna().iloc[:SOME]]
    return bool(some) and (_mean([len(text.split()) for text in some]) >= WORDS or _mean([*map(_signs, some)]) >= SIGNS)


def _mean(counts: list[int]) -> float:
    return sum(counts) / len(counts)


def _signs(text: str) -> int:
    """Characters of writing without blanks between words."""
    return sum("\u3040" <= sign <= "\u9fff" for sign in text)


def known(column: pd.Series) -> np.ndarray:
    """The numbers of a column that are there."""
    values = column.to_numpy(dtype=float)
    found: np.ndarray = values[~np.isnan(values)]
    return found


def days(data: AuditData, name: str) -> np.ndarray:
    """A column of dates as days since 1970 (n,), nan where missing."""
    stamps = data.frame[name].to_numpy().astype("datetime64[s]")
    return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / DAY)


def ids(data: AuditData, mask: np.ndarray, most: int = LISTED) -> tuple[int, ...]:
    """Ids of the first rows where `mask` (n,) holds."""
    return tuple(int(row) for row in data.frame.index[np.flatnonzero(mask)[:most]])


def class_word(data: AuditData, code: float) -> str:
    """The word of a class in the file, by its code."""
    assert data.codes is not None
    place = int(np.flatnonzero(data.codes == code)[0])
    return str(as_text(data.frame[data.target].iloc[place : place + 1])[0])

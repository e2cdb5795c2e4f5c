"""Computes derived columns from raw ones, row by row: nothing is fitted, so there is nothing that could leak."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training import parse
from engine.training.parse import Column, Floats
from engine.training.spec import Derived, DerivedKind

DAY = 86_400.0


def extended(derived: Iterable[Derived], columns: Mapping[str, Column]) -> Mapping[str, Column]:
    """The columns with the derived ones added.

    Errors: UserError naming row and column of a source's value that cannot be read; KeyError for an absent source.
    """
    found = {made.name: compute(made, columns) for made in derived}
    return {**{name: columns[name] for name in columns}, **found} if found else columns


def compute(made: Derived, columns: Mapping[str, Column]) -> NDArray[Any]:
    """(n,) numbers, nan where missing; for "joined" words, None where missing."""
    if made.takes == "words":
        return _joined(made, columns)
    read = [_read(made, place, columns[name]) for place, name in enumerate(made.sources)]
    with np.errstate(all="ignore"):
        found = _COMPUTE[made.kind](*read)
    return np.where(np.isfinite(found), found, np.nan)


def _read(made: Derived, place: int, values: Column) -> Floats:
    name = made.sources[place]
    if made.takes == "moment":
        return parse.instants(values, name)
    return parse.numbers(values, name, made.blanks[place] if made.blanks else ())


def _joined(made: Derived, columns: Mapping[str, Column]) -> NDArray[Any]:
    words = [
        parse.words(columns[name], made.readings[place] if made.readings else "text")
        for place, name in enumerate(made.sources)
    ]
    out = np.empty(len(words[0]), dtype=object)
    out[:] = [None if None in row else " & ".join(map(str, row)) for row in zip(*words, strict=True)]
    return out


def _year(seconds: Floats) -> Floats:
    years = _moments(seconds).astype("datetime64[Y]").astype(np.int64) + 1970
    return np.where(np.isnan(seconds), np.nan, years)


def _day(seconds: Floats) -> Floats:
    """The day of the month, from 1."""
    moments = _moments(seconds)
    days = moments.astype("datetime64[D]") - moments.astype("datetime64[M]").astype("datetime64[D]")
    return np.where(np.isnan(seconds), np.nan, days.astype(np.int64) + 1)


def _moments(seconds: Floats) -> NDArray[np.datetime64]:
    return np.floor(np.where(np.isnan(seconds), 0.0, seconds)).astype(np.int64).astype("datetime64[s]")


_COMPUTE: dict[DerivedKind, Callable[..., Floats]] = {
    "ratio": lambda a, b: np.where(b == 0, np.nan, a / b),
    "product": lambda a, b: a * b,
    "difference": lambda a, b: a - b,
    "days": lambda a, b: (a - b) / DAY,
    "year": _year,
    "day": _day,
}

"""Reads raw values of any kind (Python objects, arrays, frame columns) as numbers, moments or words with numpy only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.training.spec import Reading

Floats: TypeAlias = NDArray[np.float64]
Column: TypeAlias = Sequence[Any] | NDArray[Any]

WORD = re.compile(r"\w+")
_TRUTH = {"true": "true", "1": "true", "false": "false", "0": "false"}
_EXACT = 2**53


def raw(values: Column) -> NDArray[Any]:
    """The values as one array: typed where the column is typed already, else of Python objects."""
    if hasattr(values, "dtype"):
        return np.asarray(values)
    array = np.empty(len(values), dtype=object)
    array[:] = list(values)
    return array


def cells(values: Column) -> list[Any]:
    """The values one by one as Python objects; moments of an array as ISO text (the day alone at midnight) or None."""
    array = raw(values)
    if array.dtype.kind != "M":
        return list(array.tolist())
    texts = np.datetime_as_string(array.astype("datetime64[s]")).tolist()
    return [None if text == "NaT" else text.removesuffix("T00:00:00") for text in texts]


def is_missing(value: Any) -> bool:
    """None, NaN, NaT, the frame library's NA, and blank text."""
    if isinstance(value, str):
        return not value.strip()
    if value is None:
        return True
    try:
        return bool(value != value)
    except TypeError:
        return True


def numbers(values: Column, name: str, blanks: Sequence[float] = ()) -> Floats:
    """(n,) floats, nan where missing, infinite or one of `blanks`; text is parsed.

    Errors: UserError naming row (from 1) and column for what is not a number.
    """
    array = raw(values)
    found = array.astype(np.float64) if array.dtype.kind in "fiub" else _each(array, name, _number, "a number")
    return np.where(np.isfinite(found) & ~np.isin(found, blanks), found, np.nan)


def instants(values: Column, name: str) -> Floats:
    """(n,) seconds since 1970 (UTC; a moment without zone is taken as UTC), nan where missing.

    Errors: UserError naming row (from 1) and column for what is not a date.
    """
    array = raw(values)
    if array.dtype.kind == "M":
        ticks = array.astype("datetime64[us]")
        return np.where(np.isnat(ticks), np.nan, ticks.astype(np.int64) / 1e6)
    return _each(array, name, _instant, "a date such as 2024-12-31 or 2024-12-31T23:59")


def words(values: Column, reading: Reading) -> list[str | None]:
    """One word per value, None where missing."""
    array = raw(values)
    if array.dtype.kind in "iufb":
        kinds, inverse = np.unique(array, return_inverse=True)
        read = [word(value, reading) for value in kinds.tolist()]
        return [read[index] for index in inverse.tolist()]
    known: dict[str, str | None] = {}
    found: list[str | None] = []
    for value in cells(array):
        if type(value) is str:
            if value not in known:
                known[value] = word(value, reading)
            found.append(known[value])
        else:
            found.append(word(value, reading))
    return found


def word(value: Any, reading: Reading) -> str | None:
    """The word of one value under a reading, None where it is missing."""
    if is_missing(value):
        return None
    if isinstance(value, str):
        text = value.strip()
        if reading == "boolean":
            return _TRUTH.get(text.lower(), text)
        return _as_number(text) if reading == "number" else text
    if isinstance(value, bool | np.bool_):
        return ("1" if value else "0") if reading == "number" else str(bool(value)).lower()
    if isinstance(value, int | float | np.number):
        text = _plain(value)
        return _TRUTH.get(text, text) if reading == "boolean" else text
    return str(value)


def reading_of(values: Column) -> Reading:
    """How the known values of a training column are to be read: as true and false, as numbers, or as text."""
    array = raw(values)
    if array.dtype.kind == "b":
        return "boolean"
    if array.dtype.kind in "fiu":
        return "number"
    known = [value for value in cells(array) if not is_missing(value)]
    if known and all(isinstance(value, bool | np.bool_) for value in known):
        return "boolean"
    if known and all(isinstance(value, int | float | np.number) for value in known):
        return "number"
    return "text"


def text_words(value: Any) -> frozenset[str]:
    """The distinct words of one free text, lower-cased; empty where missing."""
    return frozenset() if is_missing(value) else frozenset(WORD.findall(str(value).lower()))


def _each(values: Iterable[Any], name: str, read: Callable[[Any], float], wanted: str) -> Floats:
    found: list[float] = []
    for row, value in enumerate(values, start=1):
        try:
            found.append(np.nan if is_missing(value) else read(value))
        except (ValueError, TypeError, OverflowError):
            shown = str(value) if len(str(value)) <= 40 else str(value)[:37] + "..."
            raise UserError(f"row {row}, column {name!r}: {shown!r} is not {wanted}.") from None
    return np.array(found, dtype=np.float64)


def _number(value: Any) -> float:
    if isinstance(value, str) and "_" in value:
        raise ValueError(value)
    if isinstance(value, datetime | date | np.datetime64):
        raise TypeError(value)
    return float(value)


def _instant(value: Any) -> float:
    if isinstance(value, np.datetime64):
        return float(value.astype("datetime64[us]").astype(np.int64)) / 1e6
    if isinstance(value, str):
        value = datetime.fromisoformat(value.strip())
    if isinstance(value, datetime):
        return (value if value.tzinfo else value.replace(tzinfo=UTC)).timestamp()
    if isinstance(value, date):
        return datetime(value.year, value.month, value.day, tzinfo=UTC).timestamp()
    raise TypeError(value)


def _as_number(text: str) -> str:
    try:
        return _plain(_number(text))
    except ValueError:
        return text


def _plain(value: Any) -> str:
    number = float(value)
    return str(int(number)) if abs(number) < _EXACT and number == int(number) else repr(number)

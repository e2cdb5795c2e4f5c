"""TensorFlow's operations that read cells as numbers, moments or words, as `engine.training.parse` does.

Cells are strings, blank where missing, or float64, nan where missing. A cell that cannot be read fails the call, with
the column's name. Of dates, those by weeks are refused.
"""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Iterable, Mapping
from functools import cache
from math import inf, nan
from typing import Any

import tensorflow as tf

from engine.serving.expressible import amount_of
from engine.serving.ops_text import Tables, Tensor, lookup, trimmed
from engine.training.spec import Reading

NUMBER = r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?"
NO_NUMBER = r"(?i)[+-]?(nan|inf|infinity)"
CLOCK = r"(?:\d\d(?::\d\d(?::\d\d(?:[.,]\d+)?)?)?|\d\d\d\d(?:\d\d(?:[.,]\d+)?)?)"
MOMENT = rf"(?s)(\d{{4}})(-?)(\d\d)(-?)(\d\d)(?:.({CLOCK})(?:Z|([+-])({CLOCK}))?)?"
UNUSUAL = "\x00"
"""A word that no vocabulary holds."""
DAY = 86_400


def numbers(cells: Tensor, name: str, blanks: Iterable[float] = ()) -> Tensor:
    """(n,) float64, nan where missing, infinite or one of `blanks`."""
    found = cells
    if cells.dtype == tf.string:
        found, number = _parsed(cells)
        _all(number | (trimmed(cells) == ""), f"column {name!r}: not a number")
    known = tf.math.is_finite(found)
    for blank in blanks:
        known &= found != blank
    return tf.where(known, found, tf.constant(nan, tf.float64))


def _parsed(cells: Tensor) -> tuple[Tensor, Tensor]:
    """Numbers, and where there are such; "nan" and "inf" are numbers."""
    texts = trimmed(cells)
    for digit, others in enumerate(_digits()):
        texts = tf.strings.regex_replace(texts, f"[{others}]", str(digit))
    plain = tf.strings.regex_full_match(texts, NUMBER)
    odd = tf.strings.regex_full_match(texts, NO_NUMBER)
    negative = tf.strings.regex_full_match(texts, "(?s)-.*")
    endless = tf.where(negative, tf.constant(-inf, tf.float64), tf.constant(inf, tf.float64))
    none = tf.where(tf.strings.regex_full_match(texts, "(?i).*nan"), tf.constant(nan, tf.float64), endless)
    found = tf.strings.to_number(tf.where(plain, texts, "0"), tf.float64)
    return tf.where(plain, found, none), plain | odd


@cache
def _digits() -> tuple[str, ...]:
    """For each digit, how other scripts write it."""
    found: list[list[str]] = [[] for _ in range(10)]
    for code in range(128, sys.maxunicode + 1):
        digit = unicodedata.decimal(chr(code), None)
        if digit is not None:
            found[digit].append(f"\\x{{{code:x}}}")
    return tuple("".join(codes) for codes in found)


def instants(cells: Tensor, name: str) -> Tensor:
    """(n,) float64 seconds since 1970 (UTC), nan where missing."""
    texts = trimmed(cells)
    missing = texts == ""
    whole = tf.where(missing, "1970-01-01", texts)
    fits = tf.strings.regex_full_match(whole, MOMENT)
    whole = tf.where(fits, whole, "1970-01-01")

    def part(number: int) -> Tensor:
        return tf.strings.regex_replace(whole, f"^{MOMENT}$", f"\\{number}")

    year, month, day = (tf.strings.to_number(part(number), tf.int64) for number in (1, 3, 5))
    clock, right = _clock(part(6))
    away, usual = _clock(part(8))
    fits &= right & usual & (part(2) == part(4)) & _is_day(year, month, day)
    _all(fits, f"column {name!r}: not a date such as 2024-12-31 or 2024-12-31T23:59")
    days = tf.cast(days_of(year, month, day), tf.float64)
    found = days * DAY + clock - tf.where(part(7) == "-", -away, away)
    return tf.where(missing, tf.constant(nan, tf.float64), found)


def _clock(texts: Tensor) -> tuple[Tensor, Tensor]:
    """Seconds of the day, and whether there is such a time."""
    digits = tf.strings.regex_replace(tf.strings.regex_replace(texts, "[.,].*", ""), ":", "")
    padded = tf.strings.join([digits, "000000"])
    hour, minute, second = (tf.strings.to_number(tf.strings.substr(padded, at, 2), tf.float64) for at in (0, 2, 4))
    after = tf.strings.join([tf.strings.regex_replace(texts, "^[^.,]*[.,]?", ""), "000000"])
    micro = tf.strings.to_number(tf.strings.substr(after, 0, 6), tf.float64)
    return 3600 * hour + 60 * minute + second + micro / 1e6, (hour < 24) & (minute < 60) & (second < 60)


def _is_day(year: Tensor, month: Tensor, day: Tensor) -> Tensor:
    again = date_of(days_of(year, month, day))
    return (year > 0) & (month > 0) & (month < 13) & (again[1] == month) & (again[2] == day)


def days_of(year: Tensor, month: Tensor, day: Tensor) -> Tensor:
    """Days since 1970 of a date, int64 (Hinnant, 2013: years that begin in March)."""
    shifted = year - tf.cast(month < 3, tf.int64)
    era = shifted // 400
    of_era = shifted - era * 400
    of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def date_of(days: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Year, month and day, int64, of days since 1970 (Hinnant, 2013)."""
    shifted = days + 719_468
    era = shifted // 146_097
    of_era = shifted - era * 146_097
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    place = (5 * of_year + 2) // 153
    month = (place + 2) % 12 + 1
    return year + era * 400 + tf.cast(month < 3, tf.int64), month, of_year - (153 * place + 2) // 5 + 1


def looked_up(words: Mapping[str, int], reading: Reading, absent: int, unseen: int, tables: Tables) -> Any:
    """What makes of cells the number (int64) of their word, `absent` for a missing cell, `unseen` for another word."""
    amounts = {word: amount_of(word) for word in words} if reading == "number" else {}
    plain = {word: number for word, number in words.items() if amounts.get(word) is None} or {UNUSUAL: unseen}
    known = {amount: words[word] for word, amount in amounts.items() if amount is not None}
    by_word = lookup(list(plain), tf.constant(list(plain.values()), tf.int64), unseen, tables)
    by_amount: Any = None
    if reading == "number":
        keys = tf.bitcast(tf.constant([*known, nan], tf.float64), tf.int64)
        by_amount = lookup(keys, tf.constant([*known.values(), unseen], tf.int64), unseen, tables)

    def run(cells: Tensor) -> Tensor:
        if cells.dtype != tf.string:
            found = by_amount.lookup(tf.bitcast(cells + 0.0, tf.int64))
            return tf.where(tf.math.is_nan(cells), tf.constant(absent, tf.int64), found)
        texts = trimmed(cells)
        found = by_word.lookup(_truth(texts) if reading == "boolean" else texts)
        if by_amount is not None:
            amount, number = _parsed(cells)
            found = tf.where(number, by_amount.lookup(tf.bitcast(amount + 0.0, tf.int64)), found)
        return tf.where(texts == "", tf.constant(absent, tf.int64), found)

    return run


def _truth(texts: Tensor) -> Tensor:
    low = tf.strings.lower(texts)
    yes, no = ((low == word) | (low == digit) for word, digit in (("true", "1"), ("false", "0")))
    return tf.where(yes, "true", tf.where(no, "false", texts))


def joinable(cells: Tensor, reading: Reading) -> tuple[Tensor, Tensor]:
    """The words of cells, and where they are missing; a number with decimals has none, as no operation writes it."""
    if cells.dtype != tf.string:
        return _whole(cells), tf.math.is_nan(cells)
    texts = trimmed(cells)
    missing = texts == ""
    if reading == "boolean":
        return _truth(texts), missing
    if reading == "number":
        amount, number = _parsed(cells)
        return tf.where(number, _whole(amount), texts), missing
    return texts, missing


def _whole(amounts: Tensor) -> Tensor:
    whole = (tf.abs(amounts) < 2.0**53) & (tf.round(amounts) == amounts)
    return tf.where(whole, tf.strings.as_string(tf.cast(tf.where(whole, amounts, 0.0), tf.int64)), UNUSUAL)


def _all(holds: Tensor, message: str) -> None:
    tf.debugging.Assert(tf.reduce_all(holds), [message])

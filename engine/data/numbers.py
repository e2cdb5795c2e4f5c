"""Text as numbers: decimal point or comma, and marks of thousands; and digits that are codes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.data.amounts import SIGN, as_hours, leading_numbers, without_signs

DecimalMark = Literal[".", ","]

PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
INFINITE = r"^(?i)[+-]?inf(inity)?$"
WITH_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?([eE][+-]?\d+)?$"
SURELY_COMMA = r"^[+-]?(0,\d+|\d*,(\d{1,2}|\d{4,})|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+|\d*,\d+[eE][+-]?\d+)$"
THOUSANDS = {
    ".": r"^[+-]?(\d{1,3}(,\d{3})+|\d{1,2}(,\d{2})+,\d{3})(\.\d*)?$",
    ",": r"^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$",
}
SPACED = "^[+-]?\\d{1,3}(['\u2019\u00a0\u202f ]\\d{3})+([.,]\\d*)?$"
SPACES = "['\u2019\u00a0\u202f ]"
LIKELY = f"^(?i)[(+\u2212-]?({SIGN}|[a-z]{{3}})? ?[+\u2212-]?([.,]?\\d|inf)"
EXACT = 2**53
"""Whole numbers beyond this do not fit a float64 exactly."""
ONE_COMMA = r"^[+-]?[1-9]\d{0,2},\d{3}$"
HOURS = "times of day are read as hours after midnight"
AMBIGUOUS = 3
"""Different numbers that all have one comma and three digits behind it, from which it may be decimal after all."""


@dataclass(frozen=True)
class Numbers:
    """The values (u,) of words, NaN where a word is no number, and what was assumed."""

    values: np.ndarray
    notes: tuple[str, ...] = ()
    doubt: str = ""
    """Why the decimal mark may be another one."""


@dataclass(frozen=True)
class Mark:
    """The decimal mark of a file; `sure` where a person named it."""

    decimal: DecimalMark = "."
    sure: bool = False


def _all(words: pa.Array, pattern: str) -> bool:
    return bool(pc.all(pc.match_substring_regex(words, pattern), min_count=0).as_py())


def _any(words: pa.Array, pattern: str) -> bool:
    return bool(pc.any(pc.match_substring_regex(words, pattern), min_count=0).as_py())


def decimal_mark(words: pa.Array) -> DecimalMark | None:
    """The decimal mark that all words agree on and at least one proves; None where nothing is proved."""
    if not len(words) or not _any(words, r"^[+-]?[\d.]*,") or not _all(words, WITH_COMMA):
        return None
    return "," if _any(words, SURELY_COMMA) else None


def is_code(words: pa.Array) -> str:
    """Why digits are names and not amounts, or nothing: leading zeros at one length, or too many digits to be exact."""
    if not len(words) or not _all(words, r"^[+-]?\d+$"):
        return ""
    lengths = pc.utf8_length(words)
    longest = pc.max(lengths).as_py()
    if pc.min(lengths).as_py() == longest > 1 and _any(words, r"^0"):
        return "leading zeros, so its digits are read as codes and not as amounts"
    long = words.filter(pc.greater_equal(lengths, len(str(EXACT))))
    if any(abs(int(word)) > EXACT for word in long.to_pylist()):
        return "whole numbers beyond 2^53, which no amount holds exactly, so they are read as codes"
    return ""


def mostly_numbers(words: pa.Array) -> bool:
    """Whether at least half of up to a thousand words, taken evenly, begin like numbers: cheap, before all are read."""
    sample = words.take(pa.array(np.unique(np.linspace(0, len(words) - 1, min(len(words), 1000)).astype(int))))
    return bool(pc.mean(pc.match_substring_regex(sample, LIKELY).cast(pa.float64())).as_py() >= 0.5)


def as_numbers(words: pa.Array, mark: Mark, *, forced: bool = False, loose: bool = False) -> Numbers | None:
    """Words as float64; None when not one is a number.

    `forced`: amounts are asked for, so that signs are cut off where some words have none; `loose`: words behind a
    number, too.
    """
    if mark.decimal == "." and _all(words, PLAIN):
        return Numbers(pc.cast(words, pa.float64()).to_numpy(zero_copy_only=False))
    hours = as_hours(words, forced)
    if hours is not None and not forced:
        return Numbers(hours, (HOURS,))
    bare = without_signs(pc.replace_substring(words, "\u2212", "-"), forced)
    plain, notes = bare.words, list(bare.notes)
    if loose:
        plain, before = leading_numbers(plain), plain
        if pc.any(pc.not_equal(plain, before)).as_py():
            notes.append("words around numbers were left out, as amounts are asked for")
    own = mark.decimal if mark.sure else decimal_mark(plain) or mark.decimal
    doubt = _doubt(plain) if own == "." and not mark.sure else ""
    spaced = pc.match_substring_regex(plain, SPACED)
    plain = pc.if_else(spaced, pc.replace_substring_regex(plain, SPACES, ""), plain)
    grouped = pc.match_substring_regex(plain, THOUSANDS[own])
    other = "," if own == "." else "."
    if own == "," and not _points_are_thousands(plain):
        grouped = pc.and_(grouped, pc.match_substring(plain, ","))
    if pc.any(grouped).as_py() or pc.any(spaced).as_py():
        words_for = {",": "commas", ".": "points"}[other] if pc.any(grouped).as_py() else "marks"
        notes.append(f"{words_for} between thousands were left out")
    plain = pc.if_else(grouped, pc.replace_substring(plain, other, ""), plain)
    if own == ",":
        plain = pc.if_else(pc.match_substring_regex(plain, WITH_COMMA), pc.replace_substring(plain, ",", "."), plain)
    good = pc.or_(pc.match_substring_regex(plain, PLAIN), pc.match_substring_regex(plain, INFINITE))
    if not pc.any(good).as_py() and hours is None:
        return None
    numbers = pc.cast(pc.if_else(good, plain, None), pa.float64()).to_numpy(zero_copy_only=False)
    if hours is not None:
        numbers, notes = np.where(np.isnan(hours), numbers, hours), [*notes, HOURS]
    return Numbers(numbers, tuple(notes), doubt)


def _doubt(words: pa.Array) -> str:
    """Where every number has one comma with three digits behind it, as thousands and decimals have."""
    if len(words) < AMBIGUOUS or not _all(words, ONE_COMMA):
        return ""
    return f"commas as in {words[0].as_py()} are read as marks of thousands, though they could be decimal"


def _points_are_thousands(words: pa.Array) -> bool:
    """In a file with decimal commas: whether points divide thousands in this column, or are decimal after all."""
    return _all(words, r"^[+-]?(\d{1,3}(\.\d{3})*|\d+)(,\d*)?$")

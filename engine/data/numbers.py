"""Text as numbers: decimal point or comma, thousands marks, percent and currency signs; and digits that are codes."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

DecimalMark = Literal[".", ","]

PLAIN = r"^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$"
INFINITE = r"^(?i)[+-]?inf(inity)?$"
WITH_COMMA = r"^[+-]?(\d+|\d{1,3}(\.\d{3})+)?(,\d*)?([eE][+-]?\d+)?$"
SURELY_COMMA = r"^[+-]?(0,\d+|\d*,(\d{1,2}|\d{4,})|\d{4,},\d+|\d{1,3}(\.\d{3})+,\d+|\d*,\d+[eE][+-]?\d+)$"
THOUSANDS = {
    ".": r"^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$",
    ",": r"^[+-]?\d{1,3}(\.\d{3})+(,\d*)?$",
}
SPACED = "^[+-]?\\d{1,3}(['\u2019\u00a0\u202f]\\d{3})+([.,]\\d*)?$"
SPACES = "['\u2019\u00a0\u202f]"
AROUND = "^([$\u20ac\u00a3] ?)|( ?[%$\u20ac\u00a3])$"
LIKELY = "^(?i)[$\u20ac\u00a3]? ?[+\u2212-]?([.,]?\\d|inf)"
EXACT_DIGITS = 15
"""More digits than this do not fit a float64 exactly."""


@dataclass(frozen=True)
class Numbers:
    """The values (u,) of words, NaN where a word is no number, and what was assumed."""

    values: np.ndarray
    notes: tuple[str, ...] = ()


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
    if not len(words) or not _all(words, r"^\d+$"):
        return ""
    lengths = pc.utf8_length(words)
    if pc.min(lengths).as_py() == pc.max(lengths).as_py() > 1 and _any(words, r"^0"):
        return "leading zeros, so its digits are read as codes and not as amounts"
    if pc.max(lengths).as_py() > EXACT_DIGITS:
        return f"more than {EXACT_DIGITS} digits, so they are read as codes and not as amounts"
    return ""


def mostly_numbers(words: pa.Array) -> bool:
    """Whether at least half of up to a thousand words, taken evenly, begin like numbers: cheap, before all are read."""
    sample = words.take(pa.array(np.unique(np.linspace(0, len(words) - 1, min(len(words), 1000)).astype(int))))
    return bool(pc.mean(pc.match_substring_regex(sample, LIKELY).cast(pa.float64())).as_py() >= 0.5)


def as_numbers(words: pa.Array, mark: DecimalMark) -> Numbers | None:
    """Words as float64; None when not one is a number. `mark` is the decimal mark of the file."""
    if mark == "." and _all(words, PLAIN):
        return Numbers(pc.cast(words, pa.float64()).to_numpy(zero_copy_only=False))
    notes: list[str] = []
    plain = pc.replace_substring(words, "\u2212", "-")
    stripped = pc.replace_substring_regex(plain, AROUND, "")
    if pc.all(pc.not_equal(stripped, plain)).as_py():
        sign = "percent" if _all(plain, "%$") else "money"
        plain, notes = stripped, [f"read as amounts of {sign}, without the sign"]
    own = decimal_mark(plain) or mark
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
    if not pc.any(good).as_py():
        return None
    numbers = pc.cast(pc.if_else(good, plain, None), pa.float64())
    return Numbers(numbers.to_numpy(zero_copy_only=False), tuple(notes))


def _points_are_thousands(words: pa.Array) -> bool:
    """In a file with decimal commas: whether points divide thousands in this column, or are decimal after all."""
    return _all(words, r"^[+-]?(\d{1,3}(\.\d{3})*|\d+)(,\d*)?$")

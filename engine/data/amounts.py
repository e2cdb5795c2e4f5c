"""What stands around a number in a text: signs of money and percent, words behind it; and times of day as hours."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

SIGN = "[$\u20ac\u00a3\u00a5\u20a9\u20b9\u20bd\u20ba\u20aa\u20ab\u0e3f]"
CODE = "(?:USD|EUR|GBP|CHF|JPY|KRW|CNY|INR|CAD|AUD|NZD|SEK|NOK|DKK|PLN|CZK|HUF|RUB|TRY|BRL|MXN|ZAR|SGD|HKD)"
NUMBER = "[-+]?[\\d.,'\u2019\u00a0\u202f ]*\\d"
MONEY = f"^[-+]?(?P<before>{SIGN}|{CODE})? ?{NUMBER}[.,]? ?(?P<after>{SIGN}|{CODE})?$"
IN_BRACKETS = f"^(?:{SIGN}|{CODE})? ?\\((?:{SIGN}|{CODE})? ?[\\d.,'\u00a0\u202f ]*\\d ?(?:{SIGN}|{CODE})?\\)$"
PERCENT = " ?%$"
ZERO = r"^[+-]?0+([.,]0+)?$"
CLOCK = (
    r"^(?P<hour>\d{1,3})[:.](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d(?:[.,]\d+)?))?"
    r"(?: ?(?P<half>[aApP])\.?[mM]\.?)?$"
)
COLONS = r"^\d{1,3}:[0-5]\d(:[0-5]\d([.,]\d+)?)?( ?[aApP]\.?[mM]\.?)?$"
POINTS = r"^[012]\d\.[0-5]\d\.[0-5]\d$"
ENDING = "\\+|[A-Za-z\u00b0\u00b5/%\u00b2\u00b3 ]*[A-Za-z\u00b0\u00b2\u00b3.]"
LEADING = f"^(?P<before>[<>\u2264\u2265~\u2248]*) ?(?P<number>[+-]?\\d[\\d.,]*) ?(?P<word>{ENDING})?$"
FEW_ENDINGS = 2
SOME_NUMBERS = 3


@dataclass(frozen=True)
class Bare:
    """Words (u,) without the signs around them, what was assumed, and why they were left as they are."""

    words: pa.Array
    notes: tuple[str, ...] = ()
    doubt: str = ""


def without_signs(words: pa.Array, forced: bool) -> Bare:
    """Words without signs of money or percent where all numbers have the same one, or where amounts are asked for."""
    numbers = words.filter(pc.match_substring_regex(words, r"\d"))
    if not len(numbers):
        return Bare(words)
    percent = pc.match_substring_regex(numbers, PERCENT)
    if pc.any(percent).as_py():
        if forced or pc.all(pc.or_(percent, pc.match_substring_regex(numbers, ZERO))).as_py():
            return Bare(_without(words, PERCENT), ("read as amounts of percent, without the sign",))
        return Bare(words, doubt="some numbers are percent and some are not")
    parts = pc.extract_regex(numbers, MONEY)
    signs = {
        sign for side in ("before", "after") for sign in pc.unique(pc.struct_field(parts, side)).to_pylist() if sign
    }
    bracketed = pc.match_substring_regex(numbers, IN_BRACKETS)
    if not signs and not pc.any(bracketed).as_py():
        return Bare(words)
    if not forced and not pc.all(pc.or_(pc.is_valid(parts), bracketed)).as_py():
        return Bare(words)
    if len(signs) > 1 and not forced:
        return Bare(words, doubt=f"amounts in more than one currency ({', '.join(sorted(signs))})")
    negative = pc.match_substring_regex(words, IN_BRACKETS)
    plain = pc.if_else(negative, pc.replace_substring_regex(words, r"^(.*)\((.*)\)$", r"-\1\2"), words)
    plain = pc.replace_substring_regex(plain, f"^([-+]?)(?:{SIGN}|{CODE}) ?", r"\1")
    notes = ["read as amounts of money, without the sign"] if signs else []
    if pc.any(negative).as_py():
        notes.append("numbers in brackets are read as negative")
    return Bare(_without(plain, f" ?({SIGN}|{CODE})$"), tuple(notes))


def _without(words: pa.Array, pattern: str) -> pa.Array:
    return pc.replace_substring_regex(words, pattern, "")


def leading_numbers(words: pa.Array) -> pa.Array:
    """The number that each word begins with (5more, 12 kg, <3), as text; words without one stay as they are."""
    found = pc.struct_field(pc.extract_regex(words, LEADING), "number")
    return pc.if_else(pc.is_valid(found), found, words)


def endings(words: pa.Array) -> tuple[str, ...]:
    """The few words that stand around numbers where all words with digits are a number with them; else none."""
    numbers = words.filter(pc.match_substring_regex(words, r"\d"))
    parts = pc.extract_regex(numbers, LEADING)
    if len(numbers) < SOME_NUMBERS or 2 * len(numbers) < len(words) or not pc.all(pc.is_valid(parts)).as_py():
        return ()
    around = [pc.unique(pc.struct_field(parts, side)).to_pylist() for side in ("before", "word")]
    found = tuple(sorted({word for words in around for word in words if word}))
    return found if len(found) <= FEW_ENDINGS else ()


def as_hours(words: pa.Array, forced: bool) -> np.ndarray | None:
    """Times of day as hours after midnight (u,); None unless all words are times of one form.

    `forced`: some words are enough, the others are nan.
    """
    fits = [pc.match_substring_regex(words, pattern) for pattern in (COLONS, POINTS)]
    times = next((fit for fit in fits if len(words) and pc.all(fit).as_py()), pc.or_(*fits) if forced else None)
    if times is None or not pc.any(times).as_py():
        return None
    parts = pc.extract_regex(pc.if_else(times, words, None), CLOCK)
    hour, minute, second = (_number(pc.struct_field(parts, name)) for name in ("hour", "minute", "second"))
    half = pc.utf8_lower(pc.struct_field(parts, "half")).to_numpy(zero_copy_only=False)
    hours = np.where((half == "a") | (half == "p"), hour % 12, hour) + np.where(half == "p", 12.0, 0.0)
    found: np.ndarray = hours + minute / 60 + second / 3600
    return found


def _number(texts: pa.Array) -> np.ndarray:
    plain = pc.replace_substring(pc.if_else(pc.equal(texts, ""), "0", texts), ",", ".")
    found: np.ndarray = pc.cast(plain, pa.float64()).to_numpy(zero_copy_only=False)
    return found

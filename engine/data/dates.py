"""Text as dates: ISO, year-month, quarters, weeks, day and month in either order, month names."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

TIME = r"([ T]\d{1,2}:\d{2}(:\d{2}([.,]\d+)?)?( ?[AaPp][Mm])?)?"
ISO = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|[+-]\d{2}(:?\d{2})?))?)?$"
ZONED = r"\d:\d{2}.*(Z|[+-]\d{2}:?\d{2}|[+-]\d{2})$"
YEAR_FIRST = rf"^\d{{4}}[-/.]\d{{1,2}}[-/.]\d{{1,2}}{TIME}$"
COMPACT = r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(T?\d{6}Z?)?$"
CHARACTERS = r"^\d{4}[\x{5e74}\x{b144}] ?\d{1,2}[\x{6708}\x{c6d4}] ?\d{1,2}[\x{65e5}\x{c77c}]$"
YEAR_MONTH = r"^\d{4}[-/.]\d{2}$"
MONTH_YEAR = r"^(0?[1-9]|1[0-2])[-/.]\d{4}$"
QUARTER = r"^(\d{4}[- ]?Q[1-4]|Q[1-4][- /]?\d{4})$"
WEEK = r"^\d{4}-?W\d{2}$"
YEAR_LAST = r"^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})( \d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?)?$"
LOG = r"^\d{1,2}/[A-Za-z]{3}/\d{4}:\d{2}:\d{2}:\d{2}( [+-]\d{4})?$"
UNIX = r"^[A-Za-z]{3} [A-Za-z]{3} {1,2}\d{1,2} \d{2}:\d{2}:\d{2} ([+-]\d{4} |[A-Z]{3,4} )?\d{4}$"
WEEKDAY = r"^(?i)(mon|tues?|wed(nes)?|thu(rs?)?|fri|sat(ur)?|sun)(day)?\.?,? "
ORDINAL = r"(\d)(st|nd|rd|th)\b"
NAMED = (
    (r"^\d{1,2}-[A-Za-z]{3}-\d{4}", "%d-%b-%Y"),
    (r"^\d{1,2}-[A-Za-z]{3}-\d{2}", "%d-%b-%y"),
    (r"^\d{1,2} [A-Za-z]{3} \d{4}", "%d %b %Y"),
    (r"^\d{1,2} [A-Za-z]+ \d{4}", "%d %B %Y"),
    (r"^[A-Za-z]{3} \d{1,2} \d{4}", "%b %d %Y"),
    (r"^[A-Za-z]+ \d{1,2} \d{4}", "%B %d %Y"),
    (r"^[A-Za-z]{3}[ -]\d{4}", "%b %Y"),
    (r"^[A-Za-z]+[ -]\d{4}", "%B %Y"),
)
TIMES = ("", " %H:%M", " %H:%M:%S", " %I:%M %p")
"""What may stand behind a date with the name of a month."""
COMPACT_AT_LEAST = 3
"""Different whole numbers that all are dates without marks, from which they are dates."""
NANOSECONDS = {"seconds": 1e9, "milliseconds": 1e6, "microseconds": 1e3, "nanoseconds": 1.0}
UNIX_LIKELY = (4e8, 4e9)
"""Seconds since 1970 of the years 1982 to 2096, which a whole number is taken for where dates are asked for."""
EXCEL_LIKELY = (20_000, 80_000)
"""Days since 1900 of the years 1954 to 2119."""
DAY_FIRST = "dates are read as day, month, year"
MONTH_FIRST = "dates are read as month, day, year"
SAMPLED = 200
SEVERAL = 0.9
MONTH_DASH = r"^([A-Za-z]+)-(\d{4})"
FIRST = 64
"""Words that are tried before all are."""
LONGEST = 60
"""Characters of a date at most."""
IMPOSSIBLE = 0.01
"""Share of words that may be no date of the calendar before the column is text."""


@dataclass(frozen=True)
class Dates:
    """Dates (u,) as datetime64[ns], NaT where a word is none, and what was assumed."""

    values: np.ndarray
    notes: tuple[str, ...] = ()
    order: str = "auto"
    """What came first, the day or the month, where that was a question."""
    doubt: str = ""


def as_dates(words: pa.Array, order: str = "auto", forced: bool = False) -> Dates | None:
    """Words as dates; None unless all look like dates of one form (`forced`: whatever is no date becomes NaT).

    `order` says what comes first in dates such as 01/02/2020.
    """
    if forced:
        return _forced(words, order)
    if not len(words):
        return None
    for pattern, read in _forms(order):
        if _all(words, pattern):
            return read(words)
    first = _plain(words.slice(0, FIRST))
    named = [(pattern + _time_pattern(time), form + time) for pattern, form in NAMED for time in TIMES]
    likely = [pair for pair in named if _all(first, pair[0])]
    plain = _plain(words) if likely else first
    for pattern, form in likely:
        if _all(plain, pattern):
            return _checked(_parsed(pc.replace_substring_regex(plain, MONTH_DASH, r"\1 \2"), form))
    return None


def is_compact(words: pa.Array) -> bool:
    """Whether whole numbers are dates without marks between year, month and day: 20200131."""
    return len(words) >= COMPACT_AT_LEAST and _all(words, COMPACT)


def of_several_forms(words: pa.Array) -> bool:
    """Whether nearly all of some words, taken evenly, are dates, though not all of one form."""
    sample = words.take(pa.array(np.unique(np.linspace(0, len(words) - 1, min(len(words), SAMPLED)).astype(int))))
    sample = sample.filter(pc.less_equal(pc.utf8_length(sample), LONGEST))
    sample = sample.filter(pc.match_substring_regex(sample, r"\d\D+\d"))
    if len(sample) < max(2, SEVERAL * min(len(words), SAMPLED)):
        return False
    return int((~np.isnat(_forced(sample, "auto").values)).sum()) >= SEVERAL * min(len(words), SAMPLED)


def _plain(words: pa.Array) -> pa.Array:
    """Without the day of the week, commas, and the points and letters behind a month or a day."""
    plain = pc.replace_substring_regex(pc.replace_substring_regex(words, WEEKDAY, ""), ORDINAL, r"\1")
    plain = pc.replace_substring_regex(pc.replace_substring(plain, ",", ""), r"([A-Za-z]{3,4})\. ", r"\1 ")
    return pc.replace_substring_regex(plain, r"(?i)\b(sep)t\b", r"\1")


def _time_pattern(form: str) -> str:
    return {"": "$", " %H:%M": r" \d{1,2}:\d{2}$", " %H:%M:%S": r" \d{1,2}:\d{2}:\d{2}$"}.get(
        form, r" \d{1,2}:\d{2} [AaPp][Mm]$"
    )


def _forms(order: str) -> tuple[tuple[str, Callable[[pa.Array], Dates | None]], ...]:
    return (
        (ISO, _iso),
        (YEAR_FIRST, _year_first),
        (COMPACT, _compact),
        (CHARACTERS, lambda words: _year_first(_dashed(words))),
        (YEAR_MONTH, lambda words: _month(pc.replace_substring_regex(words, "[/.]", "-"), "%Y-%m")),
        (MONTH_YEAR, lambda words: _month(pc.replace_substring_regex(words, "[/.]", "-"), "%m-%Y")),
        (QUARTER, _quarter),
        (WEEK, _week),
        (YEAR_LAST, lambda words: _year_last(words, order)),
        (LOG, lambda words: _zoned(words, "%d/%b/%Y:%H:%M:%S")),
        (UNIX, _unix),
    )


def _forced(words: pa.Array, order: str) -> Dates:
    """Each word by the first form that reads it, the commonest forms first; numbers as Unix times or days of Excel."""
    values, plain = np.full(len(words), np.datetime64("NaT", "ns")), _plain(words)
    fitting = [pc.match_substring_regex(words, pattern) for pattern, _ in _forms(order)]
    fitting += [pc.match_substring_regex(plain, form + _time_pattern(time)) for form, _ in NAMED for time in TIMES]
    notes: list[str] = []
    for fit in sorted(fitting, key=lambda fit: -(pc.sum(fit).as_py() or 0)):
        fits = fit.to_numpy(zero_copy_only=False) & np.isnat(values)
        found = as_dates(words.filter(pa.array(fits)), order) if fits.any() else None
        if found is not None:
            values[fits] = found.values
            notes += found.notes
    whole = pc.match_substring_regex(words, r"^\d{5}$|^\d{9,19}$").to_numpy(zero_copy_only=False) & np.isnat(values)
    if whole.any():
        values[whole], note = _counted_time(words.filter(pa.array(whole)))
        notes.append(note)
    return Dates(values, tuple(dict.fromkeys(note for note in notes if note)))


def _counted_time(words: pa.Array) -> tuple[np.ndarray, str]:
    """Whole numbers as time since 1970 or days since 1900, by their size; NaT where neither makes sense."""
    numbers = pc.cast(words, pa.float64()).to_numpy(zero_copy_only=False)
    middle = float(np.median(numbers))
    if EXCEL_LIKELY[0] <= middle <= EXCEL_LIKELY[1]:
        days = pd.to_datetime(numbers, unit="D", origin="1899-12-30", errors="coerce")
        return days.to_numpy().astype("datetime64[ns]"), "numbers are read as days since 1900, as spreadsheets count"
    for unit, size in NANOSECONDS.items():
        if UNIX_LIKELY[0] <= middle * size / 1e9 <= UNIX_LIKELY[1]:
            whole = (pc.cast(words, pa.int64()).to_numpy(zero_copy_only=False) * int(size)).astype("datetime64[ns]")
            return whole, f"numbers are read as {unit} since 1970"
    return np.full(len(words), np.datetime64("NaT", "ns")), ""


def _all(words: pa.Array, pattern: str) -> bool:
    first = words.slice(0, FIRST)
    return all(bool(pc.all(pc.match_substring_regex(part, pattern)).as_py()) for part in (first, words))


def _parsed(words: pa.Array, form: str, utc: bool = False) -> pd.Series:
    texts = pd.Series(words.to_pandas(), dtype=object)
    return pd.to_datetime(texts, format=form, errors="coerce", utc=utc)


def _checked(dates: pd.Series, *notes: str) -> Dates | None:
    """None when more than a few are no dates of the calendar; years beyond 1678 to 2262 count as missing."""
    if dates.dt.tz is not None:
        dates = dates.dt.tz_localize(None)
    wrong = int(dates.isna().sum())
    if wrong > IMPOSSIBLE * len(dates):
        return None
    said = [*notes]
    if wrong:
        said.append(f"{wrong} different dates that no calendar has were read as missing")
    edge = (dates < pd.Timestamp.min) | (dates > pd.Timestamp.max)
    if edge.any():
        said.append(f"{int(edge.sum())} different dates outside the years 1678 to 2262 were read as missing")
        dates = dates.mask(edge)
    return Dates(dates.to_numpy().astype("datetime64[ns]"), tuple(said))


def _iso(words: pa.Array) -> Dates | None:
    zoned = bool(pc.any(pc.match_substring_regex(words, ZONED)).as_py())
    notes = ("times are read in UTC",) if zoned else ()
    return _checked(_parsed(words, "ISO8601", utc=True), *notes)


def _year_first(words: pa.Array) -> Dates | None:
    plain = pc.replace_substring_regex(words, r"^(\d+)[-/.](\d+)[-/.](\d+)", r"\1-\2-\3")
    return _checked(_parsed(plain, "%Y-%m-%d" + _time_form(plain)))


def _compact(words: pa.Array) -> Dates | None:
    plain = pc.replace_substring_regex(words, "[TZ]", "")
    form = "%Y%m%d" if _all(plain, r"^\d{8}$") else "%Y%m%d%H%M%S"
    return _checked(_parsed(plain, form), "whole numbers are read as dates, such as 20200131")


def _dashed(words: pa.Array) -> pa.Array:
    plain = pc.replace_substring_regex(words, r"[^\d]+$", "")
    return pc.replace_substring_regex(plain, r"[^\d]+", "-")


def _month(words: pa.Array, form: str) -> Dates | None:
    return _checked(_parsed(words, form), "a month stands for its first day")


def _quarter(words: pa.Array) -> Dates | None:
    parts = pc.extract_regex(words.cast(pa.string()), r"(?P<before>\d{4})?.*Q(?P<quarter>[1-4])[- /]?(?P<after>\d{4})?")
    year = pc.binary_join_element_wise(pc.struct_field(parts, "before"), pc.struct_field(parts, "after"), "")
    months = pc.multiply(pc.subtract(pc.cast(pc.struct_field(parts, "quarter"), pa.int32()), 1), 3)
    dashed = pc.binary_join_element_wise(year, pc.cast(pc.add(months, 1), pa.string()), "-")
    return _checked(_parsed(dashed, "%Y-%m"), "a quarter stands for its first day")


def _week(words: pa.Array) -> Dates | None:
    plain = pc.replace_substring_regex(words, r"^(\d{4})-?W(\d{2})$", r"\1-W\2-1")
    return _checked(_parsed(plain, "%G-W%V-%u"), "a week stands for its Monday")


def _zoned(words: pa.Array, form: str) -> Dates | None:
    if _all(words, r" [+-]\d{4}$"):
        return _checked(_parsed(words, f"{form} %z", utc=True), "times are read in UTC")
    return _checked(_parsed(pc.replace_substring_regex(words, r" [+-]\d{4}$", ""), form))


def _unix(words: pa.Array) -> Dates | None:
    """As the Unix command writes it; a zone by letters is left out and said."""
    plain = pc.replace_substring_regex(words, " +", " ")
    if _all(plain, r" [+-]\d{4} \d{4}$"):
        return _checked(_parsed(plain, "%a %b %d %H:%M:%S %z %Y", utc=True), "times are read in UTC")
    bare = pc.replace_substring_regex(plain, r" [A-Z]{3,4} (\d{4})$", r" \1")
    notes = () if bare.equals(plain) else ("the time zone is left out",)
    return _checked(_parsed(bare, "%a %b %d %H:%M:%S %Y"), *notes)


def _time_form(words: pa.Array) -> str:
    """How the time behind a date is written, if there is one."""
    if not _all(words, r"[ T]\d{1,2}:"):
        return ""
    half = _all(words, r"(?i)[ap]m$")
    seconds = ":%S" if _all(words, r":\d{2}:\d{2}") else ""
    fraction = ".%f" if seconds and _all(words, r":\d{2}\.\d+") else ""
    gap = " " if _all(words, r"(?i) [ap]m$") else ""
    divided = "T" if _all(words, "T") else " "
    return f"{divided}%I:%M{seconds}{gap}%p" if half else f"{divided}%H:%M{seconds}{fraction}"


def _year_last(words: pa.Array, order: str) -> Dates | None:
    """Day and month in the order that all dates allow; where both would do, the day comes first, and that is said."""
    plain = pc.replace_substring_regex(words, r"^(\d{1,2})[-/.](\d{1,2})[-/.]", r"\1/\2/")
    parts = pc.extract_regex(plain, r"^(?P<first>\d+)/(?P<second>\d+)/")
    low, high = (pc.max(pc.cast(pc.struct_field(parts, name), pa.int32())).as_py() for name in ("first", "second"))
    year = "%Y" if _all(plain, r"^[^ ]*/\d{4}( |$)") else "%y"
    time = _time_form(plain)
    day_first = _checked(_parsed(plain, f"%d/%m/{year}{time}"), DAY_FIRST)
    month_first = _checked(_parsed(plain, f"%m/%d/{year}{time}"), MONTH_FIRST)
    if order == "month" or (order == "auto" and low <= 12 < high):
        return month_first and replace(month_first, order="month")
    found = day_first or (month_first if order == "auto" else None)
    if found is None:
        return None
    if order == "auto" and low <= 12 and high <= 12 and found is day_first:
        doubt = (
            f"dates such as {words[0].as_py()} are read as day, month, year, though month first would do as well: check"
        )
        return Dates(found.values, (doubt, *found.notes[1:]), "day", doubt)
    return replace(found, order="day" if found is day_first else "month")

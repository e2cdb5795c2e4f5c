"""Text as dates: ISO, year-month, day and month in either order, month names."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

ISO = r"^\d{4}-\d{2}-\d{2}([ T]\d{2}:\d{2}(:\d{2}([.,]\d+)?)?( ?(Z|[+-]\d{2}:?\d{2}))?)?$"
ZONED = r"\d:\d{2}.*(Z|[+-]\d{2}:?\d{2})$"
YEAR_FIRST = r"^\d{4}([-/.])\d{1,2}[-/.]\d{1,2}$"
YEAR_MONTH = r"^\d{4}-\d{2}$"
YEAR_LAST = r"^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})( \d{1,2}:\d{2}(:\d{2})?( ?[AaPp][Mm])?)?$"
NAMED = (
    (r"^\d{1,2}-[A-Za-z]{3}-\d{4}$", "%d-%b-%Y"),
    (r"^\d{1,2}-[A-Za-z]{3}-\d{2}$", "%d-%b-%y"),
    (r"^\d{1,2} [A-Za-z]{3} \d{4}$", "%d %b %Y"),
    (r"^\d{1,2} [A-Za-z]+ \d{4}$", "%d %B %Y"),
    (r"^[A-Za-z]{3} \d{1,2}, \d{4}$", "%b %d, %Y"),
    (r"^[A-Za-z]+ \d{1,2}, \d{4}$", "%B %d, %Y"),
)
IMPOSSIBLE = 0.01
"""Share of words that may be no date of the calendar before the column is text."""


@dataclass(frozen=True)
class Dates:
    """Dates (u,) as datetime64[ns], NaT where a word is none, and what was assumed."""

    values: np.ndarray
    notes: tuple[str, ...] = ()


def as_dates(words: pa.Array, forced: bool = False) -> Dates | None:
    """Words as dates; None unless all look like dates of one form (`forced`: whatever is no date becomes NaT)."""
    if forced:
        return _forced(words)
    if not len(words):
        return None
    for pattern, read in ((ISO, _iso), (YEAR_FIRST, _year_first), (YEAR_MONTH, _year_month), (YEAR_LAST, _year_last)):
        if _all(words, pattern):
            return read(words)
    for pattern, form in NAMED:
        if _all(words, pattern):
            return _checked(_parsed(words, form))
    return None


def _forced(words: pa.Array) -> Dates:
    patterns = (ISO, YEAR_FIRST, YEAR_MONTH, YEAR_LAST, *(pattern for pattern, _ in NAMED))
    best = max(patterns, key=lambda pattern: pc.sum(pc.match_substring_regex(words, pattern)).as_py() or 0)
    fits = pc.match_substring_regex(words, best)
    values = np.full(len(words), np.datetime64("NaT", "ns"))
    found = as_dates(words.filter(fits))
    if found is not None:
        values[fits.to_numpy(zero_copy_only=False)] = found.values
    return Dates(values, found.notes if found else ())


def _all(words: pa.Array, pattern: str) -> bool:
    first = words.slice(0, 64)
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
    return _checked(_parsed(pc.replace_substring_regex(words, "[/.]", "-"), "%Y-%m-%d"))


def _year_month(words: pa.Array) -> Dates | None:
    return _checked(_parsed(words, "%Y-%m"), "a month stands for its first day")


def _year_last(words: pa.Array) -> Dates | None:
    """Day and month in the order that all dates allow; where both would do, the day comes first, and that is said."""
    plain = pc.replace_substring_regex(words, r"^(\d{1,2})[-/.](\d{1,2})[-/.]", r"\1/\2/")
    parts = pc.extract_regex(plain, r"^(?P<first>\d+)/(?P<second>\d+)/")
    low, high = (pc.max(pc.cast(pc.struct_field(parts, name), pa.int32())).as_py() for name in ("first", "second"))
    year = "%Y" if _all(plain, r"^[^ ]*/\d{4}( |$)") else "%y"
    time = ""
    if _all(plain, " "):
        half = _all(plain, r"(?i)[ap]m$")
        seconds = ":%S" if _all(plain, r":\d{2}:\d{2}") else ""
        gap = " " if _all(plain, r"(?i) [ap]m$") else ""
        time = f" %I:%M{seconds}{gap}%p" if half else f" %H:%M{seconds}"
    day_first = _checked(_parsed(plain, f"%d/%m/{year}{time}"), "dates are read as day, month, year")
    month_first = _checked(_parsed(plain, f"%m/%d/{year}{time}"), "dates are read as month, day, year")
    if low <= 12 < high:
        return month_first
    if low <= 12 and high <= 12 and day_first is not None:
        doubt = "dates are read as day, month, year, though month first would do as well: check"
        return Dates(day_first.values, (doubt, *day_first.notes[1:]))
    return day_first or month_first

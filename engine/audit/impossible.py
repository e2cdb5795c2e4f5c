"""Values that cannot be, by what a column is called (an age of 200, a month 13) or by the others (a minus too many)."""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from engine.audit.sample import TAKEN_OUT, ids, measures
from engine.audit.sentinel import stand_ins
from engine.detector import AuditData, Detector
from engine.values import Finding


@dataclass(frozen=True, slots=True)
class Meaning:
    """Words of a column's name, and the values that such a thing can have."""

    words: frozenset[str]
    low: float
    high: float
    reason: str


def _meaning(words: str, low: float, high: float, reason: str) -> Meaning:
    return Meaning(frozenset(words.split()), low, high, reason)


NONE = float("inf")
MEANINGS = (
    _meaning("age alter", 0, 125, "nobody is below 0 or above 125 years old"),
    _meaning("month monat mnth", 0, 12, "there are twelve months"),
    _meaning("hour hr stunde", 0, 24, "a day has 24 hours"),
    _meaning("weekday dow", 0, 7, "a week has seven days"),
    _meaning("ph", 0, 14, "acidity is between 0 and 14"),
    _meaning("humidity hum", 0, 100, "humidity is between 0 and 100 percent"),
    _meaning("probability prob", 0, 100, "a probability is between 0 and 1, or 0 and 100 percent"),
    _meaning("bmi", 5, 150, "no living body has such a body mass index"),
    _meaning("pulse heartrate", 0, 400, "no heart beats like that"),
    _meaning(
        "count cnt number rooms bedrooms population households quantity qty visits passengers children",
        0,
        NONE,
        "a count is never negative",
    ),
    _meaning(
        "weight height length width depth mass area distance duration size volume speed windspeed rainfall "
        "fare price tenure glucose insulin cholesterol mileage",
        0,
        NONE,
        "such a thing is never negative",
    ),
)
CHANGES = frozenset(("change", "diff", "difference", "delta", "log", "z", "score", "zscore", "std", "scaled", "norm"))
"""Words that say that a column is no plain amount, so that any sign may do."""

RARE = 0.1
"""Share of rows beyond the limits from which the name is taken to mean something else."""

BLANKS = 50
"""Most different values that a finding reads as missing; more of them are a matter for the file."""

FEWEST = 100
"""Rows from which a lost sign is told by the other values."""

SLIPPED = 0.02
CLEAR = 0.1
"""Share of the median below which a sign could go either way: amounts that come near zero may also pass it."""


def look(data: AuditData) -> tuple[Finding, ...]:
    codes = stand_ins(data)
    found = []
    for name in measures(data):
        values = data.frame[name].to_numpy(dtype=float)
        if name in codes:
            values = np.where(np.isin(values, codes[name]), np.nan, values)
        wrong, reason = _wrong(name, values)
        if wrong.any():
            found.append(_finding(name, values, wrong, reason, data))
    return tuple(found)


def _wrong(name: str, values: np.ndarray) -> tuple[np.ndarray, str]:
    """Where a value cannot be, and why."""
    parted = re.sub(r"([a-z])([A-Z])", r"\1 \2", name)
    words = frozenset(re.findall(r"[a-z]+", f"{name} {parted}".lower()))
    never = np.zeros(len(values), dtype=bool)
    if words & CHANGES:
        return never, ""
    n = int(np.count_nonzero(~np.isnan(values)))
    for meaning in MEANINGS:
        if not words & meaning.words:
            continue
        wrong = (values < meaning.low) | (values > meaning.high)
        if wrong.any() and np.count_nonzero(wrong) <= RARE * n:
            return wrong, meaning.reason
    return (_slipped(values, n) if n >= FEWEST else never), "without the minus sign they lie among the other values"


def _slipped(values: np.ndarray, n: int) -> np.ndarray:
    """Where a few values have a minus sign that the others, all well above zero, do not have."""
    below = values < 0
    never = np.zeros(len(values), dtype=bool)
    if not 0 < np.count_nonzero(below) <= SLIPPED * n:
        return never
    rest = values[values >= 0]
    low, middle, high = np.quantile(rest, [0.005, 0.5, 0.995])
    mirrored = -values[below]
    clear = low > CLEAR * middle and bool(np.all((mirrored >= low) & (mirrored <= high)))
    return below if clear else never


def _finding(name: str, values: np.ndarray, wrong: np.ndarray, reason: str, data: AuditData) -> Finding:
    count, n = int(wrong.sum()), int(np.count_nonzero(~np.isnan(values)))
    different = np.unique(values[wrong])
    shown = ", ".join(f"{value:g}" for value in different[:5]) + (" …" if len(different) > 5 else "")
    of_target = name == data.target
    blank = () if of_target or len(different) > BLANKS else tuple(float(value) for value in different)
    out = not blank and count <= TAKEN_OUT
    proposal = f"read these values of {name} as missing" if blank else f"mend {name} in the file"
    return Finding(
        detector="impossible",
        columns=(name,),
        rows=count,
        sample=n,
        severity="ask",
        evidence=f"{name} is {shown} in {count:,} of {n:,} rows: {reason}",
        proposal=proposal + ("; until then the rows stay out of training" if out else ""),
        blank=blank,
        row_ids=ids(data, wrong, TAKEN_OUT) if out else ids(data, wrong),
        rows_out=out,
    )


DETECTOR = Detector("impossible", "Values that cannot be", False, look)

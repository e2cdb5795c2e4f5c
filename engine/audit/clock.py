"""Dates that no event had: the day a computer's clock begins, years off all others, a clock that was put back."""

from __future__ import annotations

import numpy as np

from engine.audit.sample import LISTED, TAKEN_OUT, days, ids
from engine.detector import AuditData, Detector
from engine.steps.framing import ROW_ORDER
from engine.values import Finding

BEGINNINGS = ("1970-01-01", "1900-01-01", "1899-12-30", "1904-01-01", "1980-01-01", "2000-01-01")
"""Days that stand for "no date" in spreadsheets, operating systems and measuring devices."""

YEARS = 3 * 365.25
"""Days between a date and all others from which its year is wrong, where that is also far for the column."""

FAR = 2.0
"""The same in multiples of the span of all others."""

SHARE = 0.1
"""Share of rows that may lie so far away."""

IN_ORDER = 0.99
ENOUGH = 100
"""Share of steps forward and number of rows from which a file is taken to be in the order of this column."""

JUMP = 10.0
"""Usual steps from which a step back is asked about; shorter ones are rows written a little out of order."""


def look(data: AuditData) -> tuple[Finding, ...]:
    found = []
    for name in data.names:
        if data.columns[name].kind != "date":
            continue
        when = days(data, name)
        known = ~np.isnan(when)
        strange = years_off(when, known)
        if strange.any():
            found.append(_strangers(name, when, strange, data))
        found += _jumps(name, np.where(strange, np.nan, when), data)
    return tuple(found)


def years_off(when: np.ndarray, known: np.ndarray) -> np.ndarray:
    """Where a date is one of the beginnings, or years before or after all others."""
    first = np.array(BEGINNINGS, dtype="datetime64[D]").astype(float)
    none = np.isin(when, first)
    rest = when[known & ~none]
    if len(rest) < ENOUGH:
        return np.zeros(len(when), dtype=bool)
    low, high = np.quantile(rest, [0.05, 0.95])
    reach = max(YEARS, FAR * float(high - low))
    far = known & ((when < low - reach) | (when > high + reach))
    if far.sum() > SHARE * known.sum():
        far[:] = False
    # Among other days of those years such a day is one like the others.
    amid = (when[none] > low - 366) & (when[none] < high + 366)
    none[np.flatnonzero(none)[amid]] = False
    return np.asarray(far | (none if none.sum() <= known.sum() / 2 else False))


def _strangers(name: str, when: np.ndarray, strange: np.ndarray, data: AuditData) -> Finding:
    rest = when[~strange & ~np.isnan(when)]
    dates, counts = np.unique(when[strange].astype("datetime64[D]"), return_counts=True)
    most = np.argsort(-counts, kind="stable")[:3]
    said = ", ".join(f"{dates[place]} {counts[place]:,} times" for place in most)
    count, out = int(strange.sum()), int(strange.sum()) <= TAKEN_OUT
    span = " to ".join(str(np.datetime64(int(end), "D")) for end in (rest.min(), rest.max()))
    return Finding(
        detector="clock",
        columns=(name,),
        rows=count,
        sample=len(when),
        severity="ask",
        evidence=f"{name} lies years off in {count:,} of {len(when):,} rows ({said}); all others are {span}",
        proposal=f"mend {name} in the file" + ("; until then the rows stay out of training" if out else ""),
        row_ids=ids(data, strange, TAKEN_OUT if out else LISTED),
        rows_out=out,
    )


def _jumps(name: str, when: np.ndarray, data: AuditData) -> list[Finding]:
    """Steps back in a file that is otherwise in this column's order."""
    places = np.flatnonzero(~np.isnan(when))
    steps = np.diff(when[places])
    forward = steps[steps > 0]
    if len(steps) < ENOUGH or len(forward) < ENOUGH / 2 or np.mean(steps >= 0) < IN_ORDER:
        return []
    back = steps < 0
    if not back.any():
        return []
    where = np.zeros(len(when), dtype=bool)
    where[places[1:][back]] = True
    longest = float(-steps.min())
    asked = data.time in (None, name) and longest > JUMP * float(np.median(forward))
    words = f"{longest:.1f} days" if longest >= 2 else f"{longest * 24:.1f} hours"
    return [
        Finding(
            detector="clock_back",
            columns=(name,),
            rows=int(back.sum()),
            sample=len(places),
            severity="ask" if asked else "note",
            evidence=f"{name} rises from row to row, but goes back {int(back.sum()):,} times in {len(places):,} rows, "
            f"at most by {words}: a clock was put back, or parts of files were put together",
            proposal=f"let the order of the rows decide what is earlier, not {name} (framing.time)"
            if asked
            else f"check the order of the rows around these places before {name} decides what is earlier",
            row_ids=ids(data, where),
            answers={"framing.time": ROW_ORDER} if asked else {},
        )
    ]


DETECTOR = Detector("clock", "Dates years off, clocks put back", False, look)

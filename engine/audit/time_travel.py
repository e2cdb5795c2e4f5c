"""Columns from after the moment of prediction: dates that lie behind it, and stretches of time that are the target."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.stats.association import auc
from engine.stats.intervals import wilson
from engine.values import Finding

LATER = 0.5
"""Share of the rows in which a date lies behind the row's own time, from which it is asked about."""

DAY = 86_400.0

TELLS = 0.95
"""AUC, or correlation in size, from which the time between two dates is the target by another name."""

ENOUGH = 50
MOST_DATES = 8


def look(data: AuditData) -> tuple[Finding, ...]:
    dates = [name for name in data.names if data.columns[name].kind == "date" and name != data.time]
    return (*_behind(dates, data), *_between(dates, data))


def _days(name: str, data: AuditData) -> np.ndarray:
    """Days since 1970 (n,), nan where missing."""
    stamps = data.frame[name].to_numpy().astype("datetime64[s]")
    return np.where(np.isnat(stamps), np.nan, stamps.astype(np.int64) / DAY)


def _behind(dates: list[str], data: AuditData) -> list[Finding]:
    """Dates that lie behind the time of their row, which framing names."""
    if data.time is None or data.time not in data.frame or data.columns[data.time].kind != "date":
        return []
    moment = _days(data.time, data)
    found = []
    for name in dates:
        gap = _days(name, data) - moment
        known = ~np.isnan(gap)
        later = known & (gap > 0)
        if known.sum() < ENOUGH or later.sum() < LATER * known.sum():
            continue
        low, high = wilson(int(later.sum()), int(known.sum()))
        found.append(
            Finding(
                detector="time_travel",
                columns=(name,),
                rows=int(later.sum()),
                sample=int(known.sum()),
                severity="ask",
                evidence=f"{name} lies behind {data.time} in {int(later.sum()):,} of {int(known.sum()):,} rows "
                f"({low:.1%} to {high:.1%}), by {np.median(gap[later]):.3g} days in the middle",
                proposal=f"leave out {name}: at {data.time} nobody knows it yet, unless it is a date that was planned",
                drop=(name,),
                row_ids=ids(data, later),
            )
        )
    return found


def _between(dates: list[str], data: AuditData) -> list[Finding]:
    """Pairs of dates between which the time tells the target: the later one is written when it is known."""
    said = {name for finding in data.found if finding.severity != "note" for name in finding.drop}
    own = [data.time] if data.time in data.columns and data.columns[data.time].kind == "date" else []
    days = {name: _days(name, data) for name in [*own, *dates][:MOST_DATES] if name not in said}
    found = []
    for first, second in combinations(days, 2):
        gap = days[second] - days[first]
        known = ~np.isnan(gap)
        if known.sum() < max(ENOUGH, len(gap) / 2) or np.ptp(gap[known]) == 0:
            continue
        strength = _strength(gap[known], known, data)
        if strength < TELLS:
            continue
        early, late = (first, second) if np.median(gap[known]) >= 0 else (second, first)
        measure = f"AUC {strength:.3f}" if data.classes else f"a correlation of {strength:.3f} in size"
        found.append(
            Finding(
                detector="time_travel",
                columns=(early, late),
                rows=int(known.sum()),
                sample=int(known.sum()),
                severity="ask",
                evidence=f"the time from {early} to {late} tells {data.target} with {measure} (n = {known.sum():,})",
                proposal=f"leave out {late}: it is written when {data.target} is known",
                drop=(late,),
                row_ids=ids(data, known, ENOUGH),
            )
        )
    return found


def _strength(gap: np.ndarray, known: np.ndarray, data: AuditData) -> float:
    assert data.codes is not None
    codes = data.codes[known]
    if data.classes:
        each = [auc(codes == label, gap) for label in np.unique(codes)]
        return max((max(score, 1 - score) for score in each), default=0.5)
    return abs(float(np.corrcoef(gap, codes)[0, 1])) if np.ptp(codes) > 0 else 0.0


DETECTOR = Detector("time_travel", "Dates from after the prediction", True, look)

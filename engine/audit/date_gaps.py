"""Stretches of time without rows in a series that is otherwise regular."""

from __future__ import annotations

import numpy as np

from engine.audit.clock import years_off
from engine.audit.sample import DAY, days
from engine.detector import AuditData, Detector
from engine.values import Finding

REGULAR = 0.8
"""Share of steps of a whole number of usual ones, and of steps of at most two, from which a series is regular."""

LONG = 10.0
"""Usual steps without a row from which a hole is none that the sealed rows leave by chance."""

ASKED = 0.1
"""Share of the whole time from which the longest hole is asked about, where no time of a row is named yet."""

ENOUGH = 50


def look(data: AuditData) -> tuple[Finding, ...]:
    dates = [name for name in data.names if data.columns[name].kind == "date"]
    return tuple(finding for name in dates if (finding := _look_at(name, data)) is not None)


def _look_at(name: str, data: AuditData) -> Finding | None:
    when = days(data, name)
    known = ~np.isnan(when)
    times = np.unique(np.rint(when[known & ~years_off(when, known)] * DAY))
    steps = np.diff(times)
    if len(steps) < ENOUGH:
        return None
    usual = float(np.median(steps))
    holes = np.flatnonzero(steps > LONG * usual)
    whole = np.abs(steps - usual * np.rint(steps / usual)) <= 0.1 * usual
    if not len(holes) or min(np.mean(whole), np.mean(steps <= 2.5 * usual)) < REGULAR:
        return None
    longest = int(holes[np.argmax(steps[holes])])
    missing = float(steps[holes].sum() - usual * len(holes))
    span = float(times[-1] - times[0])
    ends = [str(np.datetime64(int(times[place]), "s")).replace("T", " ") for place in (longest, longest + 1)]
    around = np.isin(np.rint(when * DAY), times[longest : longest + 2])
    asked = data.time is None and float(steps[longest]) >= ASKED * span
    return Finding(
        detector="date_gaps",
        columns=(name,),
        rows=len(holes),
        sample=len(times),
        severity="ask" if asked else "note",
        evidence=f"{name} goes by steps of {_words(usual)}, but {len(holes):,} holes take {missing / span:.0%} of the "
        f"time; the longest is from {ends[0]} to {ends[1]}",
        proposal="find out why there are no rows: what happened then is not in the data, and lags reach over it"
        + (f"; name {name} as the time of a row, so that what changed is measured (framing.time)" if asked else ""),
        row_ids=tuple(int(row) for row in data.frame.index[np.flatnonzero(around)[:20]]),
        answers={"framing.time": name} if asked else {},
    )


def _words(seconds: float) -> str:
    for unit, words in ((DAY, "days"), (3600.0, "hours"), (60.0, "minutes")):
        if seconds >= unit:
            return f"{seconds / unit:.3g} {words}"
    return f"{seconds:.3g} seconds"


DETECTOR = Detector("date_gaps", "Stretches of time without rows", False, look)

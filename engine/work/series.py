"""What the times of the rows say of their series, and the columns of what was known before each row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import msgspec
import numpy as np
import pandas as pd

from engine.audit.sentinel import stand_ins
from engine.data.profile import profile
from engine.data.schema import Column, Reading
from engine.detector import AuditData
from engine.errors import UserError
from engine.steps import Plan
from engine.steps.framing import ROW_ORDER
from engine.steps.series import SeriesFacts
from engine.training import parse
from engine.training.past import DAY, Known, looked_back, seconds_of, series_of, steps_of
from engine.training.spec_past import Past, Unit
from engine.work.opening import Opened

Array = np.ndarray

CALENDAR = re.compile(
    r"(^|[_\W])(hour|hr|time|weekday|day_?of_?(the_?)?week|dow|workingday|holiday|month|mnth|mon|season|quarter|week)($|[_\W])",
    re.IGNORECASE,
)
MOST_OTHERS = 20
"""Columns beside the target whose past is looked at."""
TIED = 0.05
"""Share of rows that share their time with the one before from which the order of rows tells the step."""
MONTH = 27 * DAY
YEAR = 365.25
REPEATS = 0.2
"""Autocorrelation of the changes of a series, one season apart, from which it is taken to repeat itself."""
BY_ROWS = (7, 12, 24, 4, 5, 30, 48, 52, 96, 168, 365)
"""Seasons that are looked for where no time tells how long a step is."""
CYCLES = 3
"""A season has to be there so often in the rows that are looked at."""
FEWEST = 3
"""Points that a series needs to be continued."""


@dataclass(frozen=True)
class Steps:
    """How long a step is, and since when they are counted."""

    unit: Unit
    size: float = 1.0
    start: float = 0.0
    words: str = "row"
    seasons: tuple[int, ...] = BY_ROWS


def time_of(plan: Plan, columns: Sequence[Column]) -> str:
    """The column of the time: the one that was named, else the first date that never falls, else any; "" for none."""
    named = plan.framing.time
    if named:
        return "" if named == ROW_ORDER else named
    dated = [column for column in columns if column.kind == "date" and not column.missing]
    return next((column.name for column in (*(c for c in dated if c.monotone), *dated)), "")


def only_dated(plan: Plan, columns: Sequence[Column]) -> bool:
    """Whether the target and times are all there is: nothing but its past could tell the target."""
    own = plan.framing
    outside = {*(own.target or ()), own.group}
    rest = [column for column in columns if column.name not in outside and column.kind != "empty"]
    return bool(rest) and all(column.kind == "date" for column in rest)


def facts(plan: Plan, table: Opened, target: str) -> SeriesFacts:
    """What is to be known of the series of a table. Errors: UserError where there is nothing to be continued."""
    reading = table.reading
    if table.frame is None:
        raise UserError(
            f"{reading.path}: a table this large cannot be looked back on here; keep the latest rows, or fewer series"
        )
    own, time = plan.framing, time_of(plan, reading.columns)
    known, others = _columns(plan, reading, target, time)
    used = [name for name in dict.fromkeys((target, time, own.group or "", *others, *known)) if name]
    frame = table.frame[used]
    draft = Past(target=target, time=time, series=own.group or "", others=others)
    series = list(series_of(draft, frame))
    draft = msgspec.structs.replace(draft, hour=_hour_of(draft, frame, known, series) if time else "")
    shortest = min(int(frame[target].iloc[rows].notna().sum()) for rows in series)
    if max(len(rows) for rows in series) < FEWEST:
        raise UserError(
            f"column {own.group!r}: every series has fewer than {FEWEST} points, too few to be continued; name another "
            "column of series (framing.group), or none"
        )
    seconds = seconds_of(draft, frame) if time else np.arange(len(frame), dtype=float)
    steps = _steps(seconds, series) if time else Steps("rows")
    draft = msgspec.structs.replace(draft, unit=steps.unit, size=steps.size, start=steps.start)
    at = steps_of(draft, frame)
    early = _early(at, series)
    blanks = _blanks(frame.iloc[early], target, others)
    values = parse.numbers(frame[target], target, blanks)
    scale = float(np.nanstd(values[early])) if np.isfinite(values[early]).any() else 0.0
    seen = np.where(early, values, np.nan)
    seasons, evidence = _seasons(at, seen, series, steps)
    reach = max(own.horizon or 1, 1) + (own.gap or 0)
    errors = _naive_errors(at, seen, series, reach, seasons[0] if seasons else reach)
    holes, off, twice = _regularity(at, seconds, series, steps)
    return SeriesFacts(
        step=steps.words,
        unit=steps.unit,
        size=steps.size,
        start=steps.start,
        time=time,
        hour=draft.hour,
        known=known,
        others=others,
        seasons=seasons,
        evidence=evidence,
        by_season=bool(seasons and errors[0] < errors[1]),
        error=float(errors.min()) if seasons else float(errors[1]),
        series=len(series),
        shortest=shortest,
        holes=holes,
        off=off,
        twice=twice,
        scale=scale if scale > 0 else 1.0,
        blanks=blanks,
    )


def with_past(past: Past, table: Opened) -> Opened:
    """The table with the columns of what is known before each row, blanks of its target and their past taken out."""
    assert table.frame is not None
    frame = table.frame
    if past.blanks:
        gone = {name: parse.numbers(frame[name], name, past.blanks) for name in (past.target, *past.others)}
        frame = frame.assign(**gone)
    made = pd.DataFrame(looked_back(past, frame), index=frame.index)
    taken = [name for name in made.columns if name in frame]
    if taken:
        raise UserError(f"column {taken[0]!r} of the file has a name that is needed for the past; rename it")
    reading = msgspec.structs.replace(table.reading, columns=(*table.reading.columns, *profile(made)))
    return Opened(reading, frame.join(made))


def _columns(plan: Plan, reading: Reading, target: str, time: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The columns that are parts of the calendar, by their names, and the numbers whose past may tell something."""
    own = plan.framing
    outside = {target, time, own.group, *(own.late or ()), *(own.target or ())}
    rest = [column for column in reading.columns if column.name not in outside and column.distinct > 1]
    known = tuple(column.name for column in rest if column.kind != "date" and CALENDAR.search(column.name))
    numbers = [column for column in rest if column.kind == "numeric" and column.name not in known]
    named = {column.name for column in numbers if column.distinct == column.rows and column.monotone}
    return known, tuple(column.name for column in numbers if column.name not in named)[:MOST_OTHERS]


def _hour_of(draft: Past, frame: pd.DataFrame, known: Sequence[str], series: Sequence[Array]) -> str:
    """The column of the calendar that tells rows of one date apart by hours of the day; "" where there is none."""
    seconds = parse.instants(frame[draft.time], draft.time)
    if all(len(np.unique(seconds[rows])) == len(rows) for rows in series) or np.any(np.mod(seconds, DAY) > 0):
        return ""
    for name in known:
        with suppress(UserError):
            hours = parse.numbers(frame[name], name)
            if set(np.unique(hours).tolist()) == set(range(24)):
                moments = seconds + 3600 * hours
                if all(len(np.unique(moments[rows])) == len(rows) for rows in series):
                    return name
    return ""


def _steps(seconds: Array, series: Sequence[Array]) -> Steps:
    """The usual distance of neighbours in time; of rows that share their times, their number at one time."""
    gaps = np.concatenate([np.diff(np.sort(seconds[rows][~np.isnan(seconds[rows])])) for rows in series])
    if not len(gaps) or np.mean(gaps == 0) > TIED:
        times, counts = np.unique(seconds[~np.isnan(seconds)], return_counts=True)
        # The usual number, not the mean: a few times with holes must not shorten the season.
        together = round(np.bincount(counts).argmax() / max(len(series), 1))
        if together < 2:
            return Steps("rows")
        whole = float(np.median(np.diff(times))) if len(times) > 1 else DAY
        return Steps("rows", seasons=(together, *((7 * together,) if abs(whole - DAY) < 1 else ())))
    size = float(np.median(gaps[gaps > 0]))
    start = float(np.nanmin(seconds))
    known = seconds[~np.isnan(seconds)].astype(np.int64).astype("datetime64[s]")
    if size >= MONTH:
        days = (known.astype("datetime64[D]") - known.astype("datetime64[M]").astype("datetime64[D]")).astype(int)
        months = max(round(size / (DAY * YEAR / 12)), 1)
        if np.mean(days == np.median(days)) > 1 - TIED:
            words = f"{months} months" if months > 1 else "1 month"
            return Steps(
                "months", float(months), 0.0, words, (12 // months,) if 12 % months == 0 and months < 12 else ()
            )
    cycles = (days_ * DAY / size for days_ in (1, 7, YEAR))
    seasons = tuple(round(cycle) for cycle in cycles if cycle > 1.9)
    return Steps("seconds", size, start, _words(size), seasons)


def _words(seconds: float) -> str:
    for length, name in ((7 * DAY, "week"), (DAY, "day"), (3600.0, "hour"), (60.0, "minute")):
        if seconds >= length:
            amount = seconds / length
            return f"{amount:g} {name}{'' if amount == 1 else 's'}"
    return f"{seconds:g} s"


def _early(at: Array, series: Sequence[Array]) -> Array:
    """The earlier half of the rows of each series (n,) bool: no row that is ever sealed is among them."""
    found = np.zeros(len(at), dtype=bool)
    for rows in series:
        order = rows[np.argsort(at[rows], kind="stable")]
        found[order[: (len(order) + 1) // 2]] = True
    return np.asarray(found & ~np.isnan(at))


def _blanks(early: pd.DataFrame, target: str, others: tuple[str, ...]) -> tuple[float, ...]:
    """Numbers that stand for missing in the target or its companions, as the audit would find them in early rows."""
    frame = early[[target, *others]].astype(float)
    columns = {column.name: column for column in profile(frame)}
    found = stand_ins(
        AuditData(
            frame=frame,
            columns=columns,
            names=others,
            target=target,
            task="regression",
            codes=frame[target].to_numpy(),
            twins=(),
            group=None,
            time=None,
            seed=1,
            rows=len(frame),
        )
    )
    return tuple(sorted({code for codes in found.values() for code in codes if code < 0}))


def _seasons(at: Array, values: Array, series: Sequence[Array], steps: Steps) -> tuple[tuple[int, ...], str]:
    """The seasons after which the changes of the series are alike, the most alike first, and that in words."""
    known = [Known(at[rows], values[rows]) for rows in series]
    longest = max((each.steps[-1] - each.steps[0] for each in known if len(each.steps)), default=0)
    found = {}
    for season in dict.fromkeys(steps.seasons):
        if season < 2 or CYCLES * season > longest + 1:
            continue
        pairs = [_changes(each, season) for each in known]
        now, before = (np.concatenate(part) for part in zip(*pairs, strict=True))
        if len(now) > CYCLES * 4 and now.std() > 0 and before.std() > 0:
            found[season] = float(np.corrcoef(now, before)[0, 1])
    kept = sorted((season for season in found if found[season] > REPEATS), key=lambda season: -found[season])
    if not kept:
        return (), f"no season is seen in the earlier half of the rows (a step is {steps.words})"
    told = ", ".join(f"{season} steps apart {found[season]:.2f}" for season in kept)
    return tuple(kept), f"changes are alike a season apart (a step is {steps.words}): autocorrelation {told}"


def _naive_errors(at: Array, values: Array, series: Sequence[Array], reach: int, season: int) -> Array:
    """Mean absolute errors (2,) of the value one season ago and of the last known one, in the target's unit.

    Series count by how many values they have, each in its own spread, so that large ones do not decide alone.
    """
    apart, spreads, count = np.zeros(2), 0.0, 0
    for rows in series:
        known = Known(at[rows], values[rows])
        seasonal = known.at(known.steps - -(-reach // season) * season)
        errors = np.abs(known.values - np.stack([seasonal, known.last(known.steps - reach)]))
        errors = errors[:, ~np.isnan(errors).any(axis=0)]
        spread = float(known.values.std()) or 1.0
        apart += errors.sum(axis=1) / spread
        spreads, count = spreads + spread * errors.shape[1], count + errors.shape[1]
    return np.asarray(apart * spreads / max(count, 1) ** 2)


def _changes(known: Known, season: int) -> tuple[Array, Array]:
    """The change to each step and the one a season before, where both are known, in the spread of the series."""
    change = known.values - known.at(known.steps - 1)
    before = known.at(known.steps - season) - known.at(known.steps - season - 1)
    both = ~np.isnan(change) & ~np.isnan(before)
    spread = np.nanstd(change) if np.isfinite(change).any() else 1.0
    return change[both] / (spread or 1.0), before[both] / (spread or 1.0)


def _regularity(at: Array, seconds: Array, series: Sequence[Array], steps: Steps) -> tuple[int, float, int]:
    """Steps without a row, the share of rows off the step, rows that share series and step with another."""
    holes, twice, away, total = 0, 0, 0, 0
    for rows in series:
        own = np.unique(at[rows][~np.isnan(at[rows])])
        if len(own) > 1:
            holes += int(own[-1] - own[0]) + 1 - len(own)
        twice += int((~np.isnan(at[rows])).sum()) - len(own)
        if steps.unit == "seconds":
            gaps = np.diff(np.unique(seconds[rows][~np.isnan(seconds[rows])])) / steps.size
            away, total = away + int((np.abs(gaps - np.round(gaps)) > 0.01).sum()), total + len(gaps)
    return holes, away / max(total, 1), twice

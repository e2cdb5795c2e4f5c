"""The questions about series that are to be continued: how far ahead, what is known by then, what repeats."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.steps.predicted import task_of
from engine.training.spec_past import Past, Unit
from engine.values import Advised, Count, Note, Positive, Value, Whole

if TYPE_CHECKING:
    from engine.steps import Plan

OFF_STEP = 0.01
"""Share of steps of another length from which a series is called irregular."""


class SeriesFacts(Value, frozen=True, kw_only=True):
    """What the times of the rows say of their series, and what the target's earliest half says of its seasons.

    `step` in words; `size` and `start` as in `Past`; `holes` are steps without a row, `off` is the share of rows whose
    distance from the one before is no whole number of steps, `twice` rows share series and step with another.
    """

    step: str
    unit: Unit
    size: Positive = 1.0
    start: float = 0.0
    time: str = ""
    hour: str = ""
    """A column with the hour of the day, where times are dates that rows share."""
    known: tuple[str, ...] = ()
    """Columns that by their name are parts of the calendar, known before the moment comes."""
    others: tuple[str, ...] = ()
    """Numbers of which only the past is known."""
    seasons: tuple[Count, ...] = ()
    evidence: str = ""
    by_season: bool = False
    """Whether the value one season ago is nearer to the next one than the last known value is, in the early rows."""
    error: float = 0.0
    """How far off, on average, the naive forecast is there that is nearer."""
    series: Count = 1
    shortest: Whole = 0
    holes: Whole = 0
    off: float = 0.0
    twice: Whole = 0
    scale: Positive = 1.0
    blanks: tuple[float, ...] = ()


def forecasts(plan: Plan) -> bool:
    """Whether values of a series are predicted from those before them."""
    task = task_of(plan)
    return task is not None and task.past


def facts_of(plan: Plan) -> SeriesFacts | None:
    """What is known of the series, where values are predicted from those before."""
    return plan.framing.result.series if forecasts(plan) and plan.framing.result else None


def past_of(plan: Plan, facts: SeriesFacts) -> Past:
    """What is an input of each row of a target that is named."""
    own = plan.framing
    assert own.target
    season = facts.seasons[:1] if own.season is None else (own.season,) if own.season > 1 else ()
    rest = facts.seasons if season else ()
    outside = {*(own.known or ()), *(own.late or ()), *(plan.data.drop or ()), *own.target, own.group}
    return Past(
        target=own.target[0],
        time=facts.time,
        hour=facts.hour,
        series=own.group or "",
        others=tuple(name for name in facts.others if name not in outside),
        unit=facts.unit,
        size=facts.size,
        start=facts.start,
        reach=max(own.horizon or 1, 1) + (own.gap or 0),
        seasons=tuple(dict.fromkeys((*season, *rest))),
        scale=facts.scale,
        blanks=facts.blanks,
        by_season=bool(season) and facts.by_season,
    )


def advised_series(plan: Plan) -> dict[str, Advised]:
    """Gap, season and what is known beforehand."""
    facts = facts_of(plan)
    if not forecasts(plan):
        return {}
    found = {"gap": Advised(0, "the last value is taken to be known when the next one is predicted")}
    if facts is None:
        return found
    if facts.known:
        found["known"] = Advised(facts.known, "by their names parts of the calendar; of others the past is used alone")
    season = facts.seasons[0] if facts.seasons else 1
    found["season"] = Advised(season, facts.evidence, confirm=bool(facts.seasons))
    return found


def remarks_on_series(plan: Plan) -> tuple[Note, ...]:
    """What of the times is not as regular as lags want it, and what is done about it."""
    facts = facts_of(plan)
    if facts is None:
        return ()
    notes = []
    if facts.holes:
        text = (
            f"{facts.holes:,} steps ({facts.step} each) have no row: they stay holes, and the last value before counts"
        )
        notes.append(Note("warning", text))
    if facts.off > OFF_STEP:
        text = f"{facts.off:.0%} of the rows do not follow the one before at a whole number of steps ({facts.step}): "
        notes.append(Note("warning", text + "each counts at the nearest step"))
    if facts.twice:
        text = f"{facts.twice:,} rows share their time with another of the same series: the past sees their mean"
        notes.append(Note("warning", f"{text}; name the column of the series (framing.group) if there are several"))
    if facts.blanks:
        text = f"{', '.join(f'{blank:g}' for blank in facts.blanks)} lies apart from all other values: read as missing"
        notes.append(Note("warning", text))
    return tuple(notes)

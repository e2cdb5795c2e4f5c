"""The next hours of work: more labels or more tuning. Light: the wizard shows it from what both steps have found."""

from __future__ import annotations

from itertools import pairwise
from math import log
from typing import TYPE_CHECKING

from engine.stats.catalogue import METRIC_INFO
from engine.values import Value

if TYPE_CHECKING:
    from engine.labels.schema import LearningCurve
    from engine.steps import Plan

HOURS = 50.0
FARTHEST = 4.0
"""Times today's rows beyond which the curve says nothing."""


class NextHours(Value, frozen=True):
    """What so many hours of labelling would bring, what tuning has brought, and what follows. Gains in the metric."""

    hours: float
    verdict: str
    labels: int | None = None
    gain: float | None = None
    low: float | None = None
    high: float | None = None
    tuning_gain: float | None = None
    tuning_low: float | None = None
    tuning_high: float | None = None
    tuning_hours: float | None = None


def next_hours(plan: Plan, hours: float = HOURS) -> NextHours:
    """Labels against tuning over the next hours; "undecided" where their intervals overlap, or one is not known."""
    result, own = plan.labels.result, plan.labels
    curve = result.curve if result else None
    if curve is None:
        return NextHours(hours, f"Undecided: {result.curve_unknown if result else 'the step was not run yet'}.")
    if own.seconds_each is None:
        return NextHours(hours, "Undecided: time ten labels (labels.seconds_each) to tell how many an hour brings.")
    labels = int(hours * 3600 / own.seconds_each / (own.raters or 1))
    rows = min(curve.rows + labels, FARTHEST * curve.rows)
    gain, low, high = _gain(curve, rows)
    found = NextHours(hours, "", labels, gain, low, high)
    capped = f", counted up to {FARTHEST:g} times today's rows" if rows < curve.rows + labels else ""
    said = f"{hours:g} hours bring about {labels:,} labels{capped}, worth {gain:+.2g} {curve.metric}"
    said += f" ({low:+.2g} to {high:+.2g}) to {curve.model}"
    return _against(plan, found, said)


def _against(plan: Plan, found: NextHours, said: str) -> NextHours:
    """The same with what tuning has brought."""
    from msgspec.structs import replace

    search, first, metric = plan.tuning.result, plan.baseline.result, plan.metric.primary or ""
    curve = plan.labels.result.curve if plan.labels.result else None
    if search is None or first is None or curve is None:
        return replace(found, verdict=f"Undecided: {said}; what tuning brings is not known yet.")
    if metric != curve.metric:
        return replace(found, verdict=f"Undecided: {said}; tuning is scored by {metric}, which is another unit.")
    sign = 1 if METRIC_INFO[metric].greater_is_better else -1
    best, before = search.best.corrected, first.network.score.value
    ends = sorted(sign * (end - before) for end in (best.low, best.high) if end is not None)
    low, high = (ends[0], ends[1]) if len(ends) == 2 else (None, None)
    spent = sum(trial.seconds for trial in search.board) / 3600
    gain = sign * (best.value - before)
    reach = "" if low is None or high is None else f" ({low:+.2g} to {high:+.2g})"
    said += f"; the search brought {gain:+.2g}{reach} in {spent:.2g} hours"
    verdict = f"Undecided: {said}, and the intervals overlap."
    if None not in (found.low, found.high, low, high):
        assert found.low is not None and found.high is not None and low is not None and high is not None
        if found.low > max(high, 0):
            verdict = f"Label: {said}."
        elif low > max(found.high, 0):
            verdict = f"Tune: {said}."
    return replace(found, verdict=verdict, tuning_gain=gain, tuning_low=low, tuning_high=high, tuning_hours=spent)


def _gain(curve: LearningCurve, rows: float) -> tuple[float, float, float]:
    """By how much the error falls at so many rows, and its ends; between foretold points along log rows."""
    points = [(float(curve.rows), 0.0, 0.0, 0.0)]
    points += [(float(each.rows), each.gain, each.gain_low, each.gain_high) for each in curve.foretold]
    for before, after in pairwise(points):
        if rows <= after[0]:
            share = log(rows / before[0]) / log(after[0] / before[0])
            gain, low, high = (a + share * (b - a) for a, b in zip(before[1:], after[1:], strict=True))
            return gain, low, high
    return points[-1][1:]

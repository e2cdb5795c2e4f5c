"""Columns of a row's past: the two that answers start from come first, what is not known yet is left out."""

from __future__ import annotations

from engine.findings import left_out
from engine.steps import Plan
from engine.training.decide import Decision
from engine.training.spec_past import Past

NOT_YET = "is not known yet when a row is predicted; what it was before is used"
OF_CALENDAR = "never comes again; where it lies in the year, the week and the day is used"
OF_NAIVE = "is what naive forecasts say, and made of other inputs"


def not_known(plan: Plan) -> dict[str, str]:
    """The columns that are no inputs because their values come with the predicted one, or later; each with why."""
    past = plan.data.result.past if plan.data.result else None
    if past is None or plan.data.result is None:
        return {}
    known = {*(plan.framing.known or ()), past.series, *past.made}
    of_file = [column.name for column in plan.data.result.reading.columns if column.name not in known]
    found = dict.fromkeys(of_file, NOT_YET) | dict.fromkeys(past.answers, OF_NAIVE)
    if past.time:
        found[past.time] = OF_CALENDAR
    # What may not be looked at is not looked back on either.
    gone = {name: why for name, why in left_out(plan).items() if name in past.others}
    return found | {past.other(name): why for name, why in gone.items()}


def with_anchors(decisions: tuple[Decision, ...], past: Past) -> tuple[Decision, ...]:
    """The same with what answers start from in the first two places, in which references look for it."""
    why = "predictions start from it: a network cannot go on where its training rows never were"
    first = tuple(Decision(column=name, action="anchor", why=why) for name in past.anchors)
    return (*first, *(made for made in decisions if made.column not in past.anchors))

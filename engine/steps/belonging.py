"""Which rows belong together, as far as framing can advise it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.data.entities import repeated
from engine.tasks import TASKS
from engine.values import Advised, Note

if TYPE_CHECKING:
    from engine.steps import Plan

LEAST_GROUPS = 6
"""Groups that can be divided: one for the test, and a fold each."""


def advised_group(plan: Plan) -> Advised | None:
    """The column of the things that one row is said to be, where they have several rows."""
    own = plan.framing
    found = own.result.target if own.result else None
    fits = [fit.task for fit in own.result.tasks] if own.result else []
    task = TASKS.get(own.task or next(iter(fits), ""))
    if task is not None and task.lists and found is not None and found.lists:
        return Advised(found.lists, "rows are put in order within what it names, and a whole list is tested or learned")
    reading = own.result.reading if own.result else None
    for name, why in _hints(plan, enough=True):
        return Advised(name, f"{why}; what is learnt of one must not be asked in the test", confirm=True)
    column = repeated(own.unit, reading.columns) if own.unit and reading else None
    if column is None or column.name in (own.target or ()):
        return None
    known = column.rows - column.missing
    reason = f"one row is said to be {own.unit!r}, but {known:,} rows have {column.distinct:,} different {column.name}"
    return Advised(column.name, f"{reason}: what is learnt of one must not be asked in the test", confirm=True)


def _hints(plan: Plan, enough: bool) -> list[tuple[str, str]]:
    """What the names of files hint at, each with the reason: where there are groups enough to divide, or where not."""
    reading = plan.framing.result.reading if plan.framing.result else None
    if reading is None:
        return []
    distinct = {column.name: column.distinct for column in reading.columns}
    hints = [hint for hint in reading.hints.items() if hint[0] not in (plan.framing.target or ())]
    return [hint for hint in hints if (distinct.get(hint[0], 0) >= LEAST_GROUPS) is enough]


def few_groups(plan: Plan) -> tuple[Note, ...]:
    """A warning where rows seem to belong together in too few groups to keep whole ones for a test."""
    if plan.framing.group:
        return ()
    said = [
        f"{why}: too few to learn from some and be tested on others, so that the score holds for these alone"
        for _, why in _hints(plan, enough=False)
    ]
    return tuple(Note("warning", each) for each in said)

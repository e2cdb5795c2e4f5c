"""Choices that several steps offer, made from the plan."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.goals import GOALS
from engine.tasks import TASKS
from engine.values import Choice

if TYPE_CHECKING:
    from engine.steps import Plan


def columns_of_file(plan: Plan) -> tuple[Choice, ...]:
    """The columns of the data file as choices; none before it was read."""
    result = plan.framing.result
    if result is None or result.reading is None:
        return ()
    return tuple(
        Choice(column.name, column.name, f"{column.kind}, {column.distinct:,} values")
        for column in result.reading.columns
    )


def task_choices(plan: Plan) -> tuple[Choice, ...]:
    """The kinds of prediction, and the kinds of work without a target, each with how far it goes here."""
    tasks = tuple(Choice(task.name, task.title, task.depth) for task in TASKS.values())
    return (*tasks, *(Choice(goal.name, goal.title, goal.depth) for goal in GOALS.values()))

"""What is predicted, as far as the plan says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.tasks import TASKS
from engine.values import Note

if TYPE_CHECKING:
    from engine.steps import Plan
    from engine.task import Task


def task_of(plan: Plan) -> Task | None:
    """The kind of prediction; None while it is not known."""
    return TASKS.get(plan.framing.task or "")


def of_classes(plan: Plan) -> bool:
    """Whether each row is of one of several classes."""
    task = task_of(plan)
    return task is not None and task.classes


def of_unordered_classes(plan: Plan) -> bool:
    """Whether every class has to be met for itself: of a rare grade its neighbours tell."""
    task = task_of(plan)
    return task is not None and task.classes and not task.ordered


def weighable(plan: Plan) -> bool:
    """Whether rare classes may weigh more in the loss."""
    task = task_of(plan)
    return task is not None and task.weighable


def by_threshold(plan: Plan) -> bool:
    """Whether a yes is said from a probability on."""
    task = task_of(plan)
    return task is not None and task.threshold


def without_lists(plan: Plan) -> tuple[Note, ...]:
    """A blocker where rows are to be put in order and no column names the lists."""
    own, task = plan.framing, task_of(plan)
    found = own.result.target if own.result else None
    if task is None or not task.lists or own.group or (found is not None and found.lists):
        return ()
    return (Note("blocker", "which column says what rows stand in one list, such as a query? Answer framing.group"),)

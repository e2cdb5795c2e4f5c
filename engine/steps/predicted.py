"""What is predicted, as far as the plan says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.tasks import TASKS

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

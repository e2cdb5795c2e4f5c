"""What every training step takes from the plan: how rows are prepared, and which loss stands in for the metric."""

from __future__ import annotations

from engine.steps import Plan
from engine.tasks import TASKS
from engine.training.decide import Recipe


def recipe_of(plan: Plan) -> Recipe:
    """What is fitted on the training rows of every fold."""
    assert plan.preparation.result is not None
    return plan.preparation.result.recipe


def loss_of(plan: Plan) -> str:
    """The Keras loss, by name."""
    return TASKS[plan.framing.task or ""].loss

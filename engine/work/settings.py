"""What every training step takes from the plan: how rows are prepared, which loss, how classes are weighed."""

from __future__ import annotations

import hashlib
from typing import Literal

import msgspec

from engine.steps import Plan
from engine.training.decide import Recipe
from engine.training.losses import surrogate

Balance = Literal["none", "prior"]


def recipe_of(plan: Plan) -> Recipe:
    """What is fitted on the training rows of every fold: the preparation's recipe, or what the baseline made of it."""
    assert plan.preparation.result is not None
    own, found = plan.preparation.result.recipe, plan.baseline.result
    if found is not None and found.recipe is not None and found.prepared == digest(own):
        return found.recipe
    return own


def digest(recipe: Recipe) -> str:
    """The same for equal recipes: the first 16 digits of SHA-256, hexadecimal."""
    return hashlib.sha256(msgspec.json.encode(recipe)).hexdigest()[:16]


def loss_of(plan: Plan) -> str:
    """The Keras loss, by name: the one that was chosen, else the one that stands in for the success metric."""
    if plan.baseline.loss:
        return plan.baseline.loss
    target = plan.data.result.target if plan.data.result else None
    return surrogate(plan.framing.task or "", plan.metric.primary or "", target)[0]


def balance_of(plan: Plan) -> Balance:
    """Whether rows of rare classes weigh more in the loss."""
    return "prior" if plan.baseline.balance == "prior" else "none"

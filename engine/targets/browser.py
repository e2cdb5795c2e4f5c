"""In the user's browser: data stay with the user and no server is paid, if the model is small enough to load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.target import Condition, Target
from engine.targets.device import size_mb

if TYPE_CHECKING:
    from engine.steps import Plan

LARGEST_MB = 5.0
"""Four seconds at 10 Mbit/s."""


def conditions(plan: Plan) -> tuple[Condition, ...]:
    own, size = plan.framing, size_mb(plan)
    limit = min(LARGEST_MB, own.size_mb or LARGEST_MB)
    known = "its size is not known yet" if size is None else f"{size:.2g} MB of weights"
    return (
        Condition(
            holds=not own.secret,
            text="the weights are secret" if own.secret else "the weights may be handed out",
            relax="framing.secret",
        ),
        Condition(
            holds=own.internet != "none", text=f"internet for the first load: {own.internet}", relax="framing.internet"
        ),
        Condition(
            holds=size is None or size <= limit, text=f"{known}, {limit:g} MB load in time", relax="framing.size_mb"
        ),
        Condition(
            holds=not own.accuracy_first,
            text="a small loss of accuracy is accepted" if not own.accuracy_first else "no accuracy may be given up",
            relax="framing.accuracy_first",
        ),
    )


TARGET = Target("browser", "In the browser", conditions, export="engine.targets.browser_bundle:export")

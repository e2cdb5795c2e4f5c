"""Answers of framing that cannot hold together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.values import Note

if TYPE_CHECKING:
    from engine.steps import Plan


def contradictions(plan: Plan) -> tuple[Note, ...]:
    """A warning for each."""
    own = plan.framing
    found = []
    offline = own.internet == "none"
    if own.private and own.secret:
        found.append(
            "the data may not leave the user and the weights may not be handed out: no place is left to run the model"
        )
    if own.private and own.updates == "daily" and offline:
        found.append("daily updates cannot reach users who have no internet")
    if offline and own.secret:
        found.append("without internet the model has to be on the device, but its weights are secret")
    if own.server_cost is False and own.secret:
        found.append("without a server the model has to be handed out, but its weights are secret")
    if own.latency_ms is not None and own.latency_ms < 1 and own.accuracy_first:
        found.append("less than a millisecond leaves no room for the most accurate model")
    if own.target and own.late and set(own.target) & set(own.late):
        found.append("a target is always known only afterwards: leave it out of that list")
    return tuple(Note("warning", f"Contradiction: {text}.") for text in found)

"""On the user's device: works without internet and at low latency, within its memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.target import Condition, Target

if TYPE_CHECKING:
    from engine.steps import Plan


def size_mb(plan: Plan) -> float | None:
    """Megabytes of the float32 weights of the final model; None before there is one."""
    result = plan.evaluation.result
    return result.parameters * 4 / 1e6 if result else None


def conditions(plan: Plan) -> tuple[Condition, ...]:
    own, size = plan.framing, size_mb(plan)
    limits = [limit for limit in (own.memory_mb, own.size_mb) if limit is not None]
    fits = size is None or not limits or size <= min(limits)
    known = "its size is not known yet" if size is None else f"{size:.2g} MB of weights"
    return (
        Condition(
            holds=not own.secret,
            text="the weights are secret" if own.secret else "the weights may be handed out",
            relax="framing.secret",
        ),
        Condition(
            holds=fits,
            text=f"{known}, {f'{min(limits):g} MB allowed' if limits else 'no limit named'}",
            relax="framing.memory_mb"
            if own.memory_mb is not None and min(limits) == own.memory_mb
            else "framing.size_mb",
        ),
        Condition(
            holds=own.updates != "daily" or own.internet != "none",
            text="daily updates without internet"
            if own.updates == "daily" and own.internet == "none"
            else f"updates: {own.updates}",
            relax="framing.updates",
        ),
    )


TARGET = Target("device", "On the device", conditions, export="engine.targets.device_bundle:export")

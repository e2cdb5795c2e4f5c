"""The ends of the search as the plan's answers set them, and what framing allows a model to cost."""

from __future__ import annotations

from engine.steps import Plan
from engine.steps.masks import with_masks
from engine.training.families import WIDE
from engine.training.inputs import INPUTS
from engine.training.parts import LAID_OUT
from engine.training.space import Limits


def limits_of(plan: Plan, rows: int) -> Limits:
    """The largest network and the strongest regularisation to search, on so many rows."""
    own, prepared = plan.tuning, plan.preparation.result
    effect = prepared.effect if prepared is not None else ()
    return Limits(
        max_units=own.max_units or 128,
        max_layers=own.max_layers or 3,
        max_dropout=0.5 if own.max_dropout is None else own.max_dropout,
        max_l2=0.01 if own.max_l2 is None else own.max_l2,
        rows=rows,
        kinds=tuple(dict.fromkeys(kind for each in effect for kind in each.inputs)) if effect else ("number",),
        masks=with_masks(plan),
        wide=any(kind in LAID_OUT for each in effect for kind in each.inputs)
        or sum(each.width for each in effect if all(INPUTS[kind].as_it_is for kind in each.inputs)) > WIDE,
    )


def too_large(plan: Plan, parameters: int, latency: float | None) -> str:
    """Which limit of the framing a configuration breaks; empty when it keeps all."""
    own, size = plan.framing, parameters * 4 / 1e6
    if own.size_mb is not None and size > own.size_mb:
        return f"{size:.2g} MB of weights, {own.size_mb:g} allowed"
    if own.memory_mb is not None and size > own.memory_mb:
        return f"{size:.2g} MB of weights, {own.memory_mb:g} MB of memory"
    if own.latency_ms is not None and latency is not None and latency > own.latency_ms:
        return f"{latency:.2g} ms for one row, {own.latency_ms:g} allowed"
    return ""

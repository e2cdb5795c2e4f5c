"""The ends of the search, as the plan's answers set them."""

from __future__ import annotations

from engine.steps import Plan
from engine.training.space import Limits


def limits_of(plan: Plan, rows: int) -> Limits:
    """The largest network and the strongest regularisation to search, on so many rows."""
    own = plan.tuning
    return Limits(
        max_units=own.max_units or 128,
        max_layers=own.max_layers or 3,
        max_dropout=0.5 if own.max_dropout is None else own.max_dropout,
        max_l2=0.01 if own.max_l2 is None else own.max_l2,
        rows=rows,
    )

"""What follows from how rows got into the file: remarks on the data step, and the alarm of a plan nobody compared."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.errors import UserError
from engine.representative import margins
from engine.representative.schema import Decay, Weighting
from engine.values import Note

if TYPE_CHECKING:
    from engine.steps import Plan

SELECTED = {
    "event": "a row exists only where something happened first: what is learnt holds for such cases alone",
    "self": "people put themselves in: those who did not may differ in what is predicted",
    "model": "a model or rule chose the rows: of what it turned away nothing is known, and its errors look like truth",
}
"""What each way into the file does to a model."""
NOBODY = "Nobody has compared these rows with those the model will meet"


def remarks(plan: Plan) -> list[Note]:
    """What the answers on collection mean, and what the weights that follow can do and cannot."""
    own = plan.data
    found, weighting = [], own.result.weighting if own.result else None
    chosen = SELECTED.get(own.collected or "")
    if chosen and not own.margins:
        found.append(Note("warning", f"{chosen}; name shares of the population (data.margins) where they are known"))
    elif chosen:
        found.append(Note("warning", f"{chosen}; weights mend that only as far as the named columns tell it"))
    if own.absent:
        found.append(Note("warning", f"never in the file: {own.absent}; no weight and no score speaks of them"))
    if own.margins and not margins.is_file(own.margins):
        try:
            margins.parse(own.margins)
        except UserError as error:
            found.append(Note("blocker", str(error)))
    return found + ([] if weighting is None else [*_of_weights(weighting)])


def _of_weights(found: Weighting) -> list[Note]:
    notes = [Note("note" if found.used else "warning", said(found))]
    return notes + [Note("warning", f"weights: {text}") for text in found.notes]


def said(found: Weighting) -> str:
    """What the weights are and what they cost, in one sentence."""
    left = f"{found.effective:,.0f} effective of {found.rows:,} rows"
    if not found.used:
        return f"the weights leave {left}, too few to be of use: rows are not weighed, collect some of the rare kinds"
    cut = f", {found.trimmed:,} of them cut" if found.trimmed else ""
    return (
        f"rows weigh as the population's shares ask, in training and in every score: {left}, the largest weight "
        f"{found.largest:.2g} means{cut}"
    )


def half_life_reach(found: Decay) -> str:
    """The interval of a half-life in words."""
    if found.half_life_low is None:
        return "its interval cannot be told"
    if found.half_life_high is None:
        return f"{found.half_life_low:.1f} or more"
    return f"{found.half_life_low:.1f} to {found.half_life_high:.1f}"


def uncompared(plan: Plan) -> str | None:
    """The alarm of a plan with data of which nobody said whether they are like those of use; else None."""
    own = plan.data
    if own.result is None or own.result.production is not None or own.margins:
        return None
    if own.collected in ("all", "random"):
        return None
    why = SELECTED.get(own.collected or "")
    told = f" ({why})" if why else ""
    return f"{NOBODY}{told}: give a sample of production, or say how they were chosen"

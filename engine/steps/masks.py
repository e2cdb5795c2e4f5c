"""What framing asks of masks: the value that says that nothing is known of a point."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.tasks import TASKS
from engine.tasks.segmentation import SIDE
from engine.values import Advised, Note

if TYPE_CHECKING:
    from engine.steps import Plan

USUAL_VOID = "255"
"""What masks most often hold where nobody could tell."""


def with_masks(plan: Plan) -> bool:
    task = TASKS.get(plan.framing.task or "")
    return task is not None and task.masks


def advised_void(plan: Plan) -> dict[str, Advised]:
    """The value that most data sets use where nobody can tell, if masks hold it."""
    masks = plan.framing.result.masks if plan.framing.result else {}
    if USUAL_VOID not in masks or set(masks) == {"0", USUAL_VOID}:
        return {}
    said = f"{masks[USUAL_VOID]:.1%} of the points hold {USUAL_VOID}, which most often means that nobody could tell"
    return {"void": Advised(USUAL_VOID, said, confirm=True)}


def doubts_of_masks(plan: Plan) -> tuple[Note, ...]:
    """At what size masks are worked on, and a warning where no value is said to mean that nothing is known."""
    own = plan.framing
    masks = own.result.masks if own.result and own.result.target and own.result.target.kind == "mask" else {}
    if not masks:
        return ()
    size = f"masks are learned, answered and scored at {SIDE} points along the longer side, whatever size pictures have"
    if own.void is not None or USUAL_VOID in masks:
        return (Note("note", size),)
    held = ", ".join(f"{name} ({share:.1%})" for name, share in masks.items())
    said = f"the masks hold {held} of the points; if one of these means that nobody could tell, name it (framing.void)"
    return (
        Note("note", size),
        Note("warning", f"{said}: it is a class like any other until then"),
    )

"""What a place to ship to is: when it fits the framing, and how it is built and verified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.values import Value

if TYPE_CHECKING:
    from engine.steps import Plan


class Condition(Value, frozen=True):
    """One condition of a target against the framing: `holds`, and the sentence that says why."""

    holds: bool
    text: str
    relax: str = ""
    """The question that would have to be answered otherwise, as `framing.field`."""


@dataclass(frozen=True, slots=True)
class Target:
    """A place a model ships to.

    `conditions(plan)` is pure. `export` is the dotted name of `export(plan, context) -> Artifact`, which also
    verifies what it built in the target's own runtime; empty while a target is only judged, not built.
    """

    name: str
    title: str
    conditions: Callable[[Plan], tuple[Condition, ...]]
    export: str = ""

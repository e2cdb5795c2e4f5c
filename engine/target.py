"""What a place to ship to is: when it fits the framing, and how it is built and verified."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
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
    verifies what it built in the target's own runtime. `packages` are the import names of those that come with the
    extra of the target's name only.
    """

    name: str
    title: str
    conditions: Callable[[Plan], tuple[Condition, ...]]
    export: str
    packages: tuple[str, ...] = ()

    @property
    def built(self) -> bool:
        """Whether what it needs is installed here."""
        return all(find_spec(name) for name in self.packages)

    @property
    def missing(self) -> str:
        """What to do where it is not."""
        return f"not installed: pip install 'modelwright[{self.name}]'"

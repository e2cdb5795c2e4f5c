"""What is wanted of rows where no column of theirs is predicted: its own way through the steps, or a plan alone."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One kind of work without a target; offered beside the kinds of prediction (`framing.task`).

    `steps` names a function `(plan) -> {name: Step}` of the steps that are others than usual; a step without a job has
    nothing to compute. `sentence` says in the wizard, on the command line and in the plan how far it goes here, and
    `instead` what could be asked in its place. `sealed`: whether rows are set aside for a test.
    """

    name: str
    title: str
    depth: Literal["REAL", "MODEST", "PLAN-ONLY"]
    steps: str
    sentence: str
    instead: tuple[str, ...] = ()
    sealed: bool = False

"""The plan: the twelve steps of the workflow in wizard order. Adding a step is one file and one line here."""

import sys
from typing import Any

import msgspec

from engine.before import Before
from engine.dotted import load
from engine.goals import GOALS
from engine.step import Step
from engine.steps.baseline import Baseline
from engine.steps.data import Data
from engine.steps.deployment import Deployment
from engine.steps.evaluation import Evaluation
from engine.steps.framing import Framing
from engine.steps.labels import Labels
from engine.steps.metric import Metric
from engine.steps.monitoring import Monitoring
from engine.steps.overfit import Overfit
from engine.steps.preparation import Preparation
from engine.steps.protocol import Protocol
from engine.steps.tuning import Tuning
from engine.values import Count, Value

SCHEMA = 1
"""Version of project.toml; a higher one in a file is refused, a lower one is migrated (engine/store.py)."""


class Project(Value, frozen=True):
    """What identifies a project file."""

    schema: int = SCHEMA
    name: str = ""
    created: str = ""
    seed: Count = 1
    attempt: Count = 1
    before: tuple[Before, ...] = ()
    """The attempts that were given up, and what they found."""


class Plan(Value, frozen=True):
    """All answers and results of a project: one immutable tree, one section per step."""

    project: Project = Project()
    framing: Framing = Framing()
    data: Data = Data()
    labels: Labels = Labels()
    metric: Metric = Metric()
    preparation: Preparation = Preparation()
    protocol: Protocol = Protocol()
    baseline: Baseline = Baseline()
    overfit: Overfit = Overfit()
    tuning: Tuning = Tuning()
    evaluation: Evaluation = Evaluation()
    deployment: Deployment = Deployment()
    monitoring: Monitoring = Monitoring()


def _steps() -> dict[str, Step]:
    """Each section of the plan is declared beside its `STEP`; the fields give the order."""
    sections: list[Any] = [field.type for field in msgspec.structs.fields(Plan) if field.name != "project"]
    steps = [sys.modules[section.__module__].STEP for section in sections]
    return {step.name: step for step in steps}


STEPS: dict[str, Step] = _steps()


def steps_of(plan: Plan) -> dict[str, Step]:
    """The steps as they go for what the plan wants: the usual ones, but for those that its goal has another way for."""
    goal = GOALS.get(plan.framing.task or "")
    return STEPS if goal is None else {**STEPS, **load(goal.steps)(plan)}

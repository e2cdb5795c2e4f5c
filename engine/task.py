"""What a kind of prediction is: when it fits a target, its network head, its metrics and its naive answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.data.schema import TargetSummary


@dataclass(frozen=True, slots=True)
class Fit:
    """How well a task fits a target, 0 to 1, and why."""

    weight: float
    reason: str


@dataclass(frozen=True, slots=True)
class MetricAdvice:
    """The recommended success metric of a task on a target, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True)
class Task:
    """One kind of prediction.

    `naive` names predictors of `engine.training.naive`; `metrics` names entries of `engine.stats.catalogue`.
    `head` is the activation of the last layer.
    """

    name: str
    title: str
    depth: Literal["REAL", "MODEST", "PLAN-ONLY"]
    classes: bool
    head: Literal["sigmoid", "softmax", "linear"]
    metrics: tuple[str, ...]
    naive: tuple[str, ...]
    fits: Callable[[TargetSummary], Fit | None]
    advise_metric: Callable[[TargetSummary | None], MetricAdvice]

"""What a kind of prediction is: when it fits a target, its network head, its metrics, losses and naive answers."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from engine.data.schema import TargetSummary

SeenAs = Literal["binary", "multiclass", "regression"]


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
class LossAdvice:
    """The loss that stands in for a metric, and why."""

    name: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One kind of prediction.

    `worker` names what the worker has to know of it, an `engine.training.kind.Kind`. `naive` names its naive answers,
    `metrics` entries of `engine.stats.catalogue`, `losses` those of `engine.training.losses`, the usual one first.
    `head` is the activation of the last layer. `classes`: each row is of one of several classes, `ordered`: that have
    an order, `weighable`: of which rare ones may weigh more in the loss. `threshold`: a yes is said from a probability
    on, which costs may move. `seen_as`: as what the audit sees the target. `several`: whether it can predict several
    columns. `ends`: whether it needs to know two ends that the target lies between. `lists`: rows are put in order
    within lists, which `framing.group` names; y is (n, 2) then, the number of the list last. `rules`: naive answers
    that learned too much to be the bar, which the network is compared with as with any rule that a person can read.
    `masks`: a row's answer is the class of every point of its picture. `past`: rows are moments of series, and what is
    known before each is its input.
    `families` names the only families of networks that can learn it; without, all that fit the inputs do, the one named
    `first` before the others.
    """

    name: str
    title: str
    depth: Literal["REAL", "MODEST", "PLAN-ONLY"]
    worker: str
    head: Literal["sigmoid", "softmax", "linear", "exponential", "pixels", "anchored"]
    metrics: tuple[str, ...]
    losses: tuple[str, ...]
    naive: tuple[str, ...]
    fits: Callable[[TargetSummary], Fit | None]
    advise_metric: Callable[[TargetSummary | None], MetricAdvice]
    advise_loss: Callable[[str, TargetSummary | None], LossAdvice]
    seen_as: SeenAs
    classes: bool = False
    ordered: bool = False
    weighable: bool = False
    threshold: bool = False
    several: bool = False
    ends: bool = False
    lists: bool = False
    rules: tuple[str, ...] = ()
    masks: bool = False
    past: bool = False
    families: tuple[str, ...] = ()
    first: str = ""

    def fit(self, target: TargetSummary) -> Fit | None:
        """Whether it fits the target: its values, and how many columns it is."""
        return None if target.others and not self.several else self.fits(target)

"""Which losses there are, and which one stands in for a metric; instant, imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.schema import TargetSummary
from engine.stats.catalogue import METRIC_INFO
from engine.tasks import TASKS
from engine.tasks.advice import STEPS


@dataclass(frozen=True, slots=True)
class Loss:
    """A loss by name: its title, and what it makes the network predict."""

    name: str
    title: str
    predicts: str


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("binary_crossentropy", "cross-entropy", "the probability of the positive class"),
        Loss("sparse_categorical_crossentropy", "cross-entropy", "the probability of each class"),
        Loss("mean_squared_error", "squared error", "the mean"),
        Loss("mean_absolute_error", "absolute error", "the median"),
        Loss("poisson", "Poisson deviance", "the rate of a count"),
        Loss("share_deviance", "cross-entropy of a share", "the mean of a share"),
        Loss("pinball", "quantile loss", "quantiles"),
        Loss("listwise", "cross-entropy of lists", "an order of the rows of a list"),
        Loss("pixel_crossentropy", "cross-entropy of every point", "the shares of the classes at each point"),
        Loss("pixel_dice", "cross-entropy and overlap", "areas that overlap those of the masks"),
        Loss("huber", "Huber: squared near 0, absolute beyond", "between mean and median"),
    )
}


def offered(task: str) -> tuple[Loss, ...]:
    """The losses of a task, the usual one first."""
    return tuple(LOSSES[name] for name in TASKS[task].losses) if task in TASKS else ()


def surrogate(task: str, metric: str, target: TargetSummary | None = None) -> tuple[str, str]:
    """The loss that stands in for a metric, and why (METHODS D1 and D8). Errors: KeyError for an unknown task."""
    advised = TASKS[task].advise_loss(metric, target)
    return advised.name, advised.reason


def refusal(task: str, name: str, metric: str, target: TargetSummary | None = None) -> str:
    """Why this name cannot be the loss of the task, with the one to take instead; empty where it can."""
    if name in TASKS[task].losses:
        return ""
    instead, _ = surrogate(task, name if name in TASKS[task].metrics else metric, target)
    if name in STEPS:
        return f"{name} cannot be a loss: {STEPS[name]}; choose {instead}, which stands in for it (baseline.loss)"
    if name in METRIC_INFO:
        return f"{name} is a metric: choose the loss {instead}, which stands in for it (baseline.loss)"
    known = ", ".join(loss.name for loss in offered(task))
    return f"{name} is not a loss for {task}: choose one of {known} (baseline.loss)"

"""Which loss stands in for a metric, and why; instant, imports nothing heavy."""

from __future__ import annotations

from dataclasses import dataclass

from engine.data.schema import TargetSummary
from engine.stats.catalogue import METRIC_INFO

FAR = 10.0
"""Standard deviations from the mean beyond which one row's squared error would outweigh a hundred usual rows'."""


@dataclass(frozen=True, slots=True)
class Loss:
    """A Keras loss by name: its title, the tasks it serves, and what it makes the network predict."""

    name: str
    title: str
    tasks: tuple[str, ...]
    predicts: str


LOSSES: dict[str, Loss] = {
    loss.name: loss
    for loss in (
        Loss("binary_crossentropy", "cross-entropy", ("binary",), "the probability of the positive class"),
        Loss("sparse_categorical_crossentropy", "cross-entropy", ("multiclass",), "the probability of each class"),
        Loss("mean_squared_error", "squared error", ("regression",), "the mean"),
        Loss("mean_absolute_error", "absolute error", ("regression",), "the median"),
        Loss("huber", "Huber: squared near 0, absolute beyond", ("regression",), "between mean and median"),
    )
}

STEPS = {
    "accuracy": "it counts right answers, which do not change with a small step of the weights",
    "balanced_accuracy": "it counts right answers, which do not change with a small step of the weights",
    "f1": "it counts answers over all rows: it jumps at the threshold and is not a mean over a mini-batch",
    "macro_f1": "it counts answers over all rows: it jumps at the threshold and is not a mean over a mini-batch",
    "roc_auc": "it ranks all rows: on a mini-batch of one class it is not defined",
    "average_precision": "it ranks all rows: on a mini-batch of one class it is not defined",
}
"""Metrics that no gradient can follow, and why."""


def offered(task: str) -> tuple[Loss, ...]:
    """The losses of a task, the usual one first."""
    return tuple(loss for loss in LOSSES.values() if task in loss.tasks)


def surrogate(task: str, metric: str, target: TargetSummary | None = None) -> tuple[str, str]:
    """The loss that stands in for a metric, and why (METHODS D1 and D8; Huber, 1964, for far values)."""
    first = offered(task)[0].name
    if task != "regression":
        if metric in STEPS:
            return (
                first,
                f"{metric} cannot be trained on ({STEPS[metric]}); cross-entropy leads there, then a threshold",
            )
        return first, "honest probabilities are lowest in cross-entropy"
    if metric == "mae":
        return "mean_absolute_error", "the mean absolute error is the metric itself"
    if _far(target):
        return "huber", f"a value lies more than {FAR:g} standard deviations out: its square would drown the others"
    return "mean_squared_error", f"{metric or 'the metric'} is best where the squared error is lowest"


def refusal(task: str, name: str, metric: str, target: TargetSummary | None = None) -> str:
    """Why this name cannot be the loss of the task, with the one to take instead; empty where it can."""
    if name in LOSSES and task in LOSSES[name].tasks:
        return ""
    instead, _ = surrogate(task, name if name in METRIC_INFO and task in METRIC_INFO[name].tasks else metric, target)
    if name in STEPS:
        return f"{name} cannot be a loss: {STEPS[name]}; choose {instead}, which stands in for it (baseline.loss)"
    if name in METRIC_INFO:
        return f"{name} is a metric: choose the loss {instead}, which stands in for it (baseline.loss)"
    known = ", ".join(loss.name for loss in offered(task))
    return f"{name} is not a loss for {task}: choose one of {known} (baseline.loss)"


def _far(target: TargetSummary | None) -> bool:
    if target is None or not target.std or target.mean is None or target.minimum is None or target.maximum is None:
        return False
    return max(target.maximum - target.mean, target.mean - target.minimum) > FAR * target.std

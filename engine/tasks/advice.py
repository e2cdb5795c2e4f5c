"""What several tasks advise alike: which loss stands in for a metric."""

from collections.abc import Callable

from engine.data.schema import TargetSummary
from engine.task import LossAdvice

FAR = 10.0
"""Standard deviations from the mean beyond which one row's squared error would outweigh a hundred usual rows'."""

STEPS = {
    "accuracy": "it counts right answers, which do not change with a small step of the weights",
    "balanced_accuracy": "it counts right answers, which do not change with a small step of the weights",
    "f1": "it counts answers over all rows: it jumps at the threshold and is not a mean over a mini-batch",
    "macro_f1": "it counts answers over all rows: it jumps at the threshold and is not a mean over a mini-batch",
    "roc_auc": "it ranks all rows: on a mini-batch of one class it is not defined",
    "average_precision": "it ranks all rows: on a mini-batch of one class it is not defined",
    "hamming_loss": "it counts wrong labels, which do not change with a small step of the weights",
    "micro_f1": "it counts labels over all rows: it jumps at the threshold and is not a mean over a mini-batch",
    "label_f1": "it counts labels over all rows: it jumps at the threshold and is not a mean over a mini-batch",
    "subset_accuracy": "it counts rows that are wholly right, which do not change with a small step of the weights",
    "quadratic_kappa": "it counts grades over all rows: it jumps between grades and is not a mean over a mini-batch",
    "grade_error": "it counts grades, which do not change with a small step of the weights",
}
"""Metrics that no gradient can follow, and why."""


def entropy(loss: str) -> Callable[[str, TargetSummary | None], LossAdvice]:
    """Advice of a cross-entropy, whatever the metric."""

    def advise(metric: str, target: TargetSummary | None) -> LossAdvice:
        if metric in STEPS:
            why = f"{metric} cannot be trained on ({STEPS[metric]}); cross-entropy leads there, then a threshold"
            return LossAdvice(loss, why)
        return LossAdvice(loss, "honest probabilities are lowest in cross-entropy")

    return advise


def far(target: TargetSummary | None) -> bool:
    """Whether a value lies so far out that its square would drown the others."""
    if target is None or not target.std or target.mean is None or target.minimum is None or target.maximum is None:
        return False
    return max(target.maximum - target.mean, target.mean - target.minimum) > FAR * target.std

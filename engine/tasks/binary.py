"""Binary classification: one of two classes for each row."""

from engine.data.schema import TargetSummary
from engine.task import Fit, MetricAdvice, Task
from engine.tasks.advice import entropy

RARE = 0.10
"""Below this share of positives, ranking all rows says little: average precision is advised."""


def fits(target: TargetSummary) -> Fit | None:
    if target.distinct != 2:
        return None
    return Fit(1.0, f"{target.column} takes exactly two values")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    share = minority_share(target)
    if share is not None and share < RARE:
        return MetricAdvice(
            "average_precision",
            f"only {share:.1%} are in the rarer class: always answering the other is right too often",
        )
    return MetricAdvice("roc_auc", "ranking quality does not depend on a threshold, which is chosen later from costs")


def minority_share(target: TargetSummary | None) -> float | None:
    """Share of the rarer class among labelled rows, 0 to 0.5; None when nothing is known."""
    if target is None or not target.counts:
        return None
    counts = [top.count for top in target.counts]
    return min(counts) / sum(counts)


TASK = Task(
    name="binary",
    title="Binary classification: yes or no for each row",
    depth="REAL",
    worker="engine.training.kinds.classes:TWO",
    head="sigmoid",
    metrics=("roc_auc", "average_precision", "accuracy", "balanced_accuracy", "f1", "log_loss", "brier"),
    losses=("binary_crossentropy",),
    naive=("majority", "prior", "one_rule"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=entropy("binary_crossentropy"),
    seen_as="binary",
    classes=True,
    weighable=True,
    threshold=True,
)

"""Multi-class classification: one of several classes for each row."""

from engine.data.scales import are_names, in_order
from engine.data.schema import TargetSummary
from engine.task import Fit, MetricAdvice, Task
from engine.tasks.advice import entropy

MAX_CLASSES = 50
UNEVEN = 10
"""Largest class over smallest class: above it, accuracy would hide the small ones."""


def fits(target: TargetSummary) -> Fit | None:
    if target.distinct < 3 or target.distinct > MAX_CLASSES:
        return None
    if target.separators:
        return Fit(0.3, f"each different set of labels in {target.column} would be a class of its own")
    words = [top.value for top in target.counts]
    if target.kind == "categorical" and in_order(words) is not None and not are_names(target.kind, words):
        return Fit(0.7, f"{target.column} takes {target.distinct} values that are words, though they seem to be grades")
    if target.kind in ("categorical", "boolean", "text"):
        return Fit(1.0, f"{target.column} takes {target.distinct} values that are words, not amounts")
    if target.kind == "numeric" and target.integer and target.distinct <= 20:
        return Fit(0.55, f"{target.column} takes only {target.distinct} whole numbers, which may be grades or codes")
    return None


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    counts = [top.count for top in target.counts] if target else []
    if counts and max(counts) > UNEVEN * min(counts):
        ratio = max(counts) / min(counts)
        return MetricAdvice(
            "macro_f1", f"the largest class is {ratio:.0f} times the smallest: every class counts the same"
        )
    return MetricAdvice(
        "accuracy", "the classes are of similar size, and the share of right answers is understood by all"
    )


TASK = Task(
    name="multiclass",
    title="Multi-class classification: one of several classes",
    depth="REAL",
    worker="engine.training.kinds.classes:MANY",
    head="softmax",
    metrics=("accuracy", "balanced_accuracy", "macro_f1", "log_loss"),
    losses=("sparse_categorical_crossentropy",),
    naive=("majority", "prior", "one_rule"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=entropy("sparse_categorical_crossentropy"),
    seen_as="multiclass",
    classes=True,
    weighable=True,
)

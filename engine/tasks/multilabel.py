"""Multi-label classification: any number of labels for each row."""

from engine.data.schema import TargetSummary
from engine.task import Fit, MetricAdvice, Task
from engine.tasks.advice import entropy

MOST = 50


def fits(target: TargetSummary) -> Fit | None:
    columns = (target, *target.others)
    if target.others:
        if any(column.distinct != 2 for column in columns):
            return None
        return Fit(1.0, f"each of the {len(columns)} columns says yes or no: a row may have any number of labels")
    if target.separators and target.labels >= 2:
        marks = " and ".join(f'"{sign}"' for sign in target.separators)
        return Fit(0.9, f"cells of {target.column} hold several of {target.labels} labels, divided by {marks}")
    return None


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("micro_f1", "labels that are given rarely count as hits and misses, not as easy no's")


TASK = Task(
    name="multilabel",
    title="Multi-label classification: any number of labels",
    depth="REAL",
    worker="engine.training.kinds.labels:KIND",
    head="sigmoid",
    metrics=("micro_f1", "label_f1", "hamming_loss", "subset_accuracy"),
    losses=("binary_crossentropy",),
    naive=("majority", "prior", "frequent"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=entropy("binary_crossentropy"),
    seen_as="regression",
    several=True,
)

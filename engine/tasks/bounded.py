"""Bounded regression: a share or score between two known ends."""

from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task
from engine.tasks.amounts import named_share, within_one


def fits(target: TargetSummary) -> Fit | None:
    if target.kind != "numeric" or target.distinct < 3:
        return None
    if within_one(target):
        weight = 0.9 if named_share(target) else 0.7
        return Fit(weight, f"{target.column} lies between 0 and 1: no answer should lie outside")
    return Fit(0.3 if named_share(target) else 0.1, f"{target.column} is a number that may lie between two ends")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("rmse", "large errors cost more than small ones, and the unit is the target's own")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    if metric == "mae":
        return LossAdvice("share_deviance", "it learns the mean of a share, which is near its median")
    return LossAdvice("share_deviance", "the cross-entropy of a share is lowest at its mean, and knows of both ends")


TASK = Task(
    name="bounded",
    title="Bounded: a share or score between two ends",
    depth="REAL",
    worker="engine.training.kinds.bounded:KIND",
    head="sigmoid",
    metrics=("rmse", "mae", "r2"),
    losses=("share_deviance",),
    naive=("mean", "median", "persistence"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="regression",
    ends=True,
)

"""Scalar regression: an amount for each row."""

from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task
from engine.tasks.advice import FAR, far
from engine.tasks.amounts import like_count, named_count, within_one

HEAVY_TAIL = 2.0
"""Absolute skewness above which a few large values would rule the squared error."""


def fits(target: TargetSummary) -> Fit | None:
    if target.kind != "numeric" or target.distinct < 3:
        return None
    if target.integer and target.distinct <= 20:
        return Fit(0.45, f"{target.column} is a whole number with an order, so it may also be an amount")
    weight = 0.6 if named_count(target) or within_one(target) else 0.7 if like_count(target) else 1.0
    return Fit(weight, f"{target.column} is a number with {target.distinct:,} different values")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    if target is not None and target.skew is not None and abs(target.skew) > HEAVY_TAIL:
        return MetricAdvice(
            "mae", f"the target is skewed ({target.skew:+.1f}): squared errors would follow a few large values"
        )
    return MetricAdvice("rmse", "large errors cost more than small ones, and the unit is the target's own")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    """Huber (1964) for far values."""
    if metric == "mae":
        return LossAdvice("mean_absolute_error", "the mean absolute error is the metric itself")
    if far(target):
        why = f"a value lies more than {FAR:g} standard deviations out: its square would drown the others"
        return LossAdvice("huber", why)
    return LossAdvice("mean_squared_error", f"{metric or 'the metric'} is best where the squared error is lowest")


TASK = Task(
    name="regression",
    title="Regression: an amount for each row",
    depth="REAL",
    worker="engine.training.kinds.amounts:ONE",
    head="linear",
    metrics=("rmse", "mae", "r2"),
    losses=("mean_squared_error", "mean_absolute_error", "huber"),
    naive=("mean", "median", "persistence"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="regression",
)

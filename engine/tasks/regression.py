"""Scalar regression: an amount for each row."""

from engine.data.schema import TargetSummary
from engine.task import Fit, MetricAdvice, Task

HEAVY_TAIL = 2.0
"""Absolute skewness above which a few large values would rule the squared error."""


def fits(target: TargetSummary) -> Fit | None:
    if target.kind != "numeric" or target.distinct < 3:
        return None
    if target.integer and target.distinct <= 20:
        return Fit(0.45, f"{target.column} is a whole number with an order, so it may also be an amount")
    return Fit(1.0, f"{target.column} is a number with {target.distinct:,} different values")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    if target is not None and target.skew is not None and abs(target.skew) > HEAVY_TAIL:
        return MetricAdvice(
            "mae", f"the target is skewed ({target.skew:+.1f}): squared errors would follow a few large values"
        )
    return MetricAdvice("rmse", "large errors cost more than small ones, and the unit is the target's own")


TASK = Task(
    name="regression",
    title="Regression: an amount for each row",
    depth="REAL",
    classes=False,
    head="linear",
    metrics=("rmse", "mae", "r2"),
    naive=("mean", "median", "persistence"),
    fits=fits,
    advise_metric=advise_metric,
)

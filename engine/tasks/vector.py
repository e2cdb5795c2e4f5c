"""Vector regression: several amounts for each row."""

from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task


def fits(target: TargetSummary) -> Fit | None:
    columns = (target, *target.others)
    if len(columns) < 2 or any(column.kind != "numeric" for column in columns):
        return None
    if all(column.distinct <= 2 for column in columns):
        return Fit(0.2, "the columns are numbers, though of two values each")
    return Fit(1.0, f"{len(columns)} numbers are to be told for each row")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("relative_rmse", "each target counts the same, whatever its unit: 1 is always saying its mean")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    if metric == "relative_mae":
        return LossAdvice("mean_absolute_error", "on scaled targets the mean absolute error is the metric itself")
    return LossAdvice("mean_squared_error", "on scaled targets the squared error counts each target the same")


TASK = Task(
    name="vector",
    title="Vector regression: several amounts for each row",
    depth="REAL",
    worker="engine.training.kinds.amounts:SEVERAL",
    head="linear",
    metrics=("relative_rmse", "relative_mae", "mean_r2"),
    losses=("mean_squared_error", "mean_absolute_error", "huber"),
    naive=("mean", "median", "persistence"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="regression",
    several=True,
)

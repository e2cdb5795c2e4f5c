"""Forecasting: the value of a series some steps ahead, from what was known by then."""

from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task


def fits(target: TargetSummary) -> Fit | None:
    if target.kind != "numeric" or target.distinct < 3:
        return None
    return Fit(0.25, f"{target.column} may also be predicted from its own past, where rows have a time")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("mae", "MASE, its ratio to the error of a naive forecast, is told beside it")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    if metric == "mae":
        return LossAdvice("mean_absolute_error", "the mean absolute error is the metric itself")
    return LossAdvice("mean_squared_error", f"{metric or 'the metric'} is best where the squared error is lowest")


TASK = Task(
    name="forecast",
    title="Forecast: a value of a series from those before it",
    depth="REAL",
    worker="engine.training.kinds.forecast:KIND",
    head="anchored",
    metrics=("mae", "rmse", "r2"),
    losses=("mean_absolute_error", "mean_squared_error", "huber"),
    naive=("persistence", "seasonal_naive", "drift"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="regression",
    past=True,
    # Series are short: one network that stops too early or too late is far off, the mean of many is not.
    first="ensemble of members with periodic numbers",
)

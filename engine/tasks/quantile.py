"""Quantile regression: a range for each row that holds the truth as often as it says."""

from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task


def fits(target: TargetSummary) -> Fit | None:
    if target.kind != "numeric" or target.distinct < 20:
        return None
    return Fit(0.2, f"a range of {target.column} can be told instead of one number")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("pinball_loss", "it is lowest where every quantile is exceeded as often as it says")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    return LossAdvice("pinball", "the quantile loss is lowest at the quantiles themselves")


TASK = Task(
    name="quantile",
    title="Quantiles: a range instead of one number",
    depth="REAL",
    worker="engine.training.kinds.quantiles:KIND",
    head="linear",
    metrics=("pinball_loss", "interval_score"),
    losses=("pinball",),
    naive=("quantiles", "persistence"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="regression",
)

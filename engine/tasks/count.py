"""Count regression: how often something happens."""

from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task
from engine.tasks.amounts import counted, like_count, named_count


def fits(target: TargetSummary) -> Fit | None:
    if not counted(target) or target.distinct < 3:
        return None
    if named_count(target):
        return Fit(0.8, f"{target.column} holds whole numbers from 0 on and is called a count")
    if like_count(target):
        return Fit(0.5, f"{target.column} holds whole numbers from {target.minimum:,g} on, as counts do")
    return Fit(0.2, f"{target.column} holds whole numbers from 0 on, so it may be a count")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("poisson_deviance", "large counts vary more than small ones: an error counts against its rate")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    if metric == "poisson_deviance":
        return LossAdvice("poisson", "the Poisson deviance is the metric itself, and no rate is below 0")
    return LossAdvice("poisson", "it learns the mean of a count without being ruled by the large ones")


TASK = Task(
    name="count",
    title="Count: how often something happens",
    depth="REAL",
    worker="engine.training.kinds.counts:KIND",
    head="exponential",
    metrics=("poisson_deviance", "rmse", "mae", "r2"),
    losses=("poisson",),
    naive=("mean", "median", "persistence"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="regression",
)

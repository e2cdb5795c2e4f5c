"""Ranking: the rows of a query, a search, a session put in order."""

from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task

MOST = 31
"""Different grades: what a row is worth doubles with each."""


def fits(target: TargetSummary) -> Fit | None:
    if target.kind not in ("numeric", "boolean") or (target.kind == "numeric" and not target.integer):
        return None
    if target.distinct > MOST or (target.minimum is not None and target.minimum < 0):
        return None
    if target.lists:
        return Fit(0.95, f"{target.lists} says which rows stand in one list, and {target.column} how good each is")
    return Fit(0.1, f"rows could be put in order by {target.column}, within lists that a column names (framing.group)")


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("ndcg_5", "people look at the first few rows: a good row counts the more the higher it stands")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    return LossAdvice("listwise", f"{metric or 'the metric'} jumps when rows swap places; this loss leads there softly")


TASK = Task(
    name="ranking",
    title="Ranking: the rows of a query put in order",
    depth="REAL",
    worker="engine.training.kinds.ranking:KIND",
    head="linear",
    metrics=("ndcg_5", "ndcg_10", "mrr"),
    losses=("listwise",),
    naive=("constant", "popularity", "one_feature"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="regression",
    lists=True,
    rules=("one_feature",),
)

"""Ordinal regression: one of several grades, which have an order."""

from engine.data.scales import are_names, in_order
from engine.data.schema import TargetSummary
from engine.task import Fit, LossAdvice, MetricAdvice, Task

FEWEST, MOST = 3, 12


def fits(target: TargetSummary) -> Fit | None:
    if not FEWEST <= target.distinct <= MOST or target.separators:
        return None
    words = [top.value for top in target.counts]
    if in_order(words) is None:
        return None
    if are_names(target.kind, words):
        return Fit(0.5, f"{target.column} takes {target.distinct} numbers that are names, which may be grades")
    if target.kind != "numeric":
        return Fit(0.9, f"{target.column} takes {target.distinct} values that have an order, such as {words[0]}")
    if not target.integer:
        return Fit(0.3, f"{target.column} takes only {target.distinct} numbers, which may be grades")
    values = sorted(float(word) for word in words)
    if values[-1] - values[0] == len(values) - 1:
        return Fit(0.6, f"{target.column} takes the whole numbers {words_of(values)}: grades, it seems")
    return Fit(0.4, f"{target.column} takes only {target.distinct} whole numbers, which may be grades")


def words_of(values: list[float]) -> str:
    return f"{values[0]:g} to {values[-1]:g}"


def advise_metric(target: TargetSummary | None) -> MetricAdvice:
    return MetricAdvice("quadratic_kappa", "far misses cost more than near ones, and agreement by chance is taken off")


def advise_loss(metric: str, target: TargetSummary | None) -> LossAdvice:
    return LossAdvice(
        "binary_crossentropy", "for every grade it is learned whether it is reached, so that near grades are alike"
    )


TASK = Task(
    name="ordinal",
    title="Ordinal regression: grades that have an order",
    depth="REAL",
    worker="engine.training.kinds.grades:KIND",
    head="sigmoid",
    metrics=("quadratic_kappa", "grade_error", "ranked_probability"),
    losses=("binary_crossentropy",),
    naive=("median", "majority", "prior", "one_rule"),
    fits=fits,
    advise_metric=advise_metric,
    advise_loss=advise_loss,
    seen_as="multiclass",
    classes=True,
    ordered=True,
)

"""Choose the number that decides, what it has to reach, and the smallest gain that matters."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.data.schema import TargetSummary
from engine.findings import waiting
from engine.stats.catalogue import METRIC_INFO
from engine.stats.power import spread_for
from engine.step import Step
from engine.steps.predicted import by_threshold, task_of
from engine.steps.reads import ROWS
from engine.steps.series import facts_of
from engine.tasks import TASKS
from engine.values import (
    Advice,
    Advised,
    Ask,
    Choice,
    Named,
    NonNegative,
    Note,
    Positive,
    Section,
    Share,
    Value,
    Verdict,
)

if TYPE_CHECKING:
    from engine.steps import Plan

GAIN_SHARE = 0.02
"""Smallest gain that matters on a metric between 0 and 1, when nobody names one."""

GAIN_OF_SPREAD = 0.05
"""The same for an error in the target's unit, as a share of the target's standard deviation."""


class Size(Value, frozen=True, kw_only=True):
    """How many of something are needed to see what matters, and by which reckoning."""

    what: str
    count: int
    how: str


class MetricResult(Value, frozen=True):
    """What naive answers score on the development rows, in every metric of the task."""

    naive: tuple[Named, ...] = ()
    positives: int | None = None
    rows: int = 0
    value_per_thousand: float | None = None
    """Worth of perfect decisions per 1000 rows at the stated prevalence and values; None when no value was named."""
    sizes: tuple[Size, ...] = ()
    """Where people or an experiment decide and no file: how many judgements or decisions that takes."""
    hours: float | None = None
    """Hours of work of the raters, and what they cost, where seconds and prices are known."""
    cost: float | None = None


def metric_choices(plan: Plan) -> tuple[Choice, ...]:
    task = task_of(plan)
    names = task.metrics if task else tuple(METRIC_INFO)
    return tuple(Choice(name, METRIC_INFO[name].title) for name in names)


def positive_choices(plan: Plan) -> tuple[Choice, ...]:
    target = _target(plan)
    return tuple(Choice(top.value, top.value, f"{top.count:,} rows") for top in target.counts) if target else ()


class Metric(Section, frozen=True):
    primary: Annotated[str | None, Ask("Which number decides?", choices=metric_choices)] = None
    positive: Annotated[
        str | None,
        Ask(
            "The class to find",
            "the one that asks for action",
            choices=positive_choices,
            applies=by_threshold,
            free=True,
        ),
    ] = None
    goal: Annotated[float | None, Ask("Good enough at", "empty = beat the baseline")] = None
    gain: Annotated[Positive | None, Ask("Smallest gain that matters", "a smaller difference would change nothing")] = (
        None
    )
    cost_fn: Annotated[
        NonNegative | None, Ask("Cost of a miss", "a positive called negative", applies=by_threshold)
    ] = None
    cost_fp: Annotated[
        NonNegative | None, Ask("Cost of a false alarm", "a negative called positive", applies=by_threshold)
    ] = None
    value_tp: Annotated[NonNegative | None, Ask("Worth of a hit", "a positive found in time", applies=by_threshold)] = (
        None
    )
    prevalence: Annotated[
        Share | None, Ask("Share of positives in use", "0 to 1; empty = as in the data", applies=by_threshold)
    ] = None
    result: MetricResult | None = None


def _target(plan: Plan) -> TargetSummary | None:
    if plan.data.result and plan.data.result.target:
        return plan.data.result.target
    return plan.framing.result.target if plan.framing.result else None


def advise(plan: Plan) -> Advice:
    own, task = plan.metric, task_of(plan)
    if task is None:
        return Advice(notes=(Note("blocker", "the kind of prediction is not known yet: answer framing.task"),))
    target = _target(plan)
    advised = task.advise_metric(target)
    answers = {"primary": Advised(advised.name, advised.reason)}
    chosen = own.primary or advised.name
    facts = facts_of(plan)
    answers["gain"] = _advised_gain(chosen, target, facts.error if facts else 0.0)
    if by_threshold(plan) and target and target.counts:
        rarer = min(target.counts, key=lambda top: (top.count, top.value))
        answers["positive"] = Advised(_positive_word(target) or rarer.value, "the class one usually looks for")
    return Advice(answers, tuple(_notes(plan, chosen, target)))


def _positive_word(target: TargetSummary) -> str | None:
    """The value that says yes in words or as 1, when exactly one does."""
    said = [top.value for top in target.counts if top.value.strip().lower() in ("1", "yes", "true", "y", "positive")]
    return said[0] if len(said) == 1 else None


def _advised_gain(metric: str, target: TargetSummary | None, naive: float) -> Advised:
    """`naive`: how far off a naive forecast is, 0 where nothing is forecast."""
    if METRIC_INFO[metric].unit == "target" and naive:
        return Advised(float(f"{GAIN_OF_SPREAD * naive:.2g}"), f"{GAIN_OF_SPREAD:.0%} of a naive forecast's error")
    if METRIC_INFO[metric].unit == "target" and target is not None and target.std:
        size = float(f"{GAIN_OF_SPREAD * target.std:.2g}")
        return Advised(size, f"{GAIN_OF_SPREAD:.0%} of the target's spread (standard deviation {target.std:.4g})")
    spread = spread_for(metric, target.std, target.mean) if target else None
    if METRIC_INFO[metric].unit == "deviance" and spread:
        size = float(f"{GAIN_OF_SPREAD * spread**2:.2g}")
        return Advised(size, f"{GAIN_OF_SPREAD:.0%} of what always saying the mean leaves (about {spread**2:.4g})")
    return Advised(GAIN_SHARE, "two points are felt in most uses; name your own if you know it")


def _notes(plan: Plan, chosen: str, target: TargetSummary | None) -> list[Note]:
    own, notes, task = plan.metric, list(waiting(plan)), TASKS[plan.framing.task or ""]
    if chosen not in task.metrics:
        notes.append(
            Note("blocker", f"{chosen} does not measure {plan.framing.task}: choose another metric (metric.primary)")
        )
    counts = [top.count for top in target.counts] if target and task.classes else []
    if chosen == "accuracy" and counts and max(counts) / sum(counts) > 0.8:
        notes.append(
            Note(
                "warning",
                f"always answering the largest class already scores {max(counts) / sum(counts):.1%} in accuracy",
            )
        )
    naive = [named.score for named in own.result.naive if named.score.metric == chosen] if own.result else []
    if naive and own.goal is not None:
        better = max if METRIC_INFO[chosen].greater_is_better else min
        best = better(score.value for score in naive)
        if better(best, own.goal) == best and best != own.goal:
            notes.append(
                Note("warning", f"a naive answer already scores {best:.4g}: the goal of {own.goal:g} asks for nothing")
            )
    ceiling = plan.labels.result.ceiling if plan.labels.result else None
    if chosen == "accuracy" and ceiling is not None and own.goal is not None and own.goal > ceiling:
        notes.append(
            Note("warning", f"the goal of {own.goal:g} is above what the labels allow: at most about {ceiling:.3g}")
        )
    if by_threshold(plan) and (own.cost_fn is None) != (own.cost_fp is None):
        notes.append(Note("note", "one of the two costs is missing, so the threshold cannot follow from costs"))
    return notes


def verdict(plan: Plan) -> Verdict:
    result = plan.metric.result
    if result is None:
        return Verdict(outcome="undecided", reason="naive answers are not scored yet")
    primary = plan.metric.primary or ""
    task = task_of(plan)
    scores = [named for named in result.naive if named.score.metric == primary]
    scores = [named for named in scores if task is None or named.name not in task.rules]
    if not scores:
        return Verdict(outcome="undecided", reason=f"no naive answer can be scored by {primary}")
    choose = max if METRIC_INFO[primary].greater_is_better else min
    best = choose(scores, key=lambda named: named.score.value)
    return Verdict(
        outcome="passed",
        reason=f"{primary} decides; the naive answer to beat is {best.name} with {best.score.value:.4g}",
    )


STEP = Step(
    name="metric",
    title="The number that decides",
    word="Metric",
    section=Metric,
    reads=(
        *ROWS,
        "framing.volume",
        "framing.result",
        "labels.result",
    ),
    advise=advise,
    verdict=verdict,
    job="engine.work.metric:run",
    needs=("data",),
)

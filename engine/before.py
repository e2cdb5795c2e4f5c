"""What an attempt that was given up had found, in a few words, for the attempts that come after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from engine.stats.catalogue import METRIC_INFO
from engine.values import Count, Score, Value

if TYPE_CHECKING:
    from engine.steps import Plan, Project


class Before(Value, frozen=True, kw_only=True):
    """An archived attempt: what was asked, why it ended, its hypotheses, and what may save the next one work."""

    attempt: Count
    asked: str
    reason: str
    verdict: str = ""
    hypotheses: tuple[str, ...] = ()
    upper: float | None = None
    """An improvement over the bar was below this with 95 %, in the metric's unit."""
    rows_needed: int | None = None
    metric: str = ""
    best: str = ""
    """The best reference or naive answer, with its score."""
    tried: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    """Changes of the inputs that the paired test let in."""


def summary(plan: Plan, reason: str) -> Before:
    """The present attempt in a few words."""
    target = ", ".join(plan.framing.target or ()) or "no target"
    asked = f"{plan.framing.task or 'kind not known'} of {target}"
    result = plan.baseline.result
    if result is None:
        return Before(attempt=plan.project.attempt, asked=asked, reason=reason)
    metric = result.network.score.metric
    sign = 1 if METRIC_INFO[metric].greater_is_better else -1
    scored = [each for each in (*result.naive, *result.references) if each.score.metric == metric]
    best = max(scored, key=lambda each: sign * each.score.value, default=None)
    return Before(
        attempt=plan.project.attempt,
        asked=asked,
        reason=reason,
        verdict=result.sentence,
        hypotheses=tuple(f"{each.name} {each.state}" for each in result.hypotheses),
        upper=result.upper,
        rows_needed=result.comparison.rows_needed if result.outcome == "underpowered" else None,
        metric=metric,
        best="" if best is None else f"{best.name} {_number(best.score)}",
        tried=tuple(
            f"{each.family or 'network'}, {each.layers} x {each.units}: {each.score:.4g}" for each in result.attempts
        ),
        inputs=tuple(trial.what for trial in result.data_trials if trial.accepted),
    )


def given_up(plan: Plan, reason: str) -> Project:
    """The header of the attempt after this one."""
    found = summary(plan, reason)
    return structs.replace(plan.project, attempt=plan.project.attempt + 1, before=(*plan.project.before, found))


def told(before: Before) -> str:
    """An attempt in one sentence."""
    parts = [f"attempt {before.attempt} ({before.asked}) was given up: {before.reason}"]
    if before.hypotheses:
        parts.append(", ".join(before.hypotheses))
    if before.upper is not None:
        parts.append(f"{before.metric} could improve by less than {before.upper:.3g}")
    if before.rows_needed is not None:
        parts.append(f"about {before.rows_needed:,} rows were needed")
    if before.best:
        parts.append(f"the best other answer was {before.best}")
    if before.inputs:
        parts.append(f"other inputs helped: {', '.join(before.inputs)}")
    return "; ".join(parts)


def _number(score: Score) -> str:
    return f"{score.value:.4g}"

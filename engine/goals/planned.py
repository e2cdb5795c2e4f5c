"""The steps of a plan-only goal: what has a closed form is computed, what would train says that it does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from engine.goals import GOALS
from engine.step import Step
from engine.steps import STEPS
from engine.values import Advice, Advised, Note, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan

IDLE = ("preparation", "protocol", "baseline", "overfit", "tuning", "evaluation")


def generation(plan: Plan) -> dict[str, Step]:
    """Ratings by people decide: how many are needed."""
    return _steps(plan, "engine.work.sizes:ratings", _of_ratings)


def reinforcement(plan: Plan) -> dict[str, Step]:
    """Logged decisions and an experiment decide: how many are needed."""
    return _steps(plan, "engine.work.sizes:logs", _of_logs)


def _steps(plan: Plan, sizes: str, advise: Callable[[Plan], Advice]) -> dict[str, Step]:
    found = {name: replace(STEPS[name], advise=_nothing, verdict=_idle, job="", needs=()) for name in IDLE}
    if not plan.framing.data:
        found["data"] = replace(STEPS["data"], advise=_nothing, verdict=_without_data, job="")
    found["framing"] = replace(STEPS["framing"], verdict=_framed)
    read = ("framing.task", "labels.seconds_each", "labels.hourly_rate")
    found["metric"] = replace(STEPS["metric"], advise=advise, verdict=_sized, job=sizes, reads=read, needs=())
    found["deployment"] = replace(STEPS["deployment"], verdict=_judged, job="engine.work.deployment:judged", needs=())
    return found


def _nothing(plan: Plan) -> Advice:
    return Advice()


def _said(plan: Plan) -> str:
    goal = GOALS[plan.framing.task or ""]
    return f"{goal.sentence}; to have it trained: {'; or '.join(goal.instead)}"


def _idle(plan: Plan) -> Verdict:
    return Verdict(outcome="undecided", reason=GOALS[plan.framing.task or ""].sentence)


def _framed(plan: Plan) -> Verdict:
    return Verdict(outcome="passed", reason=_said(plan))


def _without_data(plan: Plan) -> Verdict:
    return Verdict(outcome="undecided", reason="no data file was named; the plan says what it would have to hold")


def _of_ratings(plan: Plan) -> Advice:
    reason = "of a hundred comparisons 55 instead of 50 go to the better one"
    return Advice({"gain": Advised(0.05, reason)}, (Note("note", _said(plan)),))


def _of_logs(plan: Plan) -> Advice:
    return Advice({"gain": Advised(0.02, "two points of a rate are felt in most uses")}, (Note("note", _said(plan)),))


def _sized(plan: Plan) -> Verdict:
    result = plan.metric.result
    if result is None or not result.sizes:
        return Verdict(outcome="undecided", reason="the sizes are not worked out yet")
    first = result.sizes[0]
    return Verdict(outcome="passed", reason=f"PLAN-ONLY: {first.what}: {first.count:,} ({first.how})")


def _judged(plan: Plan) -> Verdict:
    result = plan.deployment.result
    if result is None:
        return Verdict(outcome="undecided", reason="the places to run it are not judged yet")
    fits = ", ".join(option.target for option in result.options if option.fits)
    return Verdict(outcome="undecided", reason=f"PLAN-ONLY: {f'it could run at: {fits}' if fits else result.relax}")

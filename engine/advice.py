"""The plan with every unanswered question filled by its advice, step after step: pure, instant, no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from engine.questions import questions
from engine.step import Step
from engine.steps import steps_of
from engine.values import Advice

if TYPE_CHECKING:
    from engine.steps import Plan


class Resolved(NamedTuple):
    """The plan as it will be carried out, and the advice of each step."""

    plan: Plan
    advice: dict[str, Advice]


def resolve(plan: Plan) -> Resolved:
    """Fill what nobody answered with the advised answers; later steps see the filled answers of earlier ones."""
    advice = {}
    for step in steps_of(plan).values():
        advice[step.name] = step.advise(plan)
        plan = _filled(plan, step, advice[step.name])
    return Resolved(plan, advice)


def _filled(plan: Plan, step: Step, advice: Advice) -> Plan:
    changes: dict[str, Any] = {}
    for name, question in questions(step.name, step.section).items():
        applies = question.ask.applies(plan)
        answered = getattr(getattr(plan, step.name), name) is not None
        if answered and not applies:
            changes[name] = None
        elif not answered and applies and name in advice.answers and not question.ask.settle:
            changes[name] = advice.answers[name].value
        if changes:
            plan = with_answers(plan, step.name, **changes)
            changes = {}
    return plan


def with_answers(plan: Plan, step: str, **changes: Any) -> Plan:
    """The plan with some fields of one section replaced."""
    section = msgspec.structs.replace(getattr(plan, step), **changes)
    return msgspec.structs.replace(plan, **{step: section})


def restricted(plan: Plan, step: Step) -> Plan:
    """The plan as the job of a step may see it: its own answers, what it `reads`, and nothing else."""
    fresh: dict[str, Any] = {"project": plan.project}
    for path in step.reads:
        section, _, name = path.partition(".")
        part = fresh.get(section) or type(getattr(plan, section))()
        fresh[section] = msgspec.structs.replace(part, **{name: getattr(getattr(plan, section), name)})
    own = getattr(plan, step.name)
    fresh[step.name] = msgspec.structs.replace(own, result=None, record=None)
    return type(plan)(**fresh)


def against(plan: Plan, step: Step, advice: Advice) -> dict[str, str]:
    """The questions of a step that were answered otherwise than advised: name to the advice's reason."""
    section = getattr(plan, step.name)
    return {
        name: advised.reason
        for name, advised in advice.answers.items()
        if getattr(section, name) is not None and getattr(section, name) != advised.value
    }

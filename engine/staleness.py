"""Whether a result still belongs to the answers it came from: derived from fingerprints, never propagated."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from engine.advice import restricted
from engine.questions import questions
from engine.step import Step
from engine.steps import steps_of
from engine.values import Record

if TYPE_CHECKING:
    from engine.steps import Plan

LONGEST = 80
"""Values longer than this are remembered by digest only."""


def token(value: Any) -> str:
    """A value as short readable text, or its digest where it is long."""
    text = value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()
    return text if len(text) <= LONGEST else "sha256:" + hashlib.sha256(text.encode()).hexdigest()[:16]


def seen(plan: Plan, step: Step) -> dict[str, str]:
    """What a job of `step` would see, as tokens: each path it reads and each own answer. `plan` is resolved.

    Answers that are only given after the result (`settle`), and those that do not change it (`means`), are left out.
    """
    part = restricted(plan, step)
    asked = questions(step.name, step.section).items()
    own = [f"{step.name}.{name}" for name, question in asked if not (question.ask.settle or question.ask.means)]
    found = {}
    for path in (*step.reads, *own):
        section, _, name = path.partition(".")
        value = getattr(getattr(part, section), name)
        if value is not None and value != () and value != {}:
            found[path] = token(value)
    return found


def staleness(plan: Plan) -> dict[str, tuple[str, ...]]:
    """For every step, why its result no longer belongs to the resolved plan; empty when it does or there is none."""
    found: dict[str, tuple[str, ...]] = {}
    for step in steps_of(plan).values():
        found[step.name] = _because(plan, step, found)
    return found


def _because(plan: Plan, step: Step, earlier: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    section = getattr(plan, step.name)
    if section.result is None or section.record is None:
        return ()
    then, now = section.record.seen, _now(plan, step, section.record)
    reasons = [
        _changed(path, then.get(path), now.get(path)) for path in {**then, **now} if then.get(path) != now.get(path)
    ]
    for path in step.reads:
        upstream, _, name = path.partition(".")
        if name == "result" and earlier.get(upstream):
            reasons.append(f"{upstream} is stale itself")
    return tuple(reasons)


def _now(plan: Plan, step: Step, record: Record) -> dict[str, str]:
    """What a job would see now, with own answers that nobody gave, then or since, as they were then.

    Their advice may follow from the result itself; where it follows from elsewhere, the path it reads has changed.
    """
    now = seen(plan, step)
    for name, advised in step.advise(plan).answers.items():
        path = f"{step.name}.{name}"
        if (name in record.advised or path not in record.seen) and now.get(path) == token(advised.value):
            now.pop(path)
            now |= {path: then} if (then := record.seen.get(path)) is not None else {}
    return now


def _changed(path: str, then: str | None, now: str | None) -> str:
    if path.endswith(".result") or "sha256:" in f"{then}{now}":
        return f"{path} has changed since this ran"
    return f"{path} was {then or 'open'} when this ran, now {now or 'open'}"

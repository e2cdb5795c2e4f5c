"""What would change about the places to ship to if the limits of framing were others; nothing is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from engine.advice import resolve, with_answers
from engine.errors import UserError
from engine.questions import Question, check, parse, questions, show
from engine.steps.deployment import Option, options, relax
from engine.steps.framing import Framing
from engine.targets import TARGETS
from engine.targets.limits import LIMITS
from engine.values import Value

if TYPE_CHECKING:
    from engine.steps import Plan


class Place(Value, frozen=True):
    """One place to ship to: whether it fits now, whether it would, and the conditions that would not hold."""

    target: str
    title: str
    fits: bool
    would: bool
    why_not: tuple[str, ...]


class WhatIf(Value, frozen=True):
    """All places under other limits; `relax` says what would have to give where none would fit."""

    places: tuple[Place, ...]
    relax: str


def answers(plan: Plan) -> dict[str, Any]:
    """The limits as they are answered, or advised."""
    full = resolve(plan).plan
    return {name: getattr(full.framing, name) for name in LIMITS}


def read(plan: Plan, settings: list[str]) -> dict[str, Any]:
    """Other limits out of `framing.FIELD=VALUE` words. Errors: UserError naming the word."""
    found = {}
    for setting in settings:
        path, equals, text = setting.partition("=")
        name = path.strip().removeprefix("framing.")
        if not equals or name not in LIMITS:
            known = ", ".join(f"framing.{name}" for name in LIMITS)
            raise UserError(f"{setting!r}: what can be tried is {known}, as framing.private=yes")
        empty = text.strip() in ("", "none") and LIMITS[name].free is None
        found[name] = None if empty else check(asked(name), parse(asked(name), text, plan), plan)
    return found


def asked(name: str) -> Question:
    """The question of framing that a limit answers."""
    return questions("framing", Framing)[name]


def values_of(plan: Plan, name: str) -> tuple[Any, ...]:
    """What the answer could be, from no limit to the strictest; what it is now among them."""
    own, question, now = LIMITS[name], asked(name), getattr(plan.framing, name)
    if own.values:
        known = {*own.values, *([now] if now is not None else [])}
        return (None, *sorted(known, reverse=True))
    if question.kind == "yes-no":
        return (own.free, not own.free)
    return tuple(choice.value for choice in question.choices(plan))


def what_if(plan: Plan, changes: dict[str, Any]) -> WhatIf:
    """The places under these limits instead; pure."""
    now = {option.target: option for option in options(resolve(plan).plan)}
    full = resolve(with_answers(resolve(plan).plan, "framing", **changes)).plan
    return WhatIf(tuple(_place(now[option.target], option) for option in options(full)), relax(full))


def moved(plan: Plan, changes: dict[str, Any], name: str, by: int) -> dict[str, Any]:
    """The changes with one limit so many values further, where there are so many; one that is as it was is none."""
    now, known = answers(plan)[name], values_of(resolve(plan).plan, name)
    value = known[max(0, min(known.index(changes.get(name, now)) + by, len(known) - 1))]
    rest = {key: own for key, own in changes.items() if key != name}
    return rest if value == now else {**rest, name: value}


def words(name: str, value: Any) -> str:
    """A value as it is shown; no limit has a word of its own."""
    return "no limit" if value is None and LIMITS[name].free is None else show(value)


def _place(now: Option, then: Option) -> Place:
    broken = tuple(condition.text for condition in then.conditions if not condition.holds)
    return Place(then.target, TARGETS[then.target].title, now.fits, then.fits, broken)


def as_json(found: WhatIf) -> bytes:
    """For programs."""
    return msgspec.json.format(msgspec.json.encode(found))

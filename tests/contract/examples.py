"""Values of any declared type, and plans with any answers: made from the declarations, so that nothing is forgotten."""

from random import Random
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec
from filled import full

from engine.advice import with_answers
from engine.questions import Question, check, questions
from engine.step import Step
from engine.steps import STEPS, Plan

WORDS = ("survived", "Größe in m²", 'a "quoted" one', "two\nlines", "日本", "semi; comma, equals=", "[bracket]", "a.b")
"""Text that a file format can trip over."""


def example(kind: Any, random: Random) -> Any:
    """A value of a type, every field of a record filled."""
    origin, parts = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return _within(example(parts[0], random), parts[1:])
    if origin in (Union, UnionType):
        return example(next(part for part in parts if part is not type(None)), random)
    if origin is Literal:
        return random.choice(parts)
    if origin is tuple and parts[-1] is not Ellipsis:
        return tuple(example(part, random) for part in parts)
    if origin is tuple:
        return tuple(example(parts[0], random) for _ in range(random.randint(1, 3)))
    if origin is dict:
        return {word: example(parts[1], random) for word in random.sample(WORDS, 2)}
    if isinstance(kind, type) and issubclass(kind, msgspec.Struct):
        hints = get_type_hints(kind, include_extras=True)
        return kind(**{field.name: example(hints[field.name], random) for field in msgspec.structs.fields(kind)})
    simple = {bool: random.random() < 0.5, int: random.randint(1, 9), float: random.randint(1, 999) / 1000}
    return simple[kind] if kind in simple else random.choice(WORDS)


def _within(value: Any, extras: tuple[Any, ...]) -> Any:
    """The value inside the bounds of its type."""
    for extra in extras:
        if isinstance(extra, msgspec.Meta) and extra.le is not None:
            value = min(value, extra.le)
        if isinstance(extra, msgspec.Meta) and extra.ge is not None:
            value = max(value, type(value)(extra.ge))
    return value


def answer(question: Question, plan: Plan, random: Random) -> Any:
    """An acceptable answer to a question."""
    offered = [choice.value for choice in question.choices(plan)]
    if len(offered) < 2 and (question.ask.free or not offered):
        return check(question, example(question.type, random), plan)
    chosen = tuple(random.sample(offered, min(2, len(offered)))) if question.kind == "list" else random.choice(offered)
    return check(question, chosen, plan)


def answered(plan: Plan, step: Step, random: Random, share: float = 1.0) -> Plan:
    """The plan with answers to this share of the questions of a step."""
    for name, question in questions(step.name, step.section).items():
        if random.random() < share:
            plan = with_answers(plan, step.name, **{name: answer(question, plan, random)})
    return plan


def plans() -> list[tuple[str, Plan]]:
    """Plans of every sort by name: without anything, with every result, with some answers, with some results."""
    found = [("nothing", Plan()), ("everything", full())]
    for seed in range(12):
        random = Random(seed)
        plan = full() if seed % 2 else Plan()
        for step in STEPS.values():
            plan = answered(plan, step, random, 0.6)
            if random.random() < 0.3:
                plan = with_answers(plan, step.name, result=None, record=None)
        found.append((f"seed {seed}", plan))
    return found

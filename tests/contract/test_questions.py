"""Every question: its reason behind it, words that fit the screen, and an answer that survives the file."""

import re
from collections import Counter
from pathlib import Path
from random import Random

import msgspec
import pytest
from examples import answered
from filled import fresh, full
from rich.cells import cell_len

from engine import store
from engine.advice import resolve, with_answers
from engine.questions import WHY, Question, parse, questions, show
from engine.staleness import LONGEST, staleness
from engine.step import Step
from engine.steps import STEPS, Plan

PROMPT, HINT = 38, 64
"""Cells on the screen."""

QUESTIONS = [question for step in STEPS.values() for question in questions(step.name, step.section).values()]
each_step = pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.name)
each_question = pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.key)


def test_every_question_has_its_reason_and_every_reason_its_question() -> None:
    assert {path.name for path in WHY.iterdir()} == {f"{question.key}.md" for question in QUESTIONS}


@each_question
def test_a_reason_is_short_and_begins_with_one_sentence(question: Question) -> None:
    first, _, rest = question.why().partition("\n\n")
    assert 40 <= len(question.why().split()) <= 110
    assert len(re.findall(r"[.?!](?=\s|$)", first)) == 1
    assert len(first) <= 160 and rest


def test_no_sentence_is_said_twice() -> None:
    sentences = Counter(
        sentence for question in QUESTIONS for sentence in re.split(r"(?<=[.!?])\s+", " ".join(question.why().split()))
    )
    assert [sentence for sentence, count in sentences.items() if count > 1 and sentence] == []


@each_question
def test_its_words_fit_the_screen(question: Question) -> None:
    assert 0 < cell_len(question.ask.prompt) <= PROMPT
    assert cell_len(question.ask.hint) <= HINT
    assert "\n" not in question.ask.prompt + question.ask.hint
    static = question.ask.choices if isinstance(question.ask.choices, tuple) else ()
    assert len({choice.value for choice in static}) == len(static)


@each_step
@pytest.mark.parametrize("seed", range(5))
def test_answers_survive_the_file(tmp_path: Path, step: Step, seed: int) -> None:
    for start in (Plan(), Plan(framing=full().framing)):
        plan = answered(start, step, Random(seed))
        store.save(tmp_path, plan)
        assert store.load(tmp_path) == plan
        for name in questions(step.name, step.section):
            assert getattr(getattr(plan, step.name), name) is not None


@each_step
@pytest.mark.parametrize("seed", range(5))
def test_an_answer_as_it_is_shown_can_be_typed(step: Step, seed: int) -> None:
    plan = answered(full(), step, Random(seed))
    for name, question in questions(step.name, step.section).items():
        value = getattr(getattr(plan, step.name), name)
        if isinstance(value, dict) or (isinstance(value, str) and value != value.strip()):
            continue
        assert parse(question, show(value), plan) == value, question.key


@each_question
def test_changed_and_changed_back_is_fresh_again(question: Question) -> None:
    plan = _all_answered()
    section = getattr(plan, question.step)
    before = getattr(section, question.name)
    other = _other(question, plan, before)
    changed = with_answers(plan, question.step, **{question.name: other})
    stale = staleness(resolve(changed).plan)
    applies = question.ask.applies(resolve(plan).plan)
    if question.ask.settle or question.ask.means:
        assert not stale[question.step]
    elif applies:
        then, now = _token(before), _token(other)
        (own,) = [reason for reason in stale[question.step] if reason.startswith(f"{question.key} ")]
        if max(len(then), len(now)) <= LONGEST:
            assert own == f"{question.key} was {then} when this ran, now {now}"
    readers = [step.name for step in STEPS.values() if question.key in step.reads] if applies else []
    assert set(readers) <= {name for name, reasons in stale.items() if reasons}
    back = with_answers(changed, question.step, **{question.name: before})
    assert not any(staleness(resolve(back).plan).values())


def _all_answered() -> Plan:
    """Every step with a result that was made from an answer to each of its questions."""
    plan = full()
    for step in STEPS.values():
        plan = answered(plan, step, Random(3))
    chosen = {"task": "binary", "existing": "people"}
    plan = with_answers(plan, "framing", **chosen)
    plan = with_answers(plan, "labels", origin="people", expertise=True)
    plan = with_answers(plan, "protocol", kind="iterated")
    return fresh(plan)


def _other(question: Question, plan: Plan, before: object) -> object:
    """Another acceptable answer than the one that was given."""
    for seed in range(100):
        found = getattr(getattr(answered(plan, STEPS[question.step], Random(seed)), question.step), question.name)
        if found != before:
            return found
    raise AssertionError(f"{question.key} has one answer only")


def _token(value: object) -> str:
    return value if isinstance(value, str) else msgspec.json.encode(value, order="sorted").decode()

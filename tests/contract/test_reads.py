"""A step looks at nothing it does not declare, and declares nothing that cannot matter to it.

The rule: advice, verdict and job look at the step's own section, at `reads`, and at the project's header. What offers
choices or decides whether a question applies may also look at `framing.result`: the columns of the file are there to
choose from, and no answer changes because more of them are offered.
"""

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from examples import plans
from reading import WHOLE, package, touched
from recording import Recording

from engine.advice import resolve
from engine.questions import questions
from engine.step import Step
from engine.steps import STEPS, Plan
from engine.targets import TARGETS

OFFERED = {"framing.result"}

ONLY_EXPORTED = {
    "framing.purpose": "first page of the export",
    "framing.actor": "first page of the export",
    "framing.unit": "first page of the export; advises the column of rows that belong together",
    "framing.moment": "first page of the export",
    "framing.sources": "table of answers in the export",
    "framing.reading": "decides whether the questions about the file are asked; table of answers in the export",
    "framing.existing": "decides whether two further questions are asked; table of answers in the export",
    "framing.existing_minutes": "table of answers in the export",
    "framing.explain": "table of answers in the export: worst cases and slices are made either way",
    "labels.expert_owner": "table of answers in the export",
    "evaluation.human": "table of answers in the export",
    "evaluation.open_seal": "engine/session.py: the evaluation does not start without it",
}
"""Questions whose answer no later computation uses, and where a person meets it instead."""

NEEDLESS = {"metric": {"framing.volume"}, "preparation": {"metric.positive"}}
"""Declared and not looked at: a change makes the step stale without need. The shipped example was made with them."""


def of_questions(step: Step) -> list[Callable[..., Any]]:
    """What offers the choices of a step's questions, or says whether they apply."""
    asks = [question.ask for question in questions(step.name, step.section).values()]
    return [ask.applies for ask in asks] + [ask.choices for ask in asks if callable(ask.choices)]


def of_targets(step: Step) -> list[Callable[..., Any]]:
    """The conditions of the places to ship to, which the one step that ships looks up in their registry."""
    return [target.conditions for target in TARGETS.values()] if step.name == "deployment" else []


def offers(step: Step) -> set[str]:
    """The paths that decide what is asked and offered."""
    return touched(*of_questions(step), *of_targets(step))


def looked_at(step: Step) -> set[str]:
    """The paths that advice, verdict and job of a step look at."""
    exports = [target.export for target in TARGETS.values() if target.export] if step.name == "deployment" else []
    return touched(step.advise, step.verdict, step.job, *of_targets(step), *exports)


def others(step: Step, paths: set[str]) -> set[str]:
    """Without the step's own section."""
    return {path for path in paths if path.split(".")[0] != step.name}


each_step = pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.name)


@each_step
def test_a_step_looks_at_nothing_it_does_not_declare(step: Step) -> None:
    assert others(step, looked_at(step)) - set(step.reads) == set()
    assert others(step, offers(step)) - set(step.reads) - OFFERED == set()


@each_step
def test_running_it_looks_at_no_more_than_its_source_says(step: Step) -> None:
    """The same by doing it, which also shows that the reading of the source misses nothing."""
    for name, plan in plans():
        recording = Recording(resolve(plan).plan)
        step.advise(recording)  # type: ignore[arg-type]
        step.verdict(recording)  # type: ignore[arg-type]
        assert recording.touched <= looked_at(step) | {f"{step.name}.result"}, name
        assert others(step, recording.touched) <= set(step.reads), name
        recording = Recording(resolve(plan).plan)
        for call in of_questions(step):
            call(recording)
        assert recording.touched <= offers(step), name
        assert others(step, recording.touched) <= set(step.reads) | OFFERED, name


@cache
def reaches(name: str) -> frozenset[str]:
    """Every path that can change the result of a step, also by way of other results."""
    step = STEPS[name]
    found = looked_at(step)
    for path in others(step, found):
        if path.endswith(".result"):
            found |= reaches(path.split(".")[0])
    return frozenset(found)


@each_step
def test_a_step_declares_nothing_that_could_not_reach_it_anyway(step: Step) -> None:
    """Else a step goes stale for an answer that changes nothing in it, and the seal is opened again without need."""
    assert len(set(step.reads)) == len(step.reads)
    assert set(step.reads) - reaches(step.name) == NEEDLESS.get(step.name, set())


@each_step
def test_what_it_declares_exists_and_comes_from_elsewhere(step: Step) -> None:
    for path in step.reads:
        section, _, name = path.partition(".")
        assert section != step.name
        assert name == "result" or name in questions(section, STEPS[section].section), path


def test_every_answer_has_a_consequence_or_says_where_it_is_read() -> None:
    """Framing answers have to be looked at by a later step, the others by any."""
    used = {
        step.name: looked_at(step) | offers(step) | {f"{step.name}.{step.budget}" for _ in step.budget[:1]}
        for step in STEPS.values()
    }
    idle = set()
    for step in STEPS.values():
        readers = [paths for name, paths in used.items() if name != "framing" or step.name != "framing"]
        for question in questions(step.name, step.section).values():
            if not any(question.key in paths for paths in readers):
                idle.add(question.key)
    assert idle == set(ONLY_EXPORTED)


def test_reading_the_source_sees_what_is_there() -> None:
    """Functions by alias, by tuple, through a call, through an imported module and inside a nested function."""
    assert "framing.latency_ms" in touched("engine.targets.rest:conditions")
    assert "framing.volume" in touched("engine.work.monitoring:run")
    assert "data.drop" in touched("engine.work.baseline:run")
    assert {"preparation.result", "framing.size_mb", "tuning.max_units"} <= touched("engine.work.tuning:run")
    assert "labels.guideline" in touched("engine.work.labels:run")


def test_a_section_is_handed_on_only_by_its_own_step() -> None:
    handed = {path for code in package().values() for path in code.paths if path.endswith(WHOLE)}
    assert handed == {"framing.*", "labels.*"}
    for step in STEPS.values():
        assert not {path for path in others(step, looked_at(step)) if path.endswith(WHOLE)}


def test_a_plan_notes_what_is_looked_at() -> None:
    recording = Recording(Plan())
    assert recording.project.seed == 1
    assert recording.framing.task is None
    assert recording.touched == {"framing.task"}

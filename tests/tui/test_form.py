"""What is typed, chosen and taken back in the form, as the project file tells it afterwards."""

import re
from pathlib import Path
from typing import Any

import pytest
from rich.cells import cell_len

from engine import ledger, store
from engine.advice import with_answers
from engine.projects import create
from engine.questions import questions
from engine.session import Session
from engine.stats.catalogue import METRIC_INFO
from engine.steps import STEPS, Plan
from tests.tui.driving import SIZES, driving, focus, press, screen_text, stored, type_text, wizard
from tests.tui.filled import full
from tui.choosing import WINDOW
from tui.text import Lines


@pytest.fixture
def bare(projects_dir: Path) -> Path:
    session = create(projects_dir, "bare")
    session.close()
    return session.project


@pytest.fixture
def filled(projects_dir: Path) -> Path:
    project = projects_dir / "titanic"
    project.mkdir()
    store.save(project, full())
    return project


def answers(plan: Plan, step: str) -> dict[str, Any]:
    section = getattr(plan, step)
    return {name: getattr(section, name) for name in questions(step, STEPS[step].section)}


@pytest.mark.parametrize("size", SIZES)
async def test_typing_is_stored_without_a_key_for_it(bare: Path, size: tuple[int, int]) -> None:
    async with driving(bare, size) as pilot:
        await focus(pilot, "purpose")
        await type_text(pilot, "fewer people leave")
        assert stored(bare).framing.purpose == "fewer people leave"
        assert "saved " in screen_text(pilot)


async def test_clearing_a_field_takes_the_answer_back(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "unit")
        await type_text(pilot, "a day")
        assert stored(bare).framing.unit == "a day"
        await press(pilot, "ctrl+u")
        assert stored(bare).framing.unit is None


async def test_enter_accepts_the_advice_without_pinning_it_and_goes_on(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "header")
        await press(pilot, "enter")
        assert stored(bare).framing.header is None
        focused = wizard(pilot).form.focused
        assert focused is not None
        assert focused.question.name == "target"


async def test_a_choice_against_advice_is_stored_and_recorded_once(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "updates")
        await press(pilot, "down", "down", "enter")
        assert stored(bare).framing.updates == "daily"
        assert [entry.kind for entry in ledger.entries(bare)] == ["against"]
        await focus(pilot, "updates")
        await press(pilot, "delete")
        assert stored(bare).framing.updates is None


async def test_arrows_walk_through_choices_and_out_of_them_without_choosing(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "header")
        await press(pilot, "down", "down", "down", "down")
        focused = wizard(pilot).form.focused
        assert focused is not None
        assert focused.question.name == "target"
        assert stored(bare).framing.header is None


async def test_of_a_long_list_a_part_is_shown_and_every_choice_can_be_reached(bare: Path) -> None:
    async with driving(bare, (80, 24)) as pilot:
        await press(pilot, "f8", "f8", "f8")
        await focus(pilot, "primary")
        labels = [info.title for info in METRIC_INFO.values()]
        assert len(labels) > WINDOW
        shown = screen_text(pilot)
        assert labels[0] in shown
        assert labels[-1] not in shown
        assert f"1 to {WINDOW} of {len(labels)}" in shown
        await press(pilot, *["down"] * (len(labels) - 1), "space")
        assert labels[-1] in screen_text(pilot)
        assert stored(bare).metric.primary == list(METRIC_INFO)[-1]


async def test_yes_and_no_by_their_letters(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "private")
        await press(pilot, "y")
        assert stored(bare).framing.private is True
        await press(pilot, "n")
        assert stored(bare).framing.private is False


async def test_a_refused_answer_stays_with_a_sentence_and_stops_next(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "latency_ms")
        await type_text(pilot, "soon")
        assert wizard(pilot).form.field("latency_ms").error == ""  # type: ignore[union-attr]
        await press(pilot, "f8")
        assert wizard(pilot).step == "framing"
        focused = wizard(pilot).form.focused
        assert focused is not None
        assert focused.question.name == "latency_ms"
        assert focused.typed == "soon"
        assert "accepted is a number" in screen_text(pilot)
        assert stored(bare).framing.latency_ms is None
        await press(pilot, "ctrl+u")
        await type_text(pilot, "40")
        await press(pilot, "f8")
        assert wizard(pilot).step == "data"
        assert stored(bare).framing.latency_ms == 40.0


async def test_questions_appear_and_go_with_the_answers_they_depend_on(bare: Path) -> None:
    async with driving(bare) as pilot:
        assert wizard(pilot).form.field("existing_minutes") is None
        await focus(pilot, "existing")
        await press(pilot, "down", "space")
        assert stored(bare).framing.existing == "people"
        names = [field.question.name for field in wizard(pilot).form.fields]
        assert names.index("existing") < names.index("existing_minutes") < names.index("private")
        focused = wizard(pilot).form.focused
        assert focused is not None
        assert focused.question.name == "existing"
        await press(pilot, "up", "space")
        assert wizard(pilot).form.field("existing_minutes") is None


async def test_a_typed_path_that_is_no_file_is_told_when_it_is_left(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "data")
        await type_text(pilot, "/nowhere/at/all.csv")
        assert stored(bare).framing.data is None
        await press(pilot, "tab")
        assert "no such file" in screen_text(pilot)
        assert stored(bare).framing.data is None


async def test_several_columns_are_ticked_in_the_offered_list(filled: Path) -> None:
    async with driving(filled) as pilot:
        names = [column.name for column in stored(filled).framing.result.reading.columns]  # type: ignore[union-attr]
        await focus(pilot, "fairness")
        await press(pilot, "ctrl+u", "down", "space", "down", "space")
        assert stored(filled).framing.fairness == tuple(names[:2])
        await press(pilot, "space")
        assert stored(filled).framing.fairness == tuple(names[:1])


@pytest.mark.parametrize("size", SIZES)
async def test_every_step_can_be_asked_walked_and_drawn(filled: Path, size: tuple[int, int]) -> None:
    async with driving(filled, size) as pilot:
        for step in STEPS:
            assert wizard(pilot).step == step
            assert re.search(rf"▶. +\d+ {STEPS[step].word}", screen_text(pilot))
            asked = [question.name for question in wizard(pilot).session.asked(step)]
            assert [field.question.name for field in wizard(pilot).form.fields] == asked
            for name in asked:
                await focus(pilot, name)
            assert all(len(line) <= size[0] for line in screen_text(pilot).splitlines())
            for lines in pilot.app.screen.query(Lines):
                widths = [cell_len(line) for line in lines.plain.splitlines()]
                assert not lines.display or max(widths, default=0) <= lines.content_size.width, lines.id
            await press(pilot, "f8")


async def test_walking_through_the_form_changes_no_answer(filled: Path) -> None:
    before = stored(filled)
    async with driving(filled) as pilot:
        for step in STEPS:
            for field in list(wizard(pilot).form.fields):
                await focus(pilot, field.question.name)
            if step != "framing":
                assert answers(stored(filled), step) == answers(before, step)
            await press(pilot, "f8")


async def test_findings_are_accepted_and_overridden_with_a_reason(filled: Path) -> None:
    plan = with_answers(stored(filled), "data", decisions=None)
    store.save(filled, plan)
    async with driving(filled) as pilot:
        await wizard(pilot).go("data")
        waiting = Session(filled, write=False).advice("data").answers["decisions"].value
        assert len(waiting) >= 2
        await focus(pilot, "decisions")
        await press(pilot, "a")
        decisions = stored(filled).data.decisions or {}
        assert len(decisions) == 1
        await press(pilot, "o")
        await type_text(pilot, "it is known before")
        await press(pilot, "enter")
        decisions = stored(filled).data.decisions or {}
        assert sorted(decisions.values()) == ["accept", "override: it is known before"]
        assert set(decisions) <= set(waiting)
        await press(pilot, "A")
        assert set(stored(filled).data.decisions or {}) == set(waiting)

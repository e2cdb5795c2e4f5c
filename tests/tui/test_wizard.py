"""The screen around the form: steps, commands, dialogs, coming back, two terminals on one project."""

import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from engine import ledger, store
from engine.advice import with_answers
from engine.projects import create
from engine.session import Session
from engine.steps import STEPS
from tests.tui.driving import driving, focus, press, screen_text, settle, stored, type_text, wizard
from tests.tui.filled import full
from tui import place
from tui.app import Modelwright
from tui.commands import COMMANDS, DIGITS
from tui.dialogs import AskLine, Choose, Sheet
from tui.glyphs import PLAIN
from tui.home import Home
from tui.palette import Palette

HEAVY = ("tensorflow", "keras", "keras_tuner", "sklearn", "scipy", "pandas", "duckdb", "numpy", "pyarrow")


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


async def test_digits_jump_where_no_text_is_typed(bare: Path) -> None:
    async with driving(bare) as pilot:
        await press(pilot, "f6")
        for key, step in zip(DIGITS, STEPS, strict=True):
            await press(pilot, key)
            assert wizard(pilot).step == step
            await press(pilot, "f6")
        await wizard(pilot).go("framing")
        await focus(pilot, "purpose")
        await type_text(pilot, "12")
        assert wizard(pilot).step == "framing"
        assert stored(bare).framing.purpose == "12"


async def test_the_rail_is_walked_by_arrows(bare: Path) -> None:
    async with driving(bare) as pilot:
        await press(pilot, "f6", "down", "down", "enter")
        assert wizard(pilot).step == "labels"
        await press(pilot, "f7")
        assert wizard(pilot).step == "data"


async def test_the_place_is_remembered_beside_the_plan(bare: Path) -> None:
    async with driving(bare) as pilot:
        await wizard(pilot).go("labels")
        await focus(pilot, "origin")
    before = (bare / "project.toml").read_text()
    assert place.recall(bare) == place.Place("labels", "origin")
    assert "labels" not in before
    async with driving(bare) as pilot:
        assert wizard(pilot).step == "labels"


async def test_every_command_can_be_found_in_the_palette_or_says_why_not(bare: Path) -> None:
    async with driving(bare) as pilot:
        await press(pilot, "ctrl+p")
        palette = pilot.app.screen
        assert isinstance(palette, Palette)
        assert palette.found() == list(COMMANDS)
        await type_text(pilot, "stop job")
        assert [command.name for command in palette.found()] == ["stop"]
        assert "not now: no job is running" in screen_text(pilot)
        await press(pilot, "enter")
        assert pilot.app.screen is palette
        await press(pilot, "ctrl+u")
        await type_text(pilot, "labels")
        await press(pilot, "enter")
        assert wizard(pilot).step == "labels"


def test_keys_are_used_once_and_survive_tmux() -> None:
    keys = [key for command in COMMANDS for key in command.keys]
    assert len(keys) == len(set(keys))
    for key in keys:
        assert re.fullmatch(r"f([5-9]|1)|ctrl\+[plq]|[a-z0-9]|minus|equals_sign|question_mark|page(up|down)", key)


async def test_f1_explains_the_question_and_what_it_influences(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "latency_ms")
        await press(pilot, "f1")
        assert isinstance(pilot.app.screen, Sheet)
        text = screen_text(pilot)
        assert "It influences" in text
        assert STEPS["deployment"].title in text
        await press(pilot, "escape")
        assert wizard(pilot).form.focused is not None


async def test_w_shows_the_table_that_is_written(bare: Path) -> None:
    async with driving(bare) as pilot:
        await focus(pilot, "purpose")
        await type_text(pilot, "less waste")
        await press(pilot, "f6", "w")
        assert 'purpose = "less waste"' in screen_text(pilot)


async def test_skipping_needs_a_reason(bare: Path) -> None:
    async with driving(bare) as pilot:
        await wizard(pilot).go("overfit")
        await press(pilot, "f6", "s")
        assert isinstance(pilot.app.screen, AskLine)
        assert "nobody knows whether the network is" in " ".join(screen_text(pilot).split())
        await press(pilot, "enter")
        assert isinstance(pilot.app.screen, AskLine)
        await type_text(pilot, "tiny data")
        await press(pilot, "enter")
        assert wizard(pilot).session.state("overfit") == "skipped"
        assert stored(bare).overfit.record.skipped == "tiny data"  # type: ignore[union-attr]
        assert wizard(pilot).step == "tuning"


async def test_a_step_that_cannot_run_says_why(bare: Path) -> None:
    async with driving(bare) as pilot:
        await wizard(pilot).go("baseline")
        await press(pilot, "f5")
        assert "data has no result yet" in screen_text(pilot)
        assert not (bare / "jobs").exists()


async def test_a_failed_baseline_leads_to_the_drawing_board(filled: Path) -> None:
    plan = stored(filled)
    assert plan.baseline.result is not None
    result = msgspec.structs.replace(plan.baseline.result, outcome="refuted", advice=("look at the inputs",))
    store.save(filled, with_answers(plan, "baseline", result=result))
    async with driving(filled) as pilot:
        await wizard(pilot).go("baseline")
        await press(pilot, "f8")
        assert isinstance(pilot.app.screen, Choose)
        assert "look at the inputs" in screen_text(pilot)
        await press(pilot, "c")
        await type_text(pilot, "a demonstration")
        await press(pilot, "enter")
        assert wizard(pilot).step == "overfit"
        assert any("a demonstration" in entry.what for entry in ledger.entries(filled))
        await wizard(pilot).go("baseline")
        await settle(pilot)
        wizard(pilot).excused.clear()
        await press(pilot, "f8", "r")
        await type_text(pilot, "other question")
        await press(pilot, "enter")
        assert stored(filled).project.attempt == plan.project.attempt + 1
        assert wizard(pilot).step == "framing"
        assert stored(filled).baseline.result is None


async def test_a_stale_step_says_what_has_changed(filled: Path) -> None:
    async with driving(filled) as pilot:
        await focus(pilot, "task")
        await press(pilot, "down", "space")
        assert stored(filled).framing.task != full().framing.task
        await wizard(pilot).go("metric")
        await settle(pilot)
        text = screen_text(pilot)
        assert "stale: " in text
        assert "framing.task was" in " ".join(text.split())


async def test_the_seal_shows_how_often_it_was_opened(filled: Path) -> None:
    async with driving(filled) as pilot:
        await wizard(pilot).go("evaluation")
        await settle(pilot)
        assert "The seal was never opened" in screen_text(pilot)
        ledger.record(filled, "opening", "evaluation", "first")
        await focus(pilot, "threshold_rule")
        wizard(pilot).form.field("open_seal").update()  # type: ignore[union-attr]
        await settle(pilot)
        assert "opened 1 time" in " ".join(screen_text(pilot).split())


async def test_the_second_terminal_reads_and_takes_over(bare: Path) -> None:
    holder = Session(bare)
    async with driving(bare) as pilot:
        assert not wizard(pilot).session.writable
        assert "Open elsewhere" in screen_text(pilot)
        await focus(pilot, "purpose")
        await type_text(pilot, "mine")
        assert stored(bare).framing.purpose is None
        await press(pilot, "f6", "t")
        assert holder.yield_if_wanted()
        await wizard(pilot).tick()
        await settle(pilot)
        assert wizard(pilot).session.writable
        assert "Open elsewhere" not in screen_text(pilot)


async def test_the_holder_gives_way_within_a_tick(bare: Path) -> None:
    async with driving(bare) as pilot:
        other = Session(bare)
        assert not other.take_over()
        await wizard(pilot).tick()
        await settle(pilot)
        assert not wizard(pilot).session.writable
        assert other.take_over()
        other.close()


async def test_the_export_is_written_and_its_path_shown(filled: Path) -> None:
    async with driving(filled) as pilot:
        await press(pilot, "f6", "e")
        text = (filled / "reports" / "titanic.md").read_text(encoding="utf-8")
        assert (filled / "reports" / "clipboard.txt").read_text(encoding="utf-8") == text
        assert (filled / "reports" / "titanic.html").exists()
        assert str(filled)[:20] in screen_text(pilot)


async def test_ascii_shows_nothing_else_in_any_step(filled: Path) -> None:
    async with driving(filled, marks=PLAIN) as pilot:
        for _ in STEPS:
            assert screen_text(pilot).isascii()
            await press(pilot, "f8")


async def test_home_lists_projects_and_makes_one(projects_dir: Path, bare: Path) -> None:
    broken = projects_dir / "broken"
    broken.mkdir()
    (broken / "project.toml").write_text("[framing\n")
    app = Modelwright(projects_dir, warm=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        text = screen_text(pilot)
        assert "bare" in text
        assert "1 Frame" in text
        assert "not valid TOML" in text
        await press(pilot, "n")
        await type_text(pilot, "fresh")
        await press(pilot, "enter", "enter", "enter")
        assert wizard(pilot).session.name == "fresh"
        assert stored(projects_dir / "fresh").project.name == "fresh"
        await press(pilot, "f6", "h")
        assert isinstance(app.screen, Home)
        assert "fresh" in screen_text(pilot)


async def test_home_says_what_is_wrong_with_a_new_project(projects_dir: Path, bare: Path) -> None:
    app = Modelwright(projects_dir, warm=False)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        await press(pilot, "n")
        await type_text(pilot, "bare")
        await press(pilot, "enter", "enter", "enter")
        assert "exists already" in screen_text(pilot)


def test_the_process_that_draws_loads_no_heavy_library(filled: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
from engine.session import Session
from engine.steps import STEPS
from tui.app import Modelwright

async def walk(project):
    app = Modelwright(project.parent, Session(project), warm=False)
    async with app.run_test(size=(120, 40)) as pilot:
        for _ in STEPS:
            await pilot.press("f8")
            await pilot.pause()
        await pilot.press("ctrl+p", "escape", "f6", "e")
        await pilot.pause()

asyncio.run(walk(Path(sys.argv[1])))
print(*sorted({name.partition(".")[0] for name in sys.modules}))
"""
    ended = subprocess.run([sys.executable, "-c", code, str(filled)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert not set(HEAVY) & set(ended.stdout.split())

"""A running job is shown as its files tell it, sends little, nothing when nothing happens, and ends once."""

import math
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.pilot import Pilot

from engine import store
from engine.jobs.events import Epoch, Log, Luck, Phase, Trial
from engine.jobs.folder import JobResult
from engine.jobs.follow import JobView as Known
from engine.search.results import STOP
from engine.session import Session
from engine.steps import Plan
from tests.tui.running import Running
from tests.tui.wire import COLUMNS, ROWS, Wire, settled, shown, wire
from tui.widgets.cells import ASCII, UNICODE, Glyphs
from tui.widgets.jobview import JobView, room, status

BUDGET = 3000
"""Bytes that one look at a running job may send at 80x24; there is one look a second."""


class Watching(App[None]):
    """A screen with a job view and nothing else; the test looks by itself, the clock does not."""

    def __init__(self, session: Session, job: Running, glyphs: Glyphs = UNICODE) -> None:
        super().__init__(driver_class=Wire)
        self.shown = JobView(session, job.folder, glyphs)
        self.ends: list[JobView.Finished] = []

    def compose(self) -> ComposeResult:
        yield self.shown

    def on_job_view_finished(self, event: JobView.Finished) -> None:
        self.ends.append(event)


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Running:
    """A job that has told nothing yet, in a terminal with all colours."""
    for name, value in (("TERM", "xterm-256color"), ("COLORTERM", "truecolor"), ("TEXTUAL_ANIMATIONS", "none")):
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("NO_COLOR", raising=False)
    store.save(tmp_path, Plan())
    return Running(tmp_path)


@asynccontextmanager
async def watching(job: Running, glyphs: Glyphs = UNICODE) -> AsyncIterator[tuple[Watching, Pilot[None]]]:
    app = Watching(Session(job.folder.project), job, glyphs)
    async with app.run_test(headless=False, size=(COLUMNS, ROWS)) as pilot:
        app.shown._timer.pause()
        await settled(pilot)
        yield app, pilot


async def look(app: Watching, pilot: Pilot[None]) -> int:
    """One look; returns the bytes it sent."""
    before = wire(app).sent
    app.shown.look()
    await settled(pilot)
    return wire(app).sent - before


def values(number: int) -> dict[str, str | float | int | bool]:
    return {"units": 32 + number, "layers": 2, "dropout": 0.1 * number, "learning_rate": 0.001}


def epoch(number: int, at: int) -> Epoch:
    loss = 0.7 * math.exp(-at / 8)
    turning = loss + 0.12 + 0.004 * max(0, at - 15)
    told = {"loss": loss + 0.05, "validation loss": turning, "score": 0.8 + 0.001 * at}
    return Epoch(f"trial {number}, fold 1", at, 60, {**told})


async def test_progress_curves_trials_and_tail_are_shown(job: Running) -> None:
    job.tell(
        Phase("trials", 2, 50, 1720.0), Trial(1, "done", values(1), 0.81, 12.3), Trial(2, "done", values(2), 0.84, 12.1)
    )
    job.tell(Trial(3, "running", values(3)), *(epoch(3, at) for at in range(1, 31)), Log("trial 2 is done"))
    async with watching(job) as (app, pilot):
        await look(app, pilot)
        screen = shown(app)
    lines = screen.splitlines()
    assert lines[0].startswith("Tune: trials")
    assert lines[0].endswith("2 of 50  28 min 40 s left")
    assert lines[1].startswith("trial 3, fold 1, epoch 30/60, score 0.8300, validation loss 0.1965")
    assert "loss   :: validation loss" in screen
    board = [line for line in lines if line[:1] in ("✓", "▶")]
    assert [line.split()[1] for line in board] == ["2", "1", "3"]
    assert "runs" in board[-1]
    assert "trial 2 is done" in lines


async def test_the_board_says_how_much_of_the_best_score_is_luck_and_when_to_stop(job: Running) -> None:
    job.tell(Phase("trials", 2, 50), Trial(1, "done", values(1), 0.81, 12.3), Luck(1, 0.0, 0.0, "green"))
    async with watching(job) as (app, pilot):
        await look(app, pilot)
        assert "luck" not in shown(app)
        job.tell(Trial(2, "pruned", values(2)), Trial(3, "done", values(3), 0.8), Luck(2, 0.0061, 0.0104, "amber"))
        await look(app, pilot)
        assert "! amber some luck: 0.0061 of the best score, 0.0104 after ten more trials" in shown(app)
        assert "ended early" in shown(app)
        job.tell(Trial(4, "done", values(4), 0.83), Luck(3, 0.03, 0.04, "red"))
        await look(app, pilot)
        assert STOP in shown(app)


async def test_what_comes_later_is_added(job: Running) -> None:
    async with watching(job) as (app, pilot):
        job.tell(Phase("reading the file"))
        await look(app, pilot)
        assert "Tune: reading the file" in shown(app)
        job.tell(Phase("trials", 1, 4), Log("one is done"))
        await look(app, pilot)
        assert "1 of 4" in shown(app)
        assert "one is done" in shown(app)


async def test_a_look_sends_nothing_when_nothing_has_changed(job: Running) -> None:
    job.tell(Phase("trials", 1, 50), Log("one"), *(epoch(1, at) for at in range(1, 9)))
    async with watching(job) as (app, pilot):
        await look(app, pilot)
        assert [await look(app, pilot) for _ in range(3)] == [0, 0, 0]


async def test_a_second_of_a_running_search_stays_within_the_budget(job: Running) -> None:
    async with watching(job) as (app, pilot):
        job.tell(Phase("trials", 0, 50), Trial(1, "running", values(1)), epoch(1, 1), Log("the search begins"))
        await look(app, pilot)
        sent = []
        for number in range(1, 9):
            for at in range(2, 61, 6):
                job.tell(*(epoch(number, step) for step in range(at, at + 6)))
                sent.append(await look(app, pilot))
            job.tell(
                Trial(number, "done", values(number), 0.8 + 0.01 * number, 12.3),
                Log(f"trial {number} is done: {'x' * 60}"),
            )
            job.tell(
                Phase("trials", number, 50, 40.0 * (50 - number)), Trial(number + 1, "running", values(number + 1))
            )
            sent.append(await look(app, pilot))
    assert max(sent) <= BUDGET
    assert sum(sent) / len(sent) <= BUDGET / 2
    assert min(sent) > 0


async def test_the_end_is_said_once_with_its_sentence(job: Running) -> None:
    job.tell(Phase("trials", 3, 50))
    async with watching(job) as (app, pilot):
        await look(app, pilot)
        assert app.ends == []
        job.end(JobResult(1, "failed", "out_of_memory", sentence="memory ran out in trial 4", advice="use fewer units"))
        for _ in range(3):
            await look(app, pilot)
        assert [(end.job, end.view.state) for end in app.ends] == [(job.folder, "failed")]
        assert "✗ failed: memory ran out in trial 4" in shown(app)
        assert "use fewer units" in shown(app)


async def test_a_job_whose_supervisor_is_gone_is_interrupted(job: Running) -> None:
    job.tell(Phase("trials", 3, 50))
    async with watching(job) as (app, pilot):
        job.die()
        await look(app, pilot)
        assert [end.view.state for end in app.ends] == ["interrupted"]
        assert "run the step again" in shown(app)


async def test_in_ascii_there_is_nothing_but_ascii(job: Running) -> None:
    job.tell(Phase("trials – 日本", 2, 50), Trial(1, "done", values(1), 0.81), Log("naïve → 0.5\x1b[31m"))
    job.tell(*(epoch(1, at) for at in range(1, 40)))
    async with watching(job, ASCII) as (app, pilot):
        await look(app, pilot)
        assert shown(app).isascii()
        assert "naive -> 0.5?[31m" in shown(app)


async def test_values_that_are_not_finite_leave_gaps(job: Running) -> None:
    points = [Epoch("rung 1", at, 5, {"loss": None if at == 3 else 1.0 / at}) for at in range(1, 6)]
    job.tell(*points, Trial(1, "done", values(1), math.nan), Epoch("rung 2", 1, 5, {"loss": None}))
    async with watching(job) as (app, pilot):
        await look(app, pilot)
        assert "rung 2, epoch 1/5, loss n/a" in shown(app)


async def test_a_thinned_curve_keeps_its_epochs(job: Running) -> None:
    job.tell(Epoch("fold 1", 4, 8, {"loss": 2.0}), Epoch("fold 1", 8, 8, {"loss": 1.0}))
    async with watching(job) as (app, pilot):
        await look(app, pilot)
        assert "epoch 8/8" in shown(app)
        assert "2.000" in shown(app)


def test_silence_is_said_after_half_a_minute() -> None:
    quiet = Known(state="running", phase="trials", pid=os.getpid(), told=time.time())
    assert not any("no sign" in line.plain for line in status(quiet, "tuning", "", 60))
    silent = Known(state="running", phase="trials", pid=4711, silent=42.3)
    assert status(silent, "tuning", "", 60)[-1].plain == "! no sign of life for 42 s (process 4711)"


@pytest.mark.parametrize("width", [10, 20, 40, 80])
def test_the_status_keeps_to_its_width(width: int) -> None:
    long = Known(state="running", phase="looking for: " + "many things " * 9, done=123456, total=1234567, eta=98765.0)
    assert all(cell_len(line.plain) <= width for line in status(long, "tuning", "run", width))


@pytest.mark.parametrize("height", range(1, 50))
@pytest.mark.parametrize(
    "parts", [(True, True, True), (True, False, True), (False, True, False), (False, False, False)]
)
def test_the_parts_share_the_height(height: int, parts: tuple[bool, bool, bool]) -> None:
    share = room(height, *parts)
    assert share.chart + share.board + share.tail <= max(height, 5)
    assert min(share.chart, share.board, share.tail) >= 0

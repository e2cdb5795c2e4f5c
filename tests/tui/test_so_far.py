"""The data step while it runs: the profile below the job's progress, its pictures by one key, findings as they come."""

from pathlib import Path

from msgspec.structs import replace

from engine import store
from engine.jobs.events import Phase
from engine.projects import create
from engine.seeing.kept import keep
from engine.session import Session
from engine.so_far import tell_so_far
from engine.steps.data import DataResult
from tests.tui.driving import driving, press, screen_text, settle, wizard
from tests.tui.filled import full
from tests.tui.running import Running
from tests.tui.seen_rows import table
from tui.seeing.screen import Seeing
from tui.views import view


def known() -> DataResult:
    found = full().data.result
    assert found is not None
    return replace(found, findings=(), not_looked_for=("duplicates", "constant columns"), production=None)


async def test_the_rows_are_looked_at_while_detectors_run(tmp_path: Path) -> None:
    session = create(tmp_path, "running")
    store.save(session.project, replace(session.plan, framing=full().framing))
    session.close()
    job = Running(session.project, "data")
    job.tell(Phase("looking for: duplicates", 3, 34))
    async with driving(session.project) as pilot:
        await wizard(pilot).go("data")
        await press(pilot, "f6", "v")
        assert not isinstance(pilot.app.screen, Seeing)
        tell_so_far(job.folder, replace(known(), sealed=None, target=None))
        await wizard(pilot).tick()
        await settle(pilot)
        shown = screen_text(pilot)
        assert "read, nothing sealed" in shown
        assert "(x stops it)" in shown
        assert "v: look at the rows" not in shown
        await press(pilot, "v")
        assert not isinstance(pilot.app.screen, Seeing), "nothing is drawn before the seal"
        tell_so_far(job.folder, replace(known(), seen=keep(job.folder.path, table())))
        await wizard(pilot).tick()
        await settle(pilot)
        shown = screen_text(pilot)
        assert "looking for: duplicates" in shown
        assert "3 of 34" in shown
        assert "still to look for: 2" in shown
        assert "sealed for the test" in shown
        await press(pilot, "v")
        assert isinstance(pilot.app.screen, Seeing)


def test_a_stopped_audit_says_what_it_did_not_look_for(tmp_path: Path) -> None:
    session = create(tmp_path, "stopped")
    store.save(session.project, replace(full(), data=replace(full().data, result=known())))
    shown = view(Session(session.project, write=False), "data", 78)
    assert shown is not None
    text = " ".join(shown.plain.split())
    assert "stopped before it looked for 2 things: duplicates, constant columns" in text
    assert "the audit found nothing" not in text

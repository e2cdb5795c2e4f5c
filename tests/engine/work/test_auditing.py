"""An audit that is looked at while it works, and stopped in the middle: what was found stays, the rest is named."""

import shutil
from pathlib import Path

import pytest

from engine.audit import DETECTORS
from engine.jobs import follow
from engine.jobs.context import Context
from engine.jobs.events import Line, Phase
from engine.jobs.folder import JobFolder
from engine.projects import create
from engine.seeing.kept import drawn, kept
from engine.session import Session, set_answers
from engine.so_far import so_far
from engine.steps import Plan
from engine.steps.data import Data, DataResult
from engine.steps.framing import Framing
from engine.values import Finding
from engine.work.auditing import EFFECT
from engine.work.data import run


class Impatient(Context):
    """Somebody who presses the stop key at the first finding, and keeps what could be seen then."""

    seen_then: DataResult | None = None

    def found(self, finding: Finding) -> None:
        super().found(finding)
        early = so_far(self.folder)
        assert isinstance(early, DataResult)
        self.seen_then = early
        self.folder.stop.touch()


def test_a_stop_keeps_what_was_found_and_names_what_was_not_looked_for(tmp_path: Path, shared_data: Path) -> None:
    shutil.copy(shared_data / "titanic3" / "titanic3.csv", tmp_path)
    plan = Plan(
        framing=Framing(data="titanic3.csv", target=("survived",), task="binary"),
        data=Data(source="embarked", margins="sex=male:0.5,female:0.5"),
    )
    context = Impatient(JobFolder(tmp_path / "jobs" / "0001-data"), 1, None, 1.0)
    result = run(plan, context)
    first = result.findings[0].detector
    assert {finding.detector for finding in result.findings} == {first}
    titles = [detector.title.lower() for detector in DETECTORS.values()]
    at = list(DETECTORS).index(first)
    assert result.not_looked_for == (*titles[at + 1 :], EFFECT, "the population's shares", "differences of sources")
    assert result.weighting is None
    assert not result.sources
    early = context.seen_then
    assert early is not None
    assert early.sealed == result.sealed
    assert early.reading == result.reading
    pictures = kept(context.folder.path, early.seen)
    assert pictures is not None
    assert pictures.columns
    assert pictures.rows == result.sealed.development if result.sealed else 0
    finished = kept(tmp_path, result.seen)
    assert finished is not None
    assert finished.columns == pictures.columns
    assert [group.finding for group in finished.groups if group.finding] == [
        finding.key for finding in result.findings if finding.row_ids
    ]


@pytest.mark.slow
def test_a_real_job_is_seen_and_stopped_in_the_middle(projects_dir: Path, shared_data: Path) -> None:
    session = create(projects_dir, "bikes")
    file = shared_data / "bike_sharing_hourly" / "hour.csv"
    set_answers(session, [f"framing.data={file}", "framing.target=cnt", "framing.task=regression"])
    job = session.start("data")
    early: list[DataResult] = []

    def look(lines: list[Line]) -> bool:
        looking = any(isinstance(line.event, Phase) and line.event.name.startswith("looking") for line in lines)
        if looking and not early:
            watching = Session(session.project, write=False)
            found = so_far(job)
            assert isinstance(found, DataResult)
            early.append(found)
            assert drawn(watching) is not None
            session.stop()
        return False

    view = follow.wait(job, look, timeout=300)
    assert view.state == "done"
    session.collect()
    result = session.plan.data.result
    assert result is not None
    assert result.not_looked_for
    assert EFFECT in result.not_looked_for
    assert result.sealed is not None
    assert any("stopped before it looked for" in note.text for note in session.advice("data").notes)
    assert drawn(session) is not None

"""A killed search goes on: no finished trial is lost, none is repeated."""

import os
import signal
from pathlib import Path

import pytest
from journey import Journey

from engine.jobs.events import Trial
from engine.jobs.folder import SupervisorFolder, latest
from engine.jobs.follow import wait

pytestmark = pytest.mark.slow

TRIALS = 5


def test_sigkill_in_the_middle_of_tuning_loses_and_repeats_nothing(journey: Journey, shared_data: Path) -> None:
    settings = (f"tuning.trials={TRIALS}", "tuning.minutes=10", "baseline.epochs=20", "baseline.attempts=1")
    journey.new("killed", shared_data / "penguins_raw/penguins_raw.csv", "Species", *settings)
    journey.done("run", "killed", "baseline")
    project = journey.projects / "killed"
    running = journey.start("run", "killed", "tuning")
    while (job := latest(project, "tuning")) is None:
        assert running.poll() is None, running.stderr
    done: set[int] = set()

    def two_are_done(lines: list) -> bool:  # type: ignore[type-arg]
        done.update(line.event.number for line in lines if isinstance(line.event, Trial) and line.event.state == "done")
        return len(done) >= 2

    wait(job, two_are_done, timeout=300)
    owner = SupervisorFolder(project).owner()
    assert owner is not None
    os.kill(owner.pid, signal.SIGKILL)
    running.wait(timeout=60)
    before = {path.parent.name: path.stat().st_mtime_ns for path in job.units.glob("*/result.json")}
    assert len(before) >= 2
    journey.done("run", "killed", "tuning")
    after = {path.parent.name: path.stat().st_mtime_ns for path in job.units.glob("*/result.json")}
    assert before.items() <= after.items()
    result = journey.result("killed", "tuning")
    assert [row["number"] for row in result["board"]] == list(range(TRIALS))
    assert len(after) == TRIALS
    ledger = (project / "ledger.jsonl").read_text()
    assert all(ledger.count(f'{job.path.name} trial {number}"') == 1 for number in range(TRIALS))

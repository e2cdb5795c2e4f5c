"""A job from its submission to its result, through the files that everybody reads."""

import json
import math
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from workplace import Workplace

from engine.errors import JobFailed, UserError
from engine.jobs import launch
from engine.jobs.events import Log, read
from engine.jobs.folder import JobFolder, all_jobs, latest, state
from engine.jobs.follow import Follower
from engine.jobs.room import require_room


def test_a_job_tells_events_and_leaves_a_result(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("tell_everything", {"numbers": [1, 2, 3]})
    view = workplace.ended(folder)
    result = folder.result()
    assert result is not None
    assert (result.state, result.result, result.seed) == ("done", {"sum": 6, "seed": 7}, 7)
    assert (view.state, view.phase, view.done, view.total, view.eta) == ("done", "reading", 1, 3, 2.5)
    assert [log.text for log in view.tail] == [f"line {number}" for number in range(4, 12)]
    assert view.findings[0].columns == ("a",)
    assert view.trials[1].values == {"units": 32, "rate": 0.1, "norm": True, "kind": "adam"}
    text = folder.log.read_text()
    assert "to the log file" in text
    assert "straight to descriptor 2" in text
    lines, end = read(folder.events)
    assert [line.seq for line in lines] == list(range(1, len(lines) + 1))
    assert end == folder.events.stat().st_size


def test_curves_are_thinned_but_keep_their_last_point(workplace: Workplace) -> None:
    workplace.start()
    view = workplace.ended(workplace.submit("tell_everything", {"numbers": []}))
    points = view.curves["fold 1"].points
    assert points[0].epoch == 1
    assert points[-1].epoch == 1000
    assert points[-1].values == {"loss": 1 / 1000}
    assert len(points) < 500


def test_who_attaches_later_sees_the_same(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("tell_everything", {"numbers": [1]})
    first = workplace.ended(folder)
    later = Follower(JobFolder(folder.path))
    later.poll()
    assert later.view == first
    assert not math.isnan(later.view.curves["fold 1"].points[0].values["loss"])


def test_inputs_come_as_the_type_that_the_function_asks_for(workplace: Workplace) -> None:
    workplace.start()
    given = msgspec.json.encode({"left": 2, "right": 3})
    folder = launch.submit(workplace.path, "data", "sample_jobs:add", given)
    workplace.ended(folder)
    result = folder.result()
    assert result is not None
    assert result.result == {"left": 5, "right": 0}


def test_jobs_run_one_at_a_time_in_order(workplace: Workplace) -> None:
    workplace.start()
    gate = workplace.gate()
    first = workplace.submit("wait_at_gate", {"gate": gate})
    second = workplace.submit("add", {"left": 1})
    workplace.until(first, lambda line: isinstance(line.event, Log))
    assert (state(first), state(second)) == ("running", "queued")
    workplace.open_gate()
    workplace.ended(second)
    assert state(first) == "done"
    assert [job.number for job in all_jobs(workplace.path)] == [1, 2]
    assert latest(workplace.path, "tuning") == second
    assert latest(workplace.path, "data") is None


def test_a_job_submitted_while_the_supervisor_still_imports_is_run(workplace: Workplace) -> None:
    gate = workplace.gate()
    Path(workplace.path, "slow_to_import.py").write_text(f"open({gate!r}).read()\n")
    sys.path.insert(0, str(workplace.path))
    workplace.start("--imports", "slow_to_import")
    folder = workplace.submit("add", {"left": 1})
    assert state(folder) == "queued"
    workplace.open_gate()
    assert workplace.ended(folder).state == "done"


def test_two_that_start_a_supervisor_at_once_get_one(workplace: Workplace) -> None:
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: workplace.start(), range(8)))
    workplace.ended(workplace.submit("add", {"left": 1}))
    owner = workplace.owner()
    command = (sys.executable, "-m", "engine.jobs.supervisor", str(workplace.path), "--imports", "")
    assert subprocess.run(command, check=False).returncode == 0
    assert workplace.owner() == owner
    running = [
        pid
        for pid in os.listdir("/proc")
        if pid.isdigit() and str(workplace.path).encode() in _command(int(pid)).split(b"\0")
    ]
    assert running == [str(owner)]


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def test_submitting_at_once_gives_distinct_numbers(workplace: Workplace) -> None:
    workplace.start()
    script = (
        "import sys; from pathlib import Path; from engine.jobs.launch import submit\n"
        "submit(Path(sys.argv[1]), sys.argv[2], 'sample_jobs:add', {'left': 1})"
    )
    steps = ["data", "metric", "baseline", "overfit", "tuning", "protocol", "labels", "framing"]
    racing = [subprocess.Popen((sys.executable, "-c", script, str(workplace.path), step)) for step in steps]
    assert [process.wait() for process in racing] == [0] * 8
    jobs = all_jobs(workplace.path)
    assert [job.number for job in jobs] == list(range(1, 9))
    assert sorted(job.step for job in jobs) == sorted(steps)
    assert {workplace.ended(job).state for job in jobs} == {"done"}


def test_an_idle_supervisor_ends_and_the_next_job_starts_another(workplace: Workplace) -> None:
    workplace.start("--idle", "0.2")
    first = workplace.submit("add", {"left": 1})
    workplace.ended(first)
    wait_for_end(workplace)
    assert not workplace.supervisor.alive
    assert state(first) == "done"
    workplace.start()
    assert workplace.ended(workplace.submit("add", {"left": 1})).state == "done"


def wait_for_end(workplace: Workplace) -> None:
    """Block until the supervisor's lock is free."""
    command = ("flock", "--shared", "--wait", "60", str(workplace.supervisor.lock), "true")
    subprocess.run(command, check=True)


def test_a_search_may_copy_the_context(workplace: Workplace) -> None:
    workplace.start()
    view = workplace.ended(workplace.submit("tell_through_a_copy"))
    assert (view.state, [log.text for log in view.tail]) == ("done", ["from the copy"])


def test_a_nearly_full_disk_is_told_before_work_begins(tmp_path: Path) -> None:
    require_room(tmp_path, 1)
    with pytest.raises(JobFailed, match=r"only \d+ MB are free there, 4398046511104 are needed"):
        require_room(tmp_path, 1 << 62)


def test_resuming_what_is_done_is_refused(workplace: Workplace) -> None:
    workplace.start()
    folder = workplace.submit("add", {"left": 1})
    workplace.ended(folder)
    with pytest.raises(UserError, match=r"0001-tuning is done; only an interrupted, stopped or failed job"):
        launch.resume(folder)


def test_following_and_launching_load_no_heavy_library() -> None:
    script = "import sys, json, engine.jobs.launch, engine.jobs.follow; print(json.dumps(sorted(sys.modules)))"
    told = subprocess.run((sys.executable, "-c", script), capture_output=True, text=True, check=True)
    loaded = set(json.loads(told.stdout))
    assert not loaded & {"tensorflow", "keras", "keras_tuner", "sklearn", "scipy", "pandas", "duckdb", "numpy"}

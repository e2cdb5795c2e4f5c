"""`new`, `run`, `attach` and `stop` on real files, with a real supervisor: what is run, what is said, how it ends."""

import json
import os
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

import pytest
from shell import ROOT, modelwright

from engine import ledger, runs
from engine.jobs.folder import SupervisorFolder, all_jobs, state

pytestmark = pytest.mark.slow
DEFINING = ("framing", "data", "labels", "metric")


def end(project: Path) -> None:
    """End the supervisor of a project."""
    owner = SupervisorFolder(project).owner()
    if owner is not None and SupervisorFolder(project).alive:
        os.kill(owner.pid, signal.SIGTERM)


def status(projects: Path, name: str = "penguins") -> Any:
    return json.loads(modelwright("status", name, "--json", projects=projects).stdout)


@pytest.fixture(scope="module")
def projects(tmp_path_factory: pytest.TempPathFactory, shared_data: Path) -> Iterator[Path]:
    """A folder with `penguins`, made by `new`; its supervisor is warm."""
    folder = tmp_path_factory.mktemp("projects")
    data = shared_data / "penguins_raw" / "penguins_raw.csv"
    made = modelwright("new", "penguins", "--data", str(data), "--target", "Species", projects=folder)
    assert made.returncode == 0, made.stderr
    assert made.stdout == f"{folder / 'penguins'}\n"
    yield folder
    end(folder / "penguins")


@pytest.fixture
def framed(projects: Path) -> Iterator[Path]:
    """The same, with its framing put back afterwards."""
    file = projects / "penguins" / "project.toml"
    before = file.read_bytes()
    yield projects
    file.write_bytes(before)


def test_new_looks_at_the_file(projects: Path) -> None:
    framing = status(projects)["steps"]["framing"]
    assert framing["state"] == "done"
    assert framing["verdict"]["outcome"] == "passed"
    assert framing["answers"]["task"] == "multiclass"
    assert "task" in framing["advised"]
    assert framing["result"]["reading"]["rows"] == 344


def test_a_target_that_is_not_there_leaves_no_project(tmp_path: Path, shared_data: Path) -> None:
    data = shared_data / "penguins_raw" / "penguins_raw.csv"
    ended = modelwright("new", "one", "--data", str(data), "--target", "Specis", projects=tmp_path)
    assert ended.returncode == 2
    assert "'Species'" in ended.stderr.splitlines()[-1]
    assert list(tmp_path.iterdir()) == []


BAD = {
    "binary": (bytes(range(256)) * 40, "y", ""),
    "one column": (b"y\n" + b"1\n2\n" * 40, "y", "column"),
    "constant target": (b"x,y\n" + b"".join(b"%d,7\n" % i for i in range(60)), "y", "one value only"),
    "nearest name": (b"x,price\n" + b"".join(b"%d,%d\n" % (i, i % 2) for i in range(60)), "prise", "'price'"),
    "few rows": (b"x,y\n1,0\n2,1\n", "y", "at least 30"),
}


@pytest.mark.parametrize("bad", BAD)
def test_what_is_wrong_with_a_file_is_one_sentence(framed: Path, tmp_path: Path, bad: str) -> None:
    content, target, said = BAD[bad]
    (tmp_path / "rows.csv").write_bytes(content)
    answers = (f"framing.data={tmp_path / 'rows.csv'}", f"framing.target={target}", "framing.task=")
    assert modelwright("set", "penguins", *answers, projects=framed).returncode == 0
    ended = modelwright("run", "penguins", "framing", "--json", projects=framed)
    assert ended.returncode == 2, ended.stderr
    last = ended.stderr.splitlines()[-1]
    assert last.startswith("modelwright: ")
    assert said in last
    assert "Traceback" not in ended.stderr
    assert json.loads(ended.stdout)["steps"]["framing"]["state"] == "failed"


def test_run_takes_the_advised_answers_and_says_so(projects: Path) -> None:
    ended = modelwright("run", "penguins", "--through", "metric", "--json", projects=projects)
    assert ended.returncode == 0, ended.stderr
    tree = json.loads(ended.stdout)
    assert [name for name, step in tree["steps"].items() if step["state"] == "done"] == list(DEFINING)
    assert "as advised: primary = accuracy" in ended.stderr
    assert "nobody decided, so as advised: data.decisions" in ended.stderr
    assert "primary" in tree["steps"]["metric"]["advised"]
    decided = tree["steps"]["data"]["answers"]["decisions"]
    asking = [
        finding["key"] for finding in tree["steps"]["data"]["result"]["findings"] if finding["severity"] != "note"
    ]
    assert sorted(decided) == sorted(asking)
    assert any(entry.kind == "advised" for entry in ledger.entries(projects / "penguins"))
    before = len(all_jobs(projects / "penguins"))
    again = modelwright("run", "penguins", "--through", "metric", projects=projects)
    assert again.returncode == 0
    assert len(all_jobs(projects / "penguins")) == before, "what is fresh is not run again"


def test_a_budget_that_is_over_ends_the_run_and_says_how_to_go_on(projects: Path) -> None:
    ended = modelwright("run", "penguins", "--through", "overfit", "--budget", "0.0001", projects=projects)
    assert ended.returncode == 0
    assert "go on with: modelwright run penguins" in ended.stderr


def test_the_sealed_test_set_is_not_opened_by_naming_its_step(projects: Path) -> None:
    ended = modelwright("run", "penguins", "evaluation", "--budget", "0.0001", projects=projects)
    assert status(projects)["ledger"]["test_openings"] == 0
    assert ended.returncode in (0, 2)


def until(stream: IO[str], words: str) -> str:
    """Read lines until one holds the words."""
    told = ""
    for line in stream:
        told += line
        if words in line:
            return told
    raise AssertionError(told)


def start(projects: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-P", "-m", "tui.cli", "--projects", str(projects), *words]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def test_ctrl_c_stops_the_job_and_ends_with_130(projects: Path) -> None:
    run = start(projects, "run", "penguins", "--through", "baseline")
    assert run.stderr is not None
    until(run.stderr, "attempt: dense network")
    run.send_signal(signal.SIGINT)
    _, rest = run.communicate(timeout=120)
    assert run.returncode == 130
    assert rest.splitlines()[-1] == "modelwright: interrupted"
    assert state(all_jobs(projects / "penguins")[-1]) == "stopped"
    assert status(projects)["job"] is None
    assert runs.going_on(projects / "penguins") is None


def test_a_detached_run_can_be_watched_and_stopped(projects: Path) -> None:
    ended = modelwright("run", "penguins", "--through", "overfit", "--detach", projects=projects)
    assert ended.returncode == 0
    assert ended.stdout.strip() == str(projects / "penguins" / "run.log")
    assert "modelwright attach penguins" in ended.stderr
    second = modelwright("run", "penguins", projects=projects)
    assert (second.returncode, "is being run already" in second.stderr) == (2, True)
    watch = start(projects, "attach", "penguins")
    assert watch.stderr is not None
    until(watch.stderr, "following")
    stopped = modelwright("stop", "penguins", projects=projects)
    assert stopped.returncode == 0
    out, _ = watch.communicate(timeout=120)
    assert watch.returncode == 0
    assert out.startswith("penguins: ")
    assert runs.going_on(projects / "penguins") is None
    assert "modelwright: interrupted" in (projects / "penguins" / "run.log").read_text()


def test_noise_ends_at_the_drawing_board_with_exit_code_3(tmp_path: Path) -> None:
    noise = random.Random(11)
    rows = "".join(f"{noise.gauss(0, 1):.3f},{noise.gauss(0, 1):.3f},{noise.choice('ab')}\n" for _ in range(200))
    (tmp_path / "noise.csv").write_text("u,v,y\n" + rows)
    short = [word for each in ("attempts=2", "epochs=20", "curate=no") for word in ("--set", f"baseline.{each}")]
    made = modelwright(
        "new", "noise", "--data", str(tmp_path / "noise.csv"), "--target", "y", *short, projects=tmp_path
    )
    assert made.returncode == 0, made.stderr
    try:
        ended = modelwright("run", "noise", projects=tmp_path)
        assert ended.returncode == 3, ended.stderr
        assert "Back to the drawing board: baseline says stop." in ended.stdout
        archive = tmp_path / "noise" / "attempts" / "01"
        assert f"This attempt is kept in {archive}." in ended.stdout
        assert (archive / "project.toml").exists()
        tree = status(tmp_path, "noise")
        assert tree["steps"]["baseline"]["verdict"]["outcome"] == "failed"
        assert tree["ledger"]["test_openings"] == 0
        jobs = len(all_jobs(tmp_path / "noise"))
        again = modelwright("run", "noise", "--json", projects=tmp_path)
        assert again.returncode == 3
        assert json.loads(again.stdout)["steps"]["baseline"]["state"] == "failed"
        assert "Back to the drawing board" in again.stderr
        assert len(all_jobs(tmp_path / "noise")) == jobs
    finally:
        end(tmp_path / "noise")


def test_what_is_decided_as_advised_may_answer_a_question_and_the_data_is_read_again(
    tmp_path: Path, shared_data: Path
) -> None:
    data = shared_data / "parkinsons_updrs" / "parkinsons_updrs.data"
    made = ("new", "patients", "--data", str(data), "--target", "total_UPDRS", "--task", "regression")
    assert modelwright(*made, projects=tmp_path).returncode == 0
    try:
        ended = modelwright("run", "patients", "data", "--json", projects=tmp_path)
    finally:
        end(tmp_path / "patients")
    assert ended.returncode == 0, ended.stderr
    steps = json.loads(ended.stdout)["steps"]
    assert steps["framing"]["answers"]["group"] == "subject#"
    assert steps["data"]["answers"]["decisions"]["group_overlap:subject#"] == "accept"
    assert (steps["framing"]["state"], steps["data"]["state"]) == ("done", "done")
    assert steps["data"]["result"]["sealed"]["kind"] == "group"

"""project.toml outlives every way of being interrupted: it always parses, and holds the old plan or the new one."""

import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

from engine import store
from engine.errors import UserError
from engine.steps import Plan, Project
from engine.steps.framing import Framing

ROOT = Path(__file__).resolve().parents[2]
KILLS = 200
LATEST = 0.01
"""Seconds after the first save within which a writer is killed; a save takes a fraction of it."""

WRITER = f"""
import os, random, select, signal, sys
from pathlib import Path
from engine import store
from engine.steps import Plan, Project
from engine.steps.framing import Framing

folder, moment = Path(sys.argv[1]), random.Random(7)
plans = [Plan(project=Project(name=name), framing=Framing(purpose=name * 20000)) for name in "ab"]
for kill in range({KILLS}):
    ready, told = os.pipe()
    if (writer := os.fork()) == 0:
        lock = store.Lock(folder)
        assert lock.take()
        for turn in range(1_000_000):
            store.save(folder, plans[turn % 2])
            if turn == 0:
                os.write(told, b"!")
    os.close(told)
    assert os.read(ready, 1) == b"!"
    select.select([], [], [], moment.uniform(0, {LATEST}))
    os.kill(writer, signal.SIGKILL)
    os.waitpid(writer, 0)
    os.close(ready)
    found = store.load(folder)
    assert found.framing.purpose == found.project.name * 20000, kill
    half = list(folder.glob(".project.toml.*.tmp"))
    print(len(half), flush=True)
"""


def test_after_200_kills_during_writes_the_file_always_parses(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-P", "-c", WRITER, str(tmp_path)],
        capture_output=True,
        text=True,
        env={"PYTHONPATH": str(ROOT)},
        timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    left = [int(line) for line in ended.stdout.splitlines()]
    assert len(left) == KILLS
    assert left[-1] > 0, "no kill fell into a write: the test shows nothing"


def test_the_version_before_is_kept(tmp_path: Path) -> None:
    for name in ("first", "second"):
        store.save(tmp_path, Plan(project=Project(name=name)))
    assert store.load(tmp_path).project.name == "second"
    assert 'name = "first"' in (tmp_path / store.BACKUP).read_text()


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    odd = 'line one\nline "two"\t\\ \u2028 \x7f 타이타닉 \U0001f427'
    plan = Plan(project=Project(name="one"), framing=Framing(purpose=odd, target=("a,b", "=")))
    store.save(tmp_path, plan)
    assert store.load(tmp_path) == plan


def test_a_folder_that_cannot_be_written_is_told_and_the_file_stays(tmp_path: Path) -> None:
    plan = Plan(project=Project(name="one"))
    store.save(tmp_path, plan)
    (tmp_path / store.BACKUP).mkdir()
    with pytest.raises(UserError, match="cannot be written"):
        store.save(tmp_path, msgspec.structs.replace(plan, project=Project(name="two")))
    assert store.load(tmp_path) == plan
    assert [path.name for path in tmp_path.glob(".project.toml.*")] == []


def test_the_lock_of_a_dead_holder_is_free(tmp_path: Path) -> None:
    hold = "import sys; from pathlib import Path; from engine.store import Lock; l = Lock(Path(sys.argv[1])); l.take()"
    wait = "; print('held', flush=True); sys.stdin.read()"
    holder = subprocess.Popen(
        [sys.executable, "-P", "-c", hold + wait, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={"PYTHONPATH": str(ROOT)},
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == b"held\n"
    lock = store.Lock(tmp_path)
    assert not lock.take()
    found = lock.holder()
    assert found is not None
    assert found.pid == holder.pid
    holder.kill()
    holder.communicate()
    assert lock.take()
    lock.release()

"""The event file under several writers, torn tails and damage; and what surrounds a supervisor."""

import os
from pathlib import Path

import pytest

from engine.jobs.events import Epoch, EventLog, Log, read
from engine.jobs.surroundings import applies, disk_kind

WRITERS, EACH = 4, 1000


def test_a_line_without_its_end_is_left_for_later(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.append(Log("one"))
    whole = path.stat().st_size
    with open(path, "ab") as file:
        file.write(b'{"seq":2,"time":1.0,"event":{"type":"log",')
    lines, offset = read(path)
    assert [line.event for line in lines] == [Log("one")]
    assert offset == whole
    with open(path, "ab") as file:
        file.write(b'"text":"two"}}\n')
    assert [line.event for line in read(path, offset)[0]] == [Log("two")]


def test_a_torn_tail_is_cut_off_by_whoever_opens_the_file(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.append(Log("one"))
    log.append(Log("two"))
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size - 5)
    EventLog(path).append(Log("three"))
    assert [(line.seq, line.event) for line in read(path)[0]] == [(1, Log("one")), (2, Log("three"))]


def test_what_a_dead_writer_left_half_written_is_cut_off_by_the_next_to_write(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    log = EventLog(path)
    log.append(Log("one"))
    with open(path, "ab") as file:
        file.write(b'{"seq":2,"ti')
    log.append(Log("two"))
    assert [(line.seq, line.event) for line in read(path)[0]] == [(1, Log("one")), (2, Log("two"))]


def test_processes_that_write_at_once_share_one_sequence(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    children = []
    at_the_line, go = os.pipe()
    for writer in range(WRITERS):
        if (pid := os.fork()) == 0:
            log = EventLog(path)
            os.close(go)
            os.read(at_the_line, 1)
            for number in range(EACH):
                log.append(Log(f"{writer} {number}"))
            os._exit(0)
        children.append(pid)
    os.close(go)
    assert [os.waitpid(pid, 0)[1] for pid in children] == [0] * WRITERS
    lines, _ = read(path)
    assert [line.seq for line in lines] == list(range(1, WRITERS * EACH + 1))
    for writer in range(WRITERS):
        texts = [line.event.text for line in lines if isinstance(line.event, Log)]
        assert [text for text in texts if text.startswith(f"{writer} ")] == [f"{writer} {n}" for n in range(EACH)]


def test_values_that_are_not_finite_survive(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    EventLog(path).append(Epoch("run", 1, 2, {"loss": float("nan"), "accuracy": 0.5}))
    (line,) = read(path)[0]
    assert line.event == Epoch("run", 1, 2, {"loss": None, "accuracy": 0.5})


def test_a_line_of_a_later_version_is_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "events.jsonl"
    EventLog(path).append(Log("one"))
    with open(path, "ab") as file:
        file.write(b'{"seq":2,"time":1.0,"event":{"type":"hologram"}}\n')
    EventLog(path).append(Log("three"))
    assert [line.seq for line in read(path)[0]] == [1, 3]


@pytest.mark.parametrize(
    ("told", "killed"),
    [
        ('b true\nas 0\nas 1 "root"', True),
        ('b false\nas 0\nas 1 "root"', False),
        ('b true\nas 1 "bob"\nas 0', False),
        ('b true\nas 2 "bob" "ann"\nas 0', True),
        ('b true\nas 0\nas 1 "ann"', False),
    ],
)
def test_what_logind_says_of_a_user(told: str, killed: bool) -> None:
    assert applies(told, "ann") is killed


def test_the_innermost_mount_tells_the_kind_of_disk(tmp_path: Path) -> None:
    mounts = tmp_path / "mounts"
    mounts.write_text(f"/dev/a / ext4 rw 0 0\nbox:/home {tmp_path} nfs4 rw 0 0\n/dev/b /other xfs rw 0 0\n")
    assert disk_kind(tmp_path / "project", mounts) == "nfs4"
    assert disk_kind(Path("/somewhere"), mounts) == "ext4"

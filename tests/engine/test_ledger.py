"""The record that nobody edits: every act is there, in order, and a line that was touched shows."""

import json
import multiprocessing
from pathlib import Path

import pytest

from engine import ledger
from engine.errors import UserError


@pytest.fixture
def book(tmp_path: Path) -> Path:
    ledger.record(tmp_path, "look", "baseline", "attempt 1", 0.81)
    ledger.record(tmp_path, "override", "data", "boat: override: größer als gedacht\nzweite Zeile")
    ledger.record(tmp_path, "opening", "evaluation", "sealed rows opened")
    ledger.record(tmp_path, "look", "tuning", "trial 0", 0.84)
    return tmp_path


def lines(project: Path) -> list[bytes]:
    return (project / "ledger.jsonl").read_bytes().splitlines(keepends=True)


def test_acts_are_told_in_order(book: Path) -> None:
    found = ledger.entries(book)
    assert [entry.step for entry in found] == ["baseline", "data", "evaluation", "tuning"]
    assert [entry.score for entry in found] == [0.81, None, None, 0.84]
    assert found[1].what.endswith("größer als gedacht\nzweite Zeile")
    assert ledger.count(book, "look") == 2
    assert ledger.count(book, "skip") == 0


def test_nothing_has_happened_in_a_new_project(tmp_path: Path) -> None:
    assert ledger.entries(tmp_path) == ()


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_removed_line_shows(book: Path, place: int) -> None:
    kept = lines(book)
    del kept[place]
    (book / "ledger.jsonl").write_bytes(b"".join(kept))
    with pytest.raises(UserError, match=rf"ledger.jsonl, line {place + 1}: the line before it was removed or edited"):
        ledger.entries(book)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_an_edited_line_shows(book: Path, place: int) -> None:
    kept = lines(book)
    entry = json.loads(kept[place])
    entry["score"] = 0.5
    kept[place] = json.dumps(entry).encode() + b"\n"
    (book / "ledger.jsonl").write_bytes(b"".join(kept))
    with pytest.raises(UserError, match=rf"line {place + 2}: the line before it was removed or edited"):
        ledger.entries(book)


def test_lines_in_another_order_show(book: Path) -> None:
    kept = lines(book)
    (book / "ledger.jsonl").write_bytes(b"".join([kept[0], kept[2], kept[1], kept[3]]))
    with pytest.raises(UserError, match="line 2"):
        ledger.entries(book)


@pytest.mark.parametrize("rubbish", [b"{}\n", b"half a li", b'{"kind":"peek","step":"a","what":"b"}\n'])
def test_what_is_no_entry_is_named_by_its_line(book: Path, rubbish: bytes) -> None:
    with open(book / "ledger.jsonl", "ab") as file:
        file.write(rubbish)
    with pytest.raises(UserError, match=r"line 5: not a ledger entry"):
        ledger.entries(book)


def _writer(project: Path, number: int) -> None:
    for turn in range(20):
        ledger.record(project, "look", "tuning", f"{number}:{turn}")


def test_processes_that_write_at_once_keep_the_chain(tmp_path: Path) -> None:
    fork = multiprocessing.get_context("fork")
    writers = [fork.Process(target=_writer, args=(tmp_path, number)) for number in range(4)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0] * 4
    found = ledger.entries(tmp_path)
    assert sorted(entry.what for entry in found) == sorted(f"{n}:{t}" for n in range(4) for t in range(20))

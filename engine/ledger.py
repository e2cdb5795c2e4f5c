"""The append-only record of looks at validation data, openings of the test set, and decisions against advice.

Each line carries the digest of the line before it, so that a removed or edited line shows.
"""

import fcntl
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

import msgspec

from engine.errors import UserError
from engine.values import Value

Kind = Literal["look", "opening", "against", "skip", "override", "advised", "redraw"]
FIRST = "0" * 64


class Entry(Value, frozen=True):
    """One act: `kind`, the step it belongs to, what was done, and the score that was seen, if any."""

    kind: Kind
    step: str
    what: str
    score: float | None = None
    when: str = ""
    before: str = ""


def record(project: Path, kind: Kind, step: str, what: str, score: float | None = None) -> Entry:
    """Append one act and wait until it is on disk. Errors: OSError when the disk refuses."""
    with open(project / "ledger.jsonl", "ab+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        file.seek(0)
        lines = file.read().splitlines()
        before = _digest(lines[-1]) if lines else FIRST
        when = datetime.now(UTC).isoformat(timespec="seconds")
        entry = Entry(kind=kind, step=step, what=what, score=score, when=when, before=before)
        file.write(msgspec.json.encode(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return entry


def entries(project: Path) -> tuple[Entry, ...]:
    """Every act so far. Errors: UserError when a line was removed or edited."""
    path = project / "ledger.jsonl"
    if not path.exists():
        return ()
    before, found = FIRST, []
    for number, line in enumerate(path.read_bytes().splitlines(), 1):
        try:
            entry = msgspec.json.decode(line, type=Entry)
        except msgspec.DecodeError:
            raise UserError(f"{path}, line {number}: not a ledger entry; restore the file from a copy") from None
        if entry.before != before:
            raise UserError(
                f"{path}, line {number}: the line before it was removed or edited; restore the file from a copy"
            )
        before = _digest(line)
        found.append(entry)
    return tuple(found)


def count(project: Path, kind: Kind) -> int:
    """How often an act of this kind is on record."""
    return sum(entry.kind == kind for entry in entries(project))


def _digest(line: bytes) -> str:
    return hashlib.sha256(line).hexdigest()

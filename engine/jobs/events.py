"""What a job tells while it runs: typed events, one JSON line each, appended by several processes, read by anybody.

Every writer takes the file's lock for the moment of its one write, so `seq` is the line's number: 1, 2, 3 … without
gaps, whichever of the job's processes wrote it.
"""

import errno
import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from engine.errors import JobFailed
from engine.values import Finding

BLOCK = 1 << 20


class Event(msgspec.Struct, frozen=True, tag_field="type", tag=str.lower, omit_defaults=True):
    """Something a job tells."""


class Phase(Event, frozen=True):
    """The part of the job now going on, `done` of `total` units (0 = not countable), `eta` in seconds."""

    name: str
    done: int = 0
    total: int = 0
    eta: float | None = None


class Epoch(Event, frozen=True):
    """One point of the curves of `run` (a fold, a rung, a trial); None stands for a value that is not finite."""

    run: str
    epoch: int
    total: int
    values: dict[str, float | None]


class Found(Event, frozen=True):
    """A detector's finding, as soon as it is known."""

    finding: Finding


TrialState = Literal["running", "done", "failed", "infeasible", "pruned", "skipped"]


class Trial(Event, frozen=True):
    """A trial of a search: its hyperparameters, its score, its seconds, and a note such as why it failed."""

    number: int
    state: TrialState
    values: dict[str, str | float | int | bool]
    score: float | None = None
    seconds: float = 0.0
    note: str = ""


class Luck(Event, frozen=True):
    """How much choosing the best of `trials` is expected to flatter it, now and after ten more; the metric's unit."""

    trials: int
    now: float
    later: float
    light: Literal["green", "amber", "red"]


class Log(Event, frozen=True):
    """A line of narration for the reader."""

    text: str
    level: Literal["info", "warning", "error"] = "info"


class Started(Event, frozen=True):
    """An attempt began in process `pid`."""

    pid: int
    attempt: int


class Finished(Event, frozen=True):
    """The attempt ended; written after `result.json`."""

    state: Literal["done", "failed", "stopped"]
    sentence: str
    advice: str = ""


AnyEvent = Phase | Epoch | Found | Trial | Luck | Log | Started | Finished


class Line(msgspec.Struct, frozen=True):
    """An event as it is written: its line number in the file, and unix time in seconds."""

    seq: int
    time: float
    event: AnyEvent


def plain(value: Any) -> Any:
    """Arrays and scalars of numpy as lists and numbers, for msgspec's `enc_hook`. Errors: TypeError."""
    if hasattr(value, "tolist"):
        return value.tolist()
    raise TypeError(f"{type(value).__name__} cannot be written as JSON")


_encoder = msgspec.json.Encoder(enc_hook=plain)
_decoder = msgspec.json.Decoder(Line)


class EventLog:
    """The writing end of `events.jsonl`; every process opens its own, because a lock is shared by who inherits it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._turn = threading.Lock()
        self._end = self._seq = 0
        try:
            self._file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        except OSError as error:
            raise self._refused(error) from None
        with self._locked():
            self._catch_up()

    def append(self, event: AnyEvent) -> None:
        """Write one event. Errors: JobFailed when the disk refuses; nothing is left half-written then."""
        try:
            with self._locked():
                self._catch_up()
                line = _encoder.encode(Line(self._seq + 1, time.time(), event)) + b"\n"
                if os.write(self._file, line) != len(line):
                    os.ftruncate(self._file, self._end)
                    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
                self._end += len(line)
                self._seq += 1
        except OSError as error:
            raise self._refused(error) from None

    def close(self) -> None:
        os.close(self._file)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        with self._turn:
            fcntl.flock(self._file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                fcntl.flock(self._file, fcntl.LOCK_UN)

    def _catch_up(self) -> None:
        """Count what other writers added; a line without an end, left by one that died, is cut off."""
        size = os.fstat(self._file).st_size
        at = self._end
        while at < size and (block := os.pread(self._file, BLOCK, at)):
            self._seq += block.count(b"\n")
            if (last := block.rfind(b"\n")) >= 0:
                self._end = at + last + 1
            at += len(block)
        if size > self._end:
            os.ftruncate(self._file, self._end)

    def _refused(self, error: OSError) -> JobFailed:
        return JobFailed(f"{self._path}: cannot be written ({error.strerror}); free some space, then resume the job")


def read(path: Path, offset: int = 0) -> tuple[list[Line], int]:
    """The events from byte `offset` on, and the offset to go on from.

    A line without its newline is left for the next time; a line that this version cannot read is passed over.
    """
    try:
        with open(path, "rb") as file:
            file.seek(offset)
            content = file.read()
    except FileNotFoundError:
        return [], offset
    whole = content[: content.rfind(b"\n") + 1]
    lines = []
    for text in whole.splitlines():
        try:
            lines.append(_decoder.decode(text))
        except msgspec.DecodeError:
            continue
    return lines, offset + len(whole)

"""The files of one job and what they say of its state; nothing here starts, stops or computes anything."""

import re
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import msgspec

from engine.errors import UserError
from engine.files import write_atomic
from engine.jobs import lock

State = Literal["queued", "running", "done", "failed", "stopped", "interrupted"]
StopReason = Literal["", "user", "kill", "budget", "supervisor"]
Kind = TypeVar("Kind", bound=msgspec.Struct)
REASONS: tuple[StopReason, ...] = ("kill", "budget", "supervisor")
NAME = re.compile(r"(\d{4,})-([a-z][a-z0-9_]*)")


class Request(msgspec.Struct, frozen=True):
    """What is to be computed: `function` (`package.module:name`) called with `inputs`, within the budget if any.

    `attempt` counts from 1; a resumed job goes on in the same folder as the next attempt.
    """

    step: str
    function: str
    inputs: msgspec.Raw
    budget_seconds: float | None
    seed: int
    submitted: float
    attempt: int = 1


class Start(msgspec.Struct, frozen=True):
    """Which process runs which attempt, forked by which supervisor; `process_start` tells a reused pid apart."""

    attempt: int
    pid: int
    process_start: int
    supervisor: str
    time: float


class JobResult(msgspec.Struct, frozen=True):
    """How an attempt ended: one sentence, what to do next, and the function's result where it is done."""

    attempt: int
    state: Literal["done", "failed", "stopped"]
    kind: str = ""
    """What went wrong: `error`, `user`, `job`, `out_of_memory`, `disk_full`, `killed`, `crashed`; or why it stopped."""
    result: Any = None
    sentence: str = ""
    advice: str = ""
    seconds: float = 0.0
    engine: str = ""
    seed: int = 1
    finished: float = 0.0


class Owner(msgspec.Struct, frozen=True):
    """The process that holds the lock; `process_start` in clock ticks since boot."""

    pid: int
    process_start: int
    boot_id: str
    host: str
    since: float
    engine: str

    @property
    def name(self) -> str:
        """What tells this supervisor from every other."""
        return f"{self.boot_id}:{self.pid}:{self.process_start}"


@dataclass(frozen=True, slots=True)
class SupervisorFolder:
    """Where a project's supervisor keeps its lock, its log and the pipe that wakes it."""

    project: Path

    @property
    def path(self) -> Path:
        return self.project / "supervisor"

    @property
    def lock(self) -> Path:
        return self.path / "lock"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def wake(self) -> Path:
        return self.path / "wake"

    @property
    def queue(self) -> Path:
        """The lock held while a job is put into the queue, and while the supervisor finds it empty and leaves."""
        return self.path / "queue"

    @property
    def alive(self) -> bool:
        """Whether a supervisor is there: the lock decides, not the pid."""
        return lock.held(self.lock)

    def take(self) -> int | None:
        """The open file that now holds the lock, with no owner written yet; None when a supervisor is there."""
        held = lock.take(self.lock)
        if held is not None:
            (self.path / "owner.json").unlink(missing_ok=True)
        return held

    def owner(self) -> Owner | None:
        """The present supervisor, None while it has not written who it is; of a dead one, who it was."""
        return _read(self.path / "owner.json", Owner)

    def write_owner(self, owner: Owner) -> None:
        write_atomic(self.path / "owner.json", msgspec.json.encode(owner))


@dataclass(frozen=True, slots=True)
class JobFolder:
    """The directory of a job, `jobs/NNNN-STEP`."""

    path: Path

    @property
    def project(self) -> Path:
        return self.path.parent.parent

    @property
    def supervisor(self) -> SupervisorFolder:
        return SupervisorFolder(self.project)

    @property
    def number(self) -> int:
        return int(self.path.name.partition("-")[0])

    @property
    def step(self) -> str:
        return self.path.name.partition("-")[2]

    @property
    def events(self) -> Path:
        return self.path / "events.jsonl"

    @property
    def log(self) -> Path:
        return self.path / "log.txt"

    @property
    def checkpoint(self) -> Path:
        return self.path / "checkpoint"

    @property
    def units(self) -> Path:
        return self.path / "units"

    @property
    def stop(self) -> Path:
        return self.path / "stop"

    @property
    def pause(self) -> Path:
        """While this file is there, the job's units stand still and its budget does not run."""
        return self.path / "pause"

    def skip(self, unit: str) -> Path:
        """The file that makes a unit be left out, when it runs or before."""
        return self.path / "skip" / unit

    def request(self) -> Request:
        """What was asked for. Errors: UserError when the file is damaged."""
        request = _read(self.path / "request.json", Request)
        if request is None:
            raise UserError(f"{self.path / 'request.json'}: not readable as a job's request; run the step again")
        return request

    def write_request(self, request: Request) -> None:
        write_atomic(self.path / "request.json", msgspec.json.encode(request))

    def started(self) -> Start | None:
        """The start of the present attempt, None while it waits in the queue."""
        start = _read(self.path / "started.json", Start)
        return start if start is not None and start.attempt == self.request().attempt else None

    def write_started(self, start: Start) -> None:
        write_atomic(self.path / "started.json", msgspec.json.encode(start))

    def result(self) -> JobResult | None:
        """How the present attempt ended, None while it has not."""
        result = _read(self.path / "result.json", JobResult)
        return result if result is not None and result.attempt == self.request().attempt else None

    def write_result(self, content: bytes) -> None:
        write_atomic(self.path / "result.json", content)

    def stop_reason(self, deadline: float | None = None) -> StopReason:
        """Why the present attempt should stop, empty when it should not; `deadline` on the monotonic clock."""
        try:
            text = self.stop.read_text()
        except FileNotFoundError:
            return "budget" if deadline is not None and time.monotonic() >= deadline else ""
        return next((reason for reason in REASONS if reason == text), "user")

    def waiting(self) -> bool:
        """Whether the present attempt neither started nor ended nor was called off."""
        return self.started() is None and self.result() is None and not self.stop.exists()


def state(folder: JobFolder) -> State:
    """Where a job stands. What nobody is going to finish or to start, the supervisor being dead, is interrupted."""
    try:
        result, started = folder.result(), folder.started()
    except UserError:
        return "failed"
    if result is not None:
        return result.state
    if started is None and folder.stop.exists():
        return "stopped"
    if folder.supervisor.alive:
        if started is None:
            return "queued"
        owner = folder.supervisor.owner()
        if owner is not None and owner.name == started.supervisor:
            return "running"
    late = folder.result()
    return late.state if late is not None else "interrupted"


def all_jobs(project: Path) -> list[JobFolder]:
    """Every job of a project in the order of their numbers."""
    found = [JobFolder(path) for path in (project / "jobs").glob("*-*") if NAME.fullmatch(path.name)]
    return sorted(found, key=lambda job: job.number)


def latest(project: Path, step: str) -> JobFolder | None:
    """The newest job of a step."""
    return next((job for job in reversed(all_jobs(project)) if job.step == step), None)


def _read(path: Path, kind: type[Kind]) -> Kind | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (FileNotFoundError, msgspec.DecodeError):
        return None

"""Watching a job through its files alone: the same for who submitted it and for who comes back to it later."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from engine.jobs.events import AnyEvent, Epoch, Finished, Found, Line, Log, Luck, Phase, Started, Trial, read
from engine.jobs.folder import JobFolder, State, state
from engine.values import Finding

TAIL = 8
ENDED = ("done", "failed", "stopped", "interrupted")
FAREWELL = 2.0
"""Seconds that the last event may come after the result."""


@dataclass(frozen=True, slots=True)
class Point:
    """The values of one epoch by name; not-a-number where a value was not finite."""

    epoch: int
    values: dict[str, float]


@dataclass(frozen=True, slots=True)
class Curve:
    """The points of one fold, rung or trial so far, of `total` epochs."""

    total: int
    points: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class JobView:
    """What is known of a job: a fold over its events, and its state on disk."""

    state: State = "queued"
    attempt: int = 1
    pid: int = 0
    phase: str = ""
    done: int = 0
    total: int = 0
    eta: float | None = None
    curves: dict[str, Curve] = field(default_factory=dict)
    trials: dict[int, Trial] = field(default_factory=dict)
    luck: Luck | None = None
    findings: tuple[Finding, ...] = ()
    tail: tuple[Log, ...] = ()
    """The last lines of narration."""
    sentence: str = ""
    """How it ended, empty while it has not."""
    advice: str = ""
    told: float | None = None
    """Unix time of the last event."""
    silent: float | None = None
    """Seconds since the last event of a running job ("no sign of life"); None otherwise."""


class Follower:
    """Reads a job's events from where it left off. It writes nothing, and may be made and dropped at any time."""

    def __init__(self, folder: JobFolder) -> None:
        self.folder = folder
        self._offset = 0
        self._view = JobView()

    def poll(self) -> list[Line]:
        """The events since the last call."""
        lines, self._offset = read(self.folder.events, self._offset)
        for line in lines:
            self._view = replace(fold(self._view, line.event), told=line.time)
        return lines

    @property
    def view(self) -> JobView:
        """The job as of the last `poll`, with its state as of now."""
        now = state(self.folder)
        if now in ("queued", "running"):
            silent = max(0.0, time.time() - self._view.told) if now == "running" and self._view.told else None
            return replace(self._view, state=now, silent=silent, sentence="", advice="")
        result = self.folder.result()
        if result is None:
            return replace(self._view, state=now)
        return replace(self._view, state=now, sentence=result.sentence, advice=result.advice)


def fold(view: JobView, event: AnyEvent) -> JobView:
    """The view after one more event."""
    match event:
        case Phase():
            return replace(view, phase=event.name, done=event.done, total=event.total, eta=event.eta)
        case Epoch():
            return replace(view, curves={**view.curves, event.run: _extended(view.curves.get(event.run), event)})
        case Trial():
            return replace(view, trials={**view.trials, event.number: event})
        case Luck():
            return replace(view, luck=event)
        case Found():
            return replace(view, findings=(*view.findings, event.finding))
        case Log():
            return replace(view, tail=(*view.tail, event)[-TAIL:])
        case Started():
            kept = {number: trial for number, trial in view.trials.items() if trial.state != "running"}
            return replace(view, attempt=event.attempt, pid=event.pid, trials=kept, findings=(), sentence="", advice="")
        case Finished():
            return replace(view, sentence=event.sentence, advice=event.advice)


def _extended(curve: Curve | None, event: Epoch) -> Curve:
    """The curve with one more point; a run that began again replaces what it had from there on."""
    values = {name: math.nan if value is None else value for name, value in event.values.items()}
    before = tuple(point for point in curve.points if point.epoch < event.epoch) if curve is not None else ()
    return Curve(event.total, (*before, Point(event.epoch, values)))


def wait(
    folder: JobFolder,
    on_events: Callable[[list[Line]], object] | None = None,
    timeout: float | None = None,
) -> JobView:
    """Follow until the job has ended; a true answer of `on_events` ends the following, not the job.

    The view returned tells by its state whether the job had ended. After `timeout` seconds it is returned as it is.
    """
    follower = Follower(folder)
    until = math.inf if timeout is None else time.monotonic() + timeout
    pause, leave, told_its_end = 0.1, math.inf, False
    while True:
        now = state(folder)
        lines = follower.poll()
        if lines:
            told_its_end = isinstance(lines[-1].event, Finished)
        if lines and on_events is not None and on_events(lines):
            return follower.view
        if now in ENDED:
            leave = min(leave, time.monotonic() + FAREWELL)
            if told_its_end or folder.result() is None:
                return follower.view
        if time.monotonic() >= min(until, leave):
            return follower.view
        pause = 0.1 if lines else min(0.5, pause * 1.5)
        time.sleep(max(0.0, min(pause, until - time.monotonic())))

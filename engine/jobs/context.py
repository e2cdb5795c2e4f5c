"""What a job's function is given beside its inputs: whom to tell, where to write, when to stop, how to fork a unit."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from engine.jobs.events import AnyEvent, Epoch, EventLog, Found, Log, Phase, Trial, TrialState
from engine.jobs.folder import JobFolder
from engine.jobs.outcome import Stopped
from engine.jobs.units import UnitOutcome, run_unit
from engine.values import Finding

PERIOD = 0.25
"""Seconds between two points of one curve; what comes faster is thinned, the last point always kept."""


class Context:
    """The job's side of its folder. Made anew in every process, because each opens the event log for itself."""

    def __init__(
        self,
        folder: JobFolder,
        seed: int,
        deadline: float | None,
        grace: float,
        checkpoint: Path | None = None,
        events: Path | None = None,
    ) -> None:
        self.folder = folder
        self.project = folder.project
        self.seed = seed
        self.deadline = deadline
        """`time.monotonic()` at which the budget is used up; None without a budget."""
        self.grace = grace
        """Seconds that a unit is given to end by itself once a stop is asked for."""
        self.checkpoint = checkpoint or folder.checkpoint
        """A folder that survives attempts: what lies there is there again after a resume."""
        self.checkpoint.mkdir(parents=True, exist_ok=True)
        self.pulse: Callable[[], object] = lambda: None
        """Called every now and then while a unit runs."""
        self._events = events or folder.events
        self._log = EventLog(self._events)
        self._told: dict[str, float] = {}
        self._held: dict[str, AnyEvent] = {}

    def __deepcopy__(self, memo: object) -> "Context":
        """Itself: a search copies the callbacks that hold it, and the event log is one per process."""
        return self

    def tell(self, event: AnyEvent) -> None:
        """Write an event, after those that were held back. Errors: JobFailed when the disk refuses."""
        self.flush()
        self._log.append(event)

    def phase(self, name: str, done: int = 0, total: int = 0, eta: float | None = None) -> None:
        """Say what is going on now: `done` of `total` units, `eta` in seconds."""
        self._thin(f"phase {name}", Phase(name, done, total, eta), last=done >= total)

    def epoch(self, run: str, epoch: int, total: int, **values: float) -> None:
        """Add a point to the curves of `run`; values that are not finite are kept as such."""
        point = Epoch(run, epoch, total, {name: float(value) for name, value in values.items()})
        self._thin(f"epoch {run}", point, last=epoch >= total)

    def found(self, finding: Finding) -> None:
        """Tell a finding as soon as it is known."""
        self.tell(Found(finding))

    def trial(
        self,
        number: int,
        state: TrialState,
        values: dict[str, str | float | int | bool],
        score: float | None = None,
        seconds: float = 0.0,
        note: str = "",
    ) -> None:
        """Put a trial on the board, or change what the board says of it."""
        self.tell(Trial(number, state, values, None if score is None else float(score), seconds, note))

    def log(self, text: str, level: Literal["info", "warning", "error"] = "info") -> None:
        """Add a line to the narration."""
        self.tell(Log(text, level))

    def stopping(self) -> bool:
        """Whether the job should end now, with a checkpoint: one look at the clock and at one file name."""
        return (self.deadline is not None and time.monotonic() >= self.deadline) or self.folder.stop.exists()

    def check(self) -> None:
        """Errors: Stopped, when the job should end now. To be called after each epoch."""
        if self.stopping():
            raise Stopped

    def fork(self, function: Callable[[Any, "Context"], Any], argument: Any, unit: str) -> UnitOutcome:
        """Run one unit (a trial, a fold) in a process of its own; a unit that has an outcome is not run again.

        The child is a copy of this process: memory that the unit used is given back, and when it is killed only the
        unit is lost. **Nothing of tensorflow may have been computed in this process before**, and it must be
        called from the main thread. Within the unit `context.checkpoint` is the unit's own.
        """
        self.flush()
        return run_unit(self, function, argument, unit)

    def for_unit(self, checkpoint: Path) -> "Context":
        """The context of a unit, to be made in the unit's process; the stop file tells it of the deadline."""
        return Context(self.folder, self.seed, None, self.grace, checkpoint, self._events)

    def for_worker(self) -> "Context":
        """The context of a process beside this one, to be made there; the stop file tells it of the deadline."""
        return Context(self.folder, self.seed, None, self.grace, None, self._events)

    def flush(self) -> None:
        """Write the points that were held back."""
        while self._held:
            self._log.append(self._held.pop(next(iter(self._held))))

    def _thin(self, key: str, event: AnyEvent, last: bool) -> None:
        now = time.monotonic()
        self._held.pop(key, None)
        if not last and now - self._told.get(key, -PERIOD) < PERIOD:
            self._held[key] = event
            return
        self.tell(event)
        self._told[key] = now

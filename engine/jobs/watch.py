"""The watchdog of one running job: its budget and its stop are kept by the clock, its death is told as a result."""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from engine.files import write_atomic
from engine.jobs.folder import JobFolder, Request, StopReason
from engine.jobs.outcome import LESS_MEMORY, Outcome, stopped
from engine.jobs.worker import write_end

LAST = 5.0
"""Seconds between SIGTERM and SIGKILL."""


class Watch:
    """A job's process from its fork to its end.

    When the budget is used up, or the supervisor has to end, the job is asked to stop by its stop file; after `grace`
    seconds comes SIGTERM, then SIGKILL. A stop that the user asked for is not enforced: an epoch may be long, and
    `kill` is at hand.
    """

    def __init__(self, folder: JobFolder, request: Request, pid: int, deadline: float | None, grace: float) -> None:
        self.ended = False
        self._folder, self._request, self._pid, self._grace = folder, request, pid, grace
        self._began = time.monotonic()
        self._next: float | None = deadline
        self._paused: float | None = None
        self._sent: list[signal.Signals] = []
        self._asked: StopReason = ""
        with suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)

    def next_look(self) -> float | None:
        """The monotonic time at which something is due, None when only the child's end or a wake-up can come."""
        return self._next

    def look(self, closing: bool) -> None:
        """Note the end of the process, or do what is due. Errors: UserError when its end cannot be written."""
        if os.waitid(os.P_PID, self._pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None:
            self._end()
            return
        now = time.monotonic()
        self._note_pause(now)
        if self._folder.stop_reason() == "kill" and signal.SIGKILL not in self._sent:
            self._kill()
        elif not self._asked and (closing or self._is_due(now)):
            self._asked = "supervisor" if closing else "budget"
            if not self._folder.stop.exists():
                write_atomic(self._folder.stop, self._asked.encode())
            self._next = now + self._grace
        elif self._asked and self._is_due(now):
            if self._sent:
                self._kill()
            else:
                os.kill(self._pid, signal.SIGTERM)
                self._sent.append(signal.SIGTERM)
                self._next = now + min(LAST, self._grace)

    def _note_pause(self, now: float) -> None:
        """Let the budget stand still while the job is paused; a stop, or closing, ends a pause."""
        paused = self._folder.pause.exists() and not self._asked
        if paused and self._paused is None and self._next is not None:
            self._paused, self._next = self._next - now, None
        elif not paused and self._paused is not None:
            self._next = now + self._paused
            self._paused = None

    def _is_due(self, now: float) -> bool:
        return self._next is not None and now >= self._next

    def _kill(self) -> None:
        os.kill(self._pid, signal.SIGKILL)
        self._sent.append(signal.SIGKILL)
        self._next = None

    def _end(self) -> None:
        """Clear away what the job left running, reap it, and write its end where it could not do so itself."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._pid, signal.SIGKILL)
        status = os.waitstatus_to_exitcode(os.waitpid(self._pid, 0)[1])
        self.ended = True
        if self._folder.result() is None:
            write_end(self._folder, self._request, self._why(status), time.monotonic() - self._began)

    def _why(self, status: int) -> Outcome:
        if self._sent:
            return stopped(self._folder.stop_reason() or self._asked)
        return death(status, self._folder.log)


def death(status: int, log: Path) -> Outcome:
    """What an exit status means for a job that left no result; negative is the signal that ended it."""
    if status == -signal.SIGKILL:
        sentence = (
            f"the worker was killed by the system (signal {-status}), most likely because memory ran out; see {log}"
        )
        return Outcome("failed", "killed", sentence=sentence, advice=LESS_MEMORY)
    if status < 0:
        name = signal.Signals(-status).name
        return Outcome(
            "failed",
            "crashed",
            sentence=f"the worker crashed ({name}); see {log}",
            advice="Mend the cause, then resume.",
        )
    return Outcome(
        "failed",
        "error",
        sentence=f"the worker ended without a result (exit status {status}); see {log}",
        advice="Mend the cause, then resume.",
    )

"""One unit of a job (a trial, a fold) in a forked process: its outcome is a file, and is never computed twice."""

import os
import re
import select
import signal
import sys
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import msgspec

from engine.files import write_atomic
from engine.jobs.outcome import LESS_MEMORY, outcome
from engine.jobs.process import die_with, offer_to_oom_killer
from engine.jobs.room import require_room

if TYPE_CHECKING:
    from engine.jobs.context import Context

LOOK = 0.5
"""Seconds between two looks for a stop while a unit runs; its end itself is noticed at once."""
AGAIN = 20
"""How often a unit is begun again that was killed although memory had not run out."""


class UnitOutcome(msgspec.Struct, frozen=True):
    """How a unit ended. All but `stopped` are final; `killed` means that something outside the job killed it."""

    state: Literal["done", "failed", "killed", "out_of_memory", "skipped", "stopped"]
    result: Any = None
    sentence: str = ""
    advice: str = ""


def unit_outcome(units: Path, unit: str) -> UnitOutcome | None:
    """The outcome of a unit of an earlier attempt or of this one, None when it has none."""
    try:
        return msgspec.json.decode((units / unit / "result.json").read_bytes(), type=UnitOutcome)
    except (FileNotFoundError, msgspec.DecodeError):
        return None


def run_unit(context: "Context", function: Callable[[Any, "Context"], Any], argument: Any, unit: str) -> UnitOutcome:
    """Fork, run `function(argument, context)` in the child, wait; one that somebody killed goes on where it was.

    Errors: ValueError when `unit` is no file name, JobFailed when the disk is nearly full.
    """
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*", unit):
        raise ValueError(f"unit {unit!r}: letters, digits, `.`, `_` and `-` only")
    units = context.folder.units
    if (known := unit_outcome(units, unit)) is not None:
        return known
    if context.stopping():
        return UnitOutcome("stopped", sentence="not begun")
    require_room(context.folder.path)
    (units / unit).mkdir(parents=True, exist_ok=True)
    for _ in range(AGAIN):
        ran_out = times_memory_ran_out()
        status, ended_by_us = _wait(_begin(context, function, argument, units / unit), context, unit)
        if (told := unit_outcome(units, unit)) is not None:
            return told
        if context.folder.skip(unit).exists():
            return _final(units / unit, UnitOutcome("skipped", sentence="left out on request"))
        if ended_by_us or status == 0:
            return UnitOutcome(
                "stopped", sentence="ended before it was finished; it starts again when the job is resumed"
            )
        if status > 0:
            return UnitOutcome(
                "failed",
                sentence=f"its process ended without an outcome (exit status {status}); see {context.folder.log}",
            )
        if status != -signal.SIGKILL or times_memory_ran_out() > ran_out:
            break
    sentence = f"its process was killed by the system (signal {-status})"
    advice = ""
    if -status == signal.SIGKILL:
        sentence, advice = f"{sentence}, most likely because memory ran out", LESS_MEMORY
    return _final(units / unit, UnitOutcome("killed", sentence=sentence, advice=advice))


def times_memory_ran_out() -> int:
    """How often the kernel killed for want of memory since boot; 0 where it does not tell."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)


def _begin(context: "Context", function: Callable[[Any, "Context"], Any], argument: Any, folder: Path) -> int:
    """Fork the unit; its process id."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    if (pid := os.fork()) == 0:
        _be_the_unit(context, function, argument, folder, parent)
    return pid


def _final(folder: Path, outcome: UnitOutcome) -> UnitOutcome:
    write_atomic(folder / "result.json", msgspec.json.encode(outcome))
    return outcome


def _wait(pid: int, context: "Context", unit: str) -> tuple[int, bool]:
    """The child's exit status (negative: the signal), and whether it was killed here for not stopping in time."""
    killed, give_up, paused = False, float("inf"), None
    waiter = os.pidfd_open(pid)
    poll = select.poll()
    poll.register(waiter, select.POLLIN)
    try:
        while not poll.poll(LOOK * 1000):
            now = time.monotonic()
            context.pulse()
            paused = _stand_still(pid, context, paused, now)
            if paused is None and give_up == float("inf") and context.stopping():
                give_up = now + context.grace
            if (now >= give_up or context.folder.skip(unit).exists()) and not killed:
                os.kill(pid, signal.SIGKILL)
                killed = True
    except BaseException:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        raise
    finally:
        os.close(waiter)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), killed


def _stand_still(pid: int, context: "Context", since: float | None, now: float) -> float | None:
    """Stop the child while the job is paused and let it go on afterwards; since when it stands still, if it does."""
    wanted = context.folder.pause.exists() and not context.folder.stop.exists()
    if wanted and since is None:
        os.kill(pid, signal.SIGSTOP)
        return now
    if since is not None and not wanted:
        os.kill(pid, signal.SIGCONT)
        if context.deadline is not None:
            context.deadline += now - since
        return None
    return since


def _be_the_unit(
    context: "Context", function: Callable[[Any, "Context"], Any], argument: Any, folder: Path, parent: int
) -> None:
    """The child's whole life; it never returns."""
    status = 1
    try:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)
        die_with(parent)
        offer_to_oom_killer(900)

        def call() -> Any:
            own = context.for_unit(folder / "checkpoint")
            try:
                return function(argument, own)
            finally:
                own.flush()

        ended = outcome(call, lambda: context.folder.stop_reason(context.deadline), context.folder.log)
        if ended.state != "stopped":
            state: Literal["done", "failed", "out_of_memory"]
            state = "out_of_memory" if ended.kind == "out_of_memory" else ended.state
            told = UnitOutcome(state, ended.result, ended.sentence, ended.advice)
            write_atomic(folder / "result.json", msgspec.json.encode(told))
        status = 0
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)

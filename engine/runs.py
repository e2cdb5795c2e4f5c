"""Who is carrying out a plan without the wizard: told by one file, so that others can wait for it or stop it."""

import os
import signal
from contextlib import suppress
from pathlib import Path

import msgspec

from engine.files import write_atomic
from engine.jobs.process import start_time

FILE = "run.json"
LOG = "run.log"


class Run(msgspec.Struct, frozen=True):
    """The process of a run; `process_start` (clock ticks since boot) tells a reused pid apart."""

    pid: int
    process_start: int

    def stop(self) -> None:
        """Ask the run to stop its job and to end."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)


def announce(project: Path, pid: int) -> None:
    """Say that process `pid` carries out the plan. Errors: UserError when the disk refuses."""
    write_atomic(project / FILE, msgspec.json.encode(Run(pid, start_time(pid))))


def going_on(project: Path) -> Run | None:
    """The run that is alive, if there is one."""
    try:
        run = msgspec.json.decode((project / FILE).read_bytes(), type=Run)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
    return run if run.process_start and start_time(run.pid) == run.process_start else None


def over(project: Path) -> None:
    """Take the word back, when it was this process that gave it."""
    run = going_on(project)
    if run is not None and run.pid == os.getpid():
        (project / FILE).unlink(missing_ok=True)

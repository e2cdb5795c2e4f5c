"""`python -m engine.jobs.supervisor PROJECT`: runs a project's jobs one after the other, each in a forked process.

It has imported the heavy libraries and computed nothing with them, so that a fork is ready at once and its memory and
GPU are clean.
"""

import argparse
import gc
import importlib
import os
import select
import signal
import socket
import sys
import time
import traceback
from collections.abc import Iterable
from pathlib import Path

from engine import __version__
from engine.errors import UserError
from engine.jobs import lock
from engine.jobs.folder import JobFolder, Owner, SupervisorFolder, all_jobs
from engine.jobs.process import boot_id, cores, start_time
from engine.jobs.watch import Watch
from engine.jobs.worker import run_child

IDLE = 900.0
GRACE = 30.0
LOOK_AROUND = 30.0
"""Seconds between two looks whether the project is still there."""
HEAVY = (
    "tensorflow",
    "keras",
    "keras_tuner",
    "sklearn.ensemble",
    "sklearn.linear_model",
    "scipy.stats",
    "pandas",
)
SIGNALS = (signal.SIGCHLD, signal.SIGTERM)


def main() -> int:
    """Read the command line, take the lock (without it there is nothing to do), serve."""
    parser = argparse.ArgumentParser(prog="engine.jobs.supervisor", description=__doc__.split("\n")[0])
    parser.add_argument("project", type=Path)
    parser.add_argument("--idle", type=float, default=IDLE, help="end after so many seconds without a job")
    parser.add_argument("--grace", type=float, default=GRACE, help="seconds a job is given to end by itself")
    parser.add_argument("--imports", help="modules to import beforehand, with commas; default: all that jobs use")
    parser.add_argument("--lock", type=int, help="open file that holds the lock already")
    given = parser.parse_args()
    here = SupervisorFolder(given.project.resolve())
    here.path.mkdir(parents=True, exist_ok=True)
    held = _lock(here, given.lock)
    if held is None:
        return 0
    supervisor = Supervisor(here, held, given.idle, given.grace)
    set_environment()
    import_all(job_modules() if given.imports is None else filter(None, given.imports.split(",")))
    return supervisor.serve()


def set_environment() -> None:
    """Settings that the libraries read once, when they are imported; what the user has set is kept."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "TF_NUM_INTRAOP_THREADS"):
        os.environ.setdefault(name, str(cores()))
    os.environ.setdefault("TF_NUM_INTEROP_THREADS", "2")
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
    os.environ["KERAS_BACKEND"] = "tensorflow"


def job_modules() -> Iterable[str]:
    """The heavy libraries, then the module of each step's job."""
    from engine.steps import STEPS

    return dict.fromkeys((*HEAVY, *(step.job.partition(":")[0] for step in STEPS.values() if step.job)))


def import_all(modules: Iterable[str]) -> None:
    """Import; what cannot be imported is told in the log here, and to the user by the first job that needs it."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception:
            traceback.print_exc()
    gc.collect()
    gc.freeze()


def _lock(here: SupervisorFolder, inherited: int | None) -> int | None:
    if inherited is not None:
        try:
            if os.path.samestat(os.fstat(inherited), os.stat(here.lock)) and lock.take_open(inherited):
                os.set_inheritable(inherited, False)
                return inherited
        except OSError as error:
            print(f"the lock was not handed over ({error.strerror})", file=sys.stderr)
    return here.take()


class Supervisor:
    """Serves one project for as long as it holds the lock; it sleeps until woken, a child ends or a time is up."""

    def __init__(self, here: SupervisorFolder, held: int, idle: float, grace: float) -> None:
        self._here, self._held, self._idle, self._grace = here, held, idle, grace
        if not here.wake.exists():
            os.mkfifo(here.wake, 0o600)
        self._wake = os.open(here.wake, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        self._signals, self._signalled = os.pipe2(os.O_NONBLOCK | os.O_CLOEXEC)
        self._watch: Watch | None = None
        self._closing = False
        self._owner = Owner(
            os.getpid(), start_time(os.getpid()), boot_id(), socket.gethostname(), time.time(), __version__
        )
        here.write_owner(self._owner)

    def serve(self) -> int:
        """Run what is queued until there has been nothing to do for the idle time. Returns the exit status."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        signal.signal(signal.SIGCHLD, lambda number, frame: None)
        signal.signal(signal.SIGTERM, self._close)
        signal.set_wakeup_fd(self._signalled, warn_on_full_buffer=False)
        quiet_since = time.monotonic()
        while True:
            try:
                self._look()
            except UserError as error:
                print(error, file=sys.stderr)
                return 1
            if self._watch is None and (self._closing or time.monotonic() - quiet_since >= self._idle):
                if self._let_go():
                    return 0
                quiet_since = time.monotonic()
                continue
            if self._watch is None and self._abandoned():
                return 0
            idle_until = min(quiet_since + self._idle, time.monotonic() + LOOK_AROUND)
            until = self._watch.next_look() if self._watch is not None else idle_until
            woken = self._sleep(until)
            if woken or self._watch is not None:
                quiet_since = time.monotonic()

    def _abandoned(self) -> bool:
        """Whether the project was deleted or moved away: nobody can reach this supervisor any more."""
        try:
            return not os.path.samestat(os.fstat(self._held), os.stat(self._here.lock))
        except OSError:
            return True

    def _close(self, number: int, frame: object) -> None:
        self._closing = True

    def _look(self) -> None:
        """Watch the running job; start the next when there is none. Errors: UserError when an end cannot be written."""
        if self._watch is not None:
            self._watch.look(self._closing)
            if self._watch.ended:
                self._watch = None
        if self._watch is None and not self._closing and (folder := self._next()) is not None:
            self._watch = self._start(folder)

    def _next(self) -> JobFolder | None:
        """The waiting job with the lowest number; one whose request is damaged is told in the log and passed over."""
        for folder in all_jobs(self._here.project):
            try:
                if folder.waiting():
                    return folder
            except UserError as error:
                print(error, file=sys.stderr)
        return None

    def _start(self, folder: JobFolder) -> Watch:
        request = folder.request()
        deadline = None if request.budget_seconds is None else time.monotonic() + request.budget_seconds
        sys.stdout.flush()
        sys.stderr.flush()
        if (pid := os.fork()) == 0:
            self._be_the_job(folder, deadline)
        return Watch(folder, request, pid, deadline, self._grace)

    def _be_the_job(self, folder: JobFolder, deadline: float | None) -> None:
        """The child's whole life; it never returns. What only the supervisor may hold is closed first."""
        status = 1
        try:
            signal.set_wakeup_fd(-1)
            for number in (*SIGNALS, signal.SIGHUP):
                signal.signal(number, signal.SIG_DFL)
            for file in (self._held, self._wake, self._signals, self._signalled):
                os.close(file)
            run_child(folder, deadline, self._grace, self._owner)
            status = 0
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)

    def _sleep(self, until: float | None) -> bool:
        """Wait for a wake-up, a signal or the time; whether somebody asked for something."""
        timeout = None if until is None else max(0.0, until - time.monotonic())
        ready, _, _ = select.select([self._wake, self._signals], [], [], timeout)
        for file in ready:
            os.read(file, 4096)
        return bool(ready)

    def _let_go(self) -> bool:
        """Release the lock unless a job is being queued or has been: its submitter relies on this supervisor."""
        with lock.moment(self._here.queue, patient=False) as nobody_submits:
            if not self._closing and (not nobody_submits or self._next() is not None):
                return False
            os.close(self._held)
        return True


if __name__ == "__main__":
    sys.exit(main())

"""Starting, submitting, resuming and stopping jobs, from any process and at once; the computing is the supervisor's."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec

from engine.errors import UserError
from engine.files import write_atomic
from engine.jobs import lock
from engine.jobs.events import plain
from engine.jobs.folder import NAME, JobFolder, Request, SupervisorFolder, state
from engine.jobs.surroundings import prefix_and_warning

LOOK = 0.02
"""Seconds between two looks at a supervisor that is ending."""


def ensure_supervisor(project: Path, arguments: tuple[str, ...] = ()) -> str:
    """See to it that the project has a supervisor, without waiting for what it imports.

    The lock is taken here and handed to the new process, so that there is one supervisor however many ask, and it
    counts as alive from the return of this call. `arguments` go to `engine.jobs.supervisor`. Returns what
    the user must know of the surroundings, usually nothing. Errors: UserError when it cannot be started.
    """
    here = SupervisorFolder(project.resolve())
    try:
        here.path.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            os.mkfifo(here.wake, 0o600)
        held = here.take()
    except OSError as error:
        raise _refused(here.path, error) from None
    if held is None:
        wake(here)
        return ""
    prefix, warning = prefix_and_warning(here.project, os.environ)
    command = (
        *prefix,
        sys.executable,
        "-P",
        "-m",
        "engine.jobs.supervisor",
        str(here.project),
        "--lock",
        str(held),
        *arguments,
    )
    try:
        with open(here.log, "ab") as log:
            supervisor = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=here.project,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                pass_fds=(held,),
                start_new_session=True,
            )
    except OSError as error:
        raise UserError(f"{command[0]}: cannot be started ({error.strerror}); run `modelwright doctor`") from None
    finally:
        os.close(held)
    threading.Thread(target=supervisor.wait, daemon=True, name="supervisor-reaper").start()
    return warning


def end_supervisor(project: Path, patience: float = 10.0) -> None:
    """End the project's supervisor and wait until it is gone, as it writes until then; killed after `patience` seconds.

    One that has not written yet who it is cannot be reached before it has.
    """
    here, began = SupervisorFolder(project), time.monotonic()
    while here.alive:
        owner = here.owner()
        if owner is not None:
            late = time.monotonic() - began > patience
            with suppress(ProcessLookupError):
                os.kill(owner.pid, signal.SIGKILL if late else signal.SIGTERM)
        elif time.monotonic() - began > 2 * patience:
            return
        time.sleep(LOOK)


def submit(
    project: Path,
    step: str,
    function: str,
    inputs: bytes | dict[str, Any],
    budget_seconds: float | None = None,
    seed: int = 1,
) -> JobFolder:
    """Put a job into the queue and see to it that somebody runs it.

    `function` is `package.module:name`, called in the worker as `function(inputs, context)`; `inputs` are JSON,
    or what becomes JSON. The folder appears under its name with the request already in it. Errors: UserError.
    """
    given = msgspec.json.decode(inputs) if isinstance(inputs, bytes) else inputs
    content = msgspec.Raw(msgspec.json.encode(given, enc_hook=plain))
    request = Request(step, function, content, budget_seconds, seed, time.time())
    jobs = project.resolve() / "jobs"
    with _queue(project.resolve()):
        jobs.mkdir(exist_ok=True)
        number = _next_number(jobs)
        folder, hidden = JobFolder(jobs / f"{number:04d}-{step}"), JobFolder(jobs / f".{number:04d}")
        hidden.path.mkdir(exist_ok=True)
        hidden.write_request(request)
        hidden.path.rename(folder.path)
    return folder


def resume(folder: JobFolder, budget_seconds: float | None = None) -> JobFolder:
    """Queue an interrupted, stopped or failed job as its next attempt; checkpoints and finished units are reused.

    `budget_seconds` is that of the new attempt. Errors: UserError when the job is not one of these.
    """
    now = state(folder)
    if now in ("queued", "running", "done"):
        raise UserError(f"job {folder.path.name} is {now}; only an interrupted, stopped or failed job can be resumed")
    with _queue(folder.project):
        request = folder.request()
        folder.stop.unlink(missing_ok=True)
        folder.pause.unlink(missing_ok=True)
        folder.write_request(
            msgspec.structs.replace(
                request, attempt=request.attempt + 1, submitted=time.time(), budget_seconds=budget_seconds
            )
        )
    return folder


def stop(folder: JobFolder) -> None:
    """Ask a job to end after its present epoch, with a checkpoint; a queued one is called off."""
    _flag(folder, b"user")


def kill(folder: JobFolder) -> None:
    """End a job now; what is lost is its present epoch or trial."""
    _flag(folder, b"kill")


def pause(folder: JobFolder) -> None:
    """Let a job's units stand still where they are, with their memory; its budget does not run meanwhile."""
    if state(folder) in ("queued", "running"):
        write_atomic(folder.pause, b"")
        wake(folder.supervisor)


def unpause(folder: JobFolder) -> None:
    """Let a paused job go on."""
    folder.pause.unlink(missing_ok=True)
    wake(folder.supervisor)


def skip(folder: JobFolder, unit: str) -> None:
    """Leave a unit out for good: ended at once when it runs, never begun otherwise."""
    folder.skip(unit).parent.mkdir(exist_ok=True)
    write_atomic(folder.skip(unit), b"")


def wake(supervisor: SupervisorFolder) -> None:
    """Make the supervisor look at its queue; nothing happens when there is none, because it looks when it starts."""
    with suppress(OSError):
        pipe = os.open(supervisor.wake, os.O_WRONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        try:
            os.write(pipe, b"!")
        finally:
            os.close(pipe)


def _flag(folder: JobFolder, reason: bytes) -> None:
    if state(folder) in ("queued", "running"):
        write_atomic(folder.stop, reason)
        wake(folder.supervisor)


@contextmanager
def _queue(project: Path) -> Iterator[SupervisorFolder]:
    """A block in which a job is queued: afterwards there is a supervisor, and it looks. Errors: UserError."""
    here = SupervisorFolder(project)
    try:
        here.path.mkdir(parents=True, exist_ok=True)
        with lock.moment(here.queue):
            yield here
            ensure_supervisor(project)
    except OSError as error:
        raise _refused(here.path, error) from None


def _refused(path: Path, error: OSError) -> UserError:
    what = f"{error.filename or path}: cannot be written ({error.strerror})"
    return UserError(f"{what}; free some space or change the permissions")


def _next_number(jobs: Path) -> int:
    return max((int(found[1]) for path in jobs.iterdir() if (found := NAME.fullmatch(path.name))), default=0) + 1

"""A job's process, forked from the supervisor: calls the job's function and writes how it ended."""

import faulthandler
import inspect
import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, get_type_hints

import msgspec

from engine import __version__, dotted
from engine.errors import JobFailed
from engine.jobs.context import Context
from engine.jobs.events import EventLog, Finished, Started
from engine.jobs.folder import JobFolder, JobResult, Owner, Request, Start
from engine.jobs.outcome import Outcome, Stopped, outcome
from engine.jobs.process import die_with, offer_to_oom_killer, start_time
from engine.jobs.room import require_room


def run_child(folder: JobFolder, deadline: float | None, grace: float, supervisor: Owner) -> None:
    """The life of a job's process: `deadline` on the monotonic clock, `grace` in seconds.

    It is its own process group and dies with its parent. Memory growth on the GPU is switched on by the
    environment, because asking tensorflow for the devices here would open the GPU before a unit is forked.
    """
    os.setpgid(0, 0)
    die_with(supervisor.pid)
    offer_to_oom_killer(500)
    _write_to(folder)
    faulthandler.enable()
    signal.signal(signal.SIGTERM, _stop)
    request = folder.request()
    start = Start(request.attempt, os.getpid(), start_time(os.getpid()), supervisor.name, time.time())
    folder.write_started(start)
    began = time.monotonic()
    ended = outcome(lambda: _call(folder, request, deadline, grace), lambda: folder.stop_reason(deadline), folder.log)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    write_end(folder, request, ended, time.monotonic() - began)


def write_end(folder: JobFolder, request: Request, ended: Outcome, seconds: float) -> None:
    """Write how an attempt ended, then tell it. Errors: UserError when the disk refuses the result."""
    result = JobResult(
        attempt=request.attempt,
        state=ended.state,
        kind=ended.kind,
        result=ended.result,
        sentence=ended.sentence,
        advice=ended.advice,
        seconds=seconds,
        engine=__version__,
        seed=request.seed,
        finished=time.time(),
    )
    folder.write_result(msgspec.json.encode(result))
    with suppress(JobFailed):
        EventLog(folder.events).append(Finished(ended.state, ended.sentence, ended.advice))


def _call(folder: JobFolder, request: Request, deadline: float | None, grace: float) -> Any:
    require_room(folder.path)
    context = Context(folder, request.seed, deadline, grace)
    context.tell(Started(os.getpid(), request.attempt))
    context.check()
    function = dotted.load(request.function)
    try:
        return function(_inputs(function, request.inputs), context)
    finally:
        context.flush()


def _inputs(function: Callable[[Any, Context], Any], inputs: msgspec.Raw) -> Any:
    """The inputs as the type that the function's first parameter is annotated with; plain JSON values without one."""
    first = next(iter(inspect.signature(function).parameters))
    return msgspec.json.decode(inputs, type=get_type_hints(function).get(first, Any))


def _stop(number: int, frame: object) -> None:
    """The watchdog's last request: unwind, so that files are closed."""
    raise Stopped


def _write_to(folder: JobFolder) -> None:
    """Let everything printed, tensorflow's own writing to descriptor 2 included, go to the job's log."""
    log = os.open(folder.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
    os.dup2(log, 1)
    os.dup2(log, 2)
    os.close(log)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True)  # type: ignore[union-attr]

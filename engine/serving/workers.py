"""Several processes that answer on one socket; one that dies is replaced, and all end together."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable, Mapping

QUICK = 1.0
"""Seconds that a worker must have lived to be replaced: one that dies at once would die again."""


def run(count: int, work: Callable[[int], None]) -> int:
    """Fork `count` processes that each do `work(number)` until they are told to stop. Returns the exit code.

    SIGTERM and SIGINT go on to all of them.
    """
    alive: dict[int, tuple[int, float]] = {}
    told: list[int] = []

    def end(number: int, frame: object) -> None:
        told.append(number)
        for process in alive:
            os.kill(process, signal.SIGTERM)

    handlers = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}

    def begin(number: int) -> None:
        process = _begun(number, work, handlers)
        alive[process] = number, time.monotonic()
        if told:
            os.kill(process, signal.SIGTERM)

    code = 0
    for number in range(count):
        begin(number)
    while alive:
        process, status = os.wait()
        number, since = alive.pop(process)
        if told:
            continue
        if time.monotonic() - since < QUICK:
            code = 1
            end(signal.SIGTERM, None)
            continue
        print(f"worker {number} ended (status {status}); another one takes its place", file=sys.stderr, flush=True)
        begin(number)
    for name, handler in handlers.items():
        signal.signal(name, handler)
    return 130 if signal.SIGINT in told else code


def _begun(number: int, work: Callable[[int], None], handlers: Mapping[signal.Signals, object]) -> int:
    process = os.fork()
    if process:
        return process
    try:
        for name in handlers:
            signal.signal(name, signal.SIG_DFL)
        work(number)
    except KeyboardInterrupt:
        os._exit(130)
    except BaseException as error:
        print(error, file=sys.stderr, flush=True)
        os._exit(1)
    os._exit(0)

"""A crew: several processes that carry one search on together; one that dies is replaced."""

from __future__ import annotations

import os
import select
import signal
import sys
import traceback
from collections.abc import Callable

from engine.errors import JobFailed, UserError
from engine.jobs.outcome import Stopped
from engine.jobs.process import cores, die_with
from engine.training.devices import gpus

LOOK = 1.0
"""Seconds between two looks at the study; the end of a worker is noticed at once."""
DEATHS = 40
"""Workers that may die one after the other without a trial finished in between."""


def keep(
    size: int,
    life: Callable[[int], object],
    *,
    look: Callable[[], int],
    open_trials: Callable[[], tuple[int, bool]],
    stopping: Callable[[], bool],
    before_fork: Callable[[], object],
) -> None:
    """Keep `size` processes at `life(index)` until no trial is open, or the search is to stop and they have ended.

    `look` is called every second and tells how many trials are finished; `open_trials` tells how many nobody has
    taken yet, and whether any is unfinished anywhere. Errors: JobFailed when workers do nothing but die.
    """
    crew: dict[int, tuple[int, int]] = {}
    deaths = finished = 0
    try:
        while True:
            if (now := look()) > finished:
                deaths, finished = 0, now
            waiting, unfinished = open_trials()
            stop = stopping()
            for index in [index for index in range(size) if index not in crew and not stop][: max(0, waiting)]:
                before_fork()
                crew[index] = _begin(life, index)
            if not crew and (stop or not unfinished):
                return
            deaths += sum(status != 0 for status in _ended(crew, LOOK))
            if deaths > DEATHS:
                raise JobFailed(f"{deaths} workers ended one after the other without a trial; the log says why")
    finally:
        for pid, waiter in crew.values():
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            os.close(waiter)


def _ended(crew: dict[int, tuple[int, int]], seconds: float) -> list[int]:
    """Wait until one ends or the time is over; takes those that ended out of the crew, returns their statuses."""
    poll = select.poll()
    for _, waiter in crew.values():
        poll.register(waiter, select.POLLIN)
    ready = {file for file, _ in poll.poll(seconds * 1000)}
    found = []
    for index, (pid, waiter) in list(crew.items()):
        if waiter in ready:
            found.append(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
            os.close(waiter)
            del crew[index]
    return found


def _begin(life: Callable[[int], object], index: int) -> tuple[int, int]:
    """Fork a worker; its process id, and a file that is readable once it has ended."""
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    if (pid := os.fork()) == 0:
        status = 1
        try:
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            die_with(parent)
            life(index)
            status = 0
        except Stopped:
            status = 0
        except (JobFailed, UserError) as error:
            print(error, file=sys.stderr)
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(status)
    return pid, os.pidfd_open(pid)


def take_share(index: int, size: int) -> None:
    """Let this process use one GPU of its own, or its share of the cores. To be called before any computing."""
    import tensorflow as tf

    devices = [gpu.name for gpu in gpus()]
    os.environ["CUDA_VISIBLE_DEVICES"] = devices[index % len(devices)] if devices else "-1"
    threads = max(1, cores() // (size if not devices else max(1, len(devices))))
    os.environ["OMP_NUM_THREADS"] = str(threads)
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)

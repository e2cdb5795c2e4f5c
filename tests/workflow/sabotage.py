"""A search whose processes are killed at random moments, and that is started again whenever that ended it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random

from journey import Journey

from engine.jobs.events import Epoch, read
from engine.jobs.folder import JobFolder, SupervisorFolder, latest, state
from engine.jobs.follow import wait

MOMENTS = (1.0, 8.0)
"""Seconds within which the next kill comes: one half in a burst, the other after something may have been finished."""
SETTLED = 60.0
"""Seconds after which a worker has imported what it needs and looked for its search."""


class Sabotage:
    """One search of a project, started by `words`, beside it a worker of another machine where `joining` says how."""

    def __init__(
        self, journey: Journey, name: str, words: tuple[str, ...], random: Random, joining: tuple[str, ...] = ()
    ) -> None:
        self._journey, self._words, self._random, self._joining = journey, words, random, joining
        self._project = journey.projects / name
        self._search = journey.start(*words)
        self._joined, self._joined_at = (journey.start(*joining) if joining else None), time.monotonic()
        self._folds: dict[Path, int] = {}
        self._may_end, self._said = False, ""
        while latest(self._project, "tuning") is None:
            assert self._search.poll() is None, self._search.communicate()
        self.job: JobFolder = latest(self._project, "tuning")  # type: ignore[assignment]

    def strike(self, kind: str, restart_database: Callable[[], object]) -> bool:
        """Kill one process of this kind at a random moment; `database` is restarted as after a crash.

        False, and nothing was struck, when the search came to its good end before.
        """
        wait(self.job, timeout=self._random.uniform(0, self._random.choice(MOMENTS)))
        if not self._runs():
            return False
        if kind == "database":
            restart_database()
            return True
        while not (victims := self._victims(kind)):
            if not self._runs():
                return False
            wait(self.job, timeout=0.1)
        with suppress(ProcessLookupError):
            os.kill(self._random.choice(victims), signal.SIGKILL)
        self._may_end |= kind in ("supervisor", "job")
        self.note_folds()
        return True

    def finish(self) -> None:
        """Let the search come to its end, which has to be a good one."""
        while self._runs():
            _, self._said = self._search.communicate(timeout=600)
        if self._joined is not None:
            self._end_joined(self._joined)
        assert latest(self._project, "tuning") == self.job
        self.note_folds()

    def _end_joined(self, joined: subprocess.Popen[str]) -> None:
        """It ends with the search, but one that came too late to see it waits for another search, and is sent home."""
        try:
            _, said = joined.communicate(timeout=SETTLED)
            assert joined.returncode == 0, said
        except subprocess.TimeoutExpired:
            assert time.monotonic() - self._joined_at < 2 * SETTLED, "the worker of another machine does not end"
            joined.terminate()
            joined.communicate()

    def note_folds(self) -> None:
        """Every finished fold is a file that is written once."""
        for path in self.job.units.glob("*/checkpoint/**/fold-*.done.npz"):
            when = path.stat().st_mtime_ns
            assert self._folds.setdefault(path, when) == when, f"{path} was trained twice"

    def trained_after_the_end(self) -> list[str]:
        """The folds of trials of which an epoch is told that came before, although they were finished."""
        finished = {
            f"{path.parent.name.replace('-', ' ')}, fold {int(path.name[5:8]) + 1}": when / 1e9
            for path, when in self._folds.items()
        }
        far: dict[str, int] = {}
        found = []
        for log in [self.job.events, *(self.job.path / "workers").glob("*.jsonl")]:
            for line in read(log)[0]:
                if isinstance(line.event, Epoch):
                    run, epoch = line.event.run, line.event.epoch
                    if line.time > finished.get(run, float("inf")) and epoch <= far.get(run, 0):
                        found.append(run)
                    far[run] = max(epoch, far.get(run, 0)) if epoch > 1 else 1
        return found

    def _victims(self, kind: str) -> list[int]:
        owner, started = SupervisorFolder(self._project).owner(), self.job.started()
        if kind == "supervisor":
            return [owner.pid] if owner and state(self.job) == "running" else []
        if kind == "joined":
            return _below(self._joined)
        if kind == "joined worker":
            return [worker for child in _below(self._joined) for worker in children(child)]
        if started is None or state(self.job) != "running":
            return []
        below = children(started.pid)
        return {
            "job": [started.pid],
            "worker": below,
            "unit": [unit for worker in below for unit in children(worker)],
        }[kind]

    def _runs(self) -> bool:
        """Start again what ended before its time; False once the search came to its good end."""
        if self._search.poll() is not None:
            if not self._said:
                _, self._said = self._search.communicate()
            if self._search.returncode == 0:
                return False
            assert self._may_end and self._search.returncode != 2, f"the search ended by itself: {self._said}"
            self._said = ""
            self._may_end = False
            self._search = self._journey.start(*self._words)
            attempt = self.job.request().attempt
            while self.job.request().attempt == attempt:
                assert self._search.poll() is None, self._search.communicate()
        if self._joined is not None and self._joined.poll() is not None:
            self._joined.communicate()
            self._joined, self._joined_at = self._journey.start(*self._joining), time.monotonic()
        return True


def children(pid: int) -> list[int]:
    """The processes that a process forked and that are alive."""
    with suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []


def _below(process: subprocess.Popen[str] | None) -> list[int]:
    return children(process.pid) if process is not None else []

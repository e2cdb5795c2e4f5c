"""What the tests of the jobs do with a project and its supervisor."""

import os
import select
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from engine.jobs.events import Line
from engine.jobs.folder import JobFolder, SupervisorFolder
from engine.jobs.follow import JobView, wait
from engine.jobs.launch import ensure_supervisor, submit

PATIENCE = 60.0
"""Seconds after which a test that waits for an event has failed."""
LIGHT = ("--imports", "sample_jobs", "--grace", "0.3")


class Workplace:
    """A project with a light supervisor, and the few things that tests do with it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.supervisor = SupervisorFolder(path)

    def start(self, *arguments: str) -> None:
        ensure_supervisor(self.path, (*LIGHT, *arguments))

    def submit(self, function: str, inputs: dict[str, Any] | None = None, budget: float | None = None) -> JobFolder:
        return submit(self.path, "tuning", f"sample_jobs:{function}", inputs or {}, budget, seed=7)

    def gate(self) -> str:
        path = self.path / "gate"
        os.mkfifo(path)
        return str(path)

    def open_gate(self) -> None:
        (self.path / "gate").write_bytes(b"")

    def ended(self, folder: JobFolder) -> JobView:
        view = wait(folder, timeout=PATIENCE)
        assert view.state not in ("queued", "running"), (view, self.supervisor.log.read_text())
        return view

    def until(self, folder: JobFolder, wanted: Callable[[Line], bool]) -> Line:
        """Wait for an event. The view is that of somebody who attaches now."""
        met: list[Line] = []

        def look(lines: list[Line]) -> bool:
            met.extend(filter(wanted, lines))
            return bool(met)

        view = wait(folder, look, PATIENCE)
        assert met, (view, self.supervisor.log.read_text())
        return met[0]

    def owner(self) -> int:
        owner = self.supervisor.owner()
        assert owner is not None
        return owner.pid

    def end(self) -> None:
        """Kill the supervisor, if there is one, and wait until it is gone."""
        while self.supervisor.alive and self.supervisor.owner() is None:
            os.sched_yield()
        if self.supervisor.alive:
            pid = self.owner()
            with gone(pid):
                os.kill(pid, signal.SIGKILL)


class gone:
    """A block at whose end the process must be dead, or die within the patience."""

    def __init__(self, pid: int) -> None:
        self._file = os.pidfd_open(pid)

    def __enter__(self) -> None:
        return None

    def __exit__(self, *error: object) -> None:
        poll = select.poll()
        poll.register(self._file, select.POLLIN)
        ended = poll.poll(PATIENCE * 1000)
        os.close(self._file)
        assert ended

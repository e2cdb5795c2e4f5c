"""The project's running job, followed through its files once a second; the same whoever started it."""

from __future__ import annotations

import os
from contextlib import suppress

from engine.jobs import folder
from engine.jobs.folder import JobFolder
from engine.jobs.follow import Follower, JobView
from engine.session import WORKING, Session
from engine.steps import STEPS
from tui.widgets.cells import duration

QUIET = 30.0
"""Seconds without a sign of life that are worth a word."""


class JobWatch:
    """Knows whether a job runs, how far it is, and when it has ended."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._follower: Follower | None = None
        self._jobs: object = None
        self.view: JobView | None = None

    @property
    def running(self) -> JobFolder | None:
        return self._follower.folder if self._follower else None

    def look(self) -> JobFolder | None:
        """Read what is new. Returns the job that has ended since the last look."""
        if self._follower is None:
            changed = self._changed()
            job = self.session.running() if changed else None
            if job is None:
                return None
            self._follower = Follower(job)
        self._follower.poll()
        self.view = self._follower.view
        if self.view.state in WORKING:
            return None
        ended = self._follower.folder
        self._follower = None
        return ended

    def _changed(self) -> bool:
        """Whether there may be a job that is not known yet: the folder of jobs, or a request in it, is another one."""
        now: list[int] = []
        for path in ("jobs", "supervisor/wake"):
            with suppress(OSError):
                now.append(os.stat(self.session.project / path).st_mtime_ns)
        latest = folder.all_jobs(self.session.project)
        if latest:
            with suppress(OSError):
                now.append(os.stat(latest[-1].path / "request.json").st_mtime_ns)
        changed = now != self._jobs
        self._jobs = now
        return changed

    def line(self) -> str:
        """The running job in a few words, empty when there is none."""
        if self._follower is None or self.view is None:
            return ""
        view, step = self.view, self._follower.folder.step
        words = STEPS[step].word if step in STEPS else step
        if view.state == "queued":
            return f"* {words} waits"
        if view.silent is not None and view.silent > QUIET:
            return f"* {words} no sign of life for {duration(view.silent)}"
        progress = f" {view.done}/{view.total}" if view.total else ""
        left = f", {duration(view.eta)} left" if view.eta else ""
        return f"* {words}{progress}{left}"

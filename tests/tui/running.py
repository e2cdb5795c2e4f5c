"""A job that runs as far as its files tell: its supervisor's lock is held by the test, its events are written by it."""

import os
import time
from pathlib import Path

import msgspec

from engine.jobs.events import AnyEvent, EventLog
from engine.jobs.folder import JobFolder, JobResult, Owner, Request, Start


class Running:
    """The writing side of one job."""

    def __init__(self, project: Path, step: str = "tuning") -> None:
        self.folder = JobFolder(project / "jobs" / f"0001-{step}")
        self.folder.path.mkdir(parents=True)
        self.folder.supervisor.path.mkdir()
        now = time.time()
        held = self.folder.supervisor.take()
        assert held is not None
        self._held: int = held
        owner = Owner(os.getpid(), 0, "boot", "host", now, "0")
        self.folder.supervisor.write_owner(owner)
        self.folder.write_request(Request(step, "work:run", msgspec.Raw(b"{}"), None, 1, now))
        self.folder.write_started(Start(1, os.getpid(), 0, owner.name, now))
        self._log = EventLog(self.folder.events)

    def tell(self, *events: AnyEvent) -> None:
        for event in events:
            self._log.append(event)

    def end(self, result: JobResult) -> None:
        self.folder.write_result(msgspec.json.encode(result))

    def die(self) -> None:
        """As when the supervisor is killed."""
        os.close(self._held)

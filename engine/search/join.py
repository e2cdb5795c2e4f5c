"""`python -m engine.search.join PROJECT --storage URL`: workers on another machine, for a search that runs elsewhere.

The project's folder is the same disk here and there; nothing is written but trials, a log and events of this machine.
"""

from __future__ import annotations

import argparse
import os
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import msgspec

from engine.errors import JobFailed, UserError
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder, latest
from engine.jobs.supervisor import GRACE, import_all, job_modules, set_environment
from engine.records import inputs

LOOK = 2.0
"""Seconds between two looks for a search that has not begun, or for a trial that another worker may leave behind."""


def main() -> int:
    """Read the command line, wait for the search, work until it is over. Returns the exit status."""
    parser = argparse.ArgumentParser(prog="engine.search.join")
    parser.add_argument("project", type=Path)
    parser.add_argument("--storage", default="")
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--wait", type=float, default=10.0, help="minutes to wait for the search to begin")
    given = parser.parse_args()
    set_environment()
    import_all(job_modules())
    try:
        folder = awaited(given.project.resolve(), given.wait * 60)
        work_until_over(folder, given.storage, given.workers)
    except (UserError, JobFailed) as error:
        print(f"modelwright: {error}", file=sys.stderr)
        return 2 if isinstance(error, UserError) else 4
    return 0


def awaited(project: Path, seconds: float) -> JobFolder:
    """The search to join, once its trials are queued. Errors: UserError when there is none within the time."""
    from engine.search.study import NAME

    until = time.monotonic() + seconds
    while True:
        folder = latest(project, "tuning")
        if folder is not None and not over(folder) and (folder.checkpoint / "search" / NAME).exists():
            return folder
        if time.monotonic() >= until:
            raise UserError(f"{project.name}: no search with many workers is under way; start it first")
        time.sleep(LOOK)


def over(folder: JobFolder) -> bool:
    """Whether the search has ended or was told to."""
    return folder.result() is not None or folder.stop.exists()


def work_until_over(folder: JobFolder, storage: str, workers: int) -> None:
    """Keep workers at the search until no trial is left. Errors: UserError, JobFailed."""
    from engine.search.crew import keep
    from engine.steps import Plan
    from engine.work.rows import load_rows
    from engine.work.tuning import search_of, shared_driver, work

    plan = msgspec.convert(inputs(folder).plan, Plan)
    events = folder.path / "workers" / f"{socket.gethostname()}-{os.getpid()}.jsonl"
    events.parent.mkdir(exist_ok=True)
    context = Context(folder, folder.request().seed, None, GRACE, events=events)
    search = search_of(plan, context, load_rows(plan, folder.project))
    search = replace(search, storage=storage or search.storage)
    if not search.storage:
        raise UserError("--storage is missing: name the database that the search was started with")
    driver = shared_driver(plan, search)

    def look() -> int:
        driver.mend()
        return len(driver.results())

    keep(
        workers,
        lambda index: work(plan, context, search, index, workers),
        look=look,
        open_trials=lambda: (driver.waiting(), driver.unfinished()),
        stopping=lambda: over(folder),
        before_fork=driver.release,
    )


if __name__ == "__main__":
    sys.exit(main())

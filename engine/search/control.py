"""Steering a search that runs, through the files of its job; instant, from any process."""

from __future__ import annotations

from engine.errors import UserError
from engine.jobs import launch
from engine.jobs.folder import JobFolder


def skip(job: JobFolder, number: int | None = None) -> int:
    """Leave out a trial that is under way (without a number the first); returns its number. Errors: UserError."""
    under_way = {
        int(folder.name.split("-")[1]): folder.name
        for folder in sorted(job.units.glob("trial-*"))
        if not (folder / "result.json").exists() and not job.skip(folder.name).exists()
    }
    if not under_way or (number is not None and number not in under_way):
        known = f"; under way: {', '.join(map(str, under_way))}" if under_way else ""
        what = "no trial" if number is None else f"trial {number} is not"
        raise UserError(f"{job.path.name}: {what} under way{known}")
    chosen = next(iter(under_way)) if number is None else number
    launch.skip(job, under_way[chosen])
    return chosen

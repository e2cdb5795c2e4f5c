"""Steering a search that runs, through the files of its job; instant, from any process."""

from __future__ import annotations

from engine.errors import UserError
from engine.jobs import launch
from engine.jobs.folder import JobFolder


def under_way(job: JobFolder) -> dict[int, str]:
    """The units of the trials that were begun and have no outcome, by number."""
    return {
        int(folder.name.split("-")[1]): folder.name
        for folder in sorted(job.units.glob("trial-*"))
        if not (folder / "result.json").exists() and not job.skip(folder.name).exists()
    }


def skip(job: JobFolder, number: int | None = None) -> int:
    """Leave out a trial that is under way (without a number the first); returns its number. Errors: UserError."""
    open_units = under_way(job)
    if not open_units or (number is not None and number not in open_units):
        known = f"; under way: {', '.join(map(str, open_units))}" if open_units else ""
        what = "no trial" if number is None else f"trial {number} is not"
        raise UserError(f"{job.path.name}: {what} under way{known}")
    chosen = next(iter(open_units)) if number is None else number
    launch.skip(job, open_units[chosen])
    return chosen

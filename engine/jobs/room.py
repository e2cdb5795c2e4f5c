"""Room on the disk, asked for before work begins: a library that meets a full disk may fail where nobody sees it."""

import shutil
from pathlib import Path

from engine.errors import JobFailed

ROOM = 100 << 20
"""Bytes that have to be free before a job or a unit of it begins."""


def require_room(folder: Path, needed: int = ROOM) -> None:
    """Errors: JobFailed when fewer than `needed` bytes are free where `folder` lies."""
    free = shutil.disk_usage(folder).free
    if free < needed:
        have, want = free >> 20, needed >> 20
        raise JobFailed(
            f"{folder}: only {have} MB are free there, {want} are needed; free some space, then resume the job"
        )

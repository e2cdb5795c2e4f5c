"""Going on with an earlier search: a larger budget starts from what was proposed and found under the smaller one."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from engine.jobs.folder import JobFolder

SEARCH = "search"


def adopt(folder: JobFolder, earlier: str) -> None:
    """Take over proposals and trials of an earlier job of the project, once; nothing when there is none.

    Arrays are not copied: both jobs name the same file, which is never written again.
    """
    before = JobFolder(folder.path.parent / earlier)
    own = folder.checkpoint / SEARCH
    if not earlier or own.exists() or not (before.checkpoint / SEARCH).is_dir():
        return
    if before.units.is_dir():
        shutil.copytree(before.units, folder.units, copy_function=_taken, dirs_exist_ok=True)
    unfinished = own.with_name(f"{SEARCH}.tmp")
    shutil.copytree(before.checkpoint / SEARCH, unfinished, dirs_exist_ok=True)
    unfinished.rename(own)


def _taken(source: str, target: str) -> str:
    Path(target).unlink(missing_ok=True)
    if source.endswith((".npy", ".npz")):
        os.link(source, target)
    else:
        shutil.copy2(source, target)
    return target

"""Locks that the kernel releases when their holder dies; their files are never deleted.

The supervisor's lock is held for its life: held means alive. The lock on the queue is held for a moment by who submits.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def take(path: Path) -> int | None:
    """The open file that now holds the lock, or None when a supervisor has it; closing the file releases it."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    if take_open(file):
        return file
    os.close(file)
    return None


def take_open(file: int) -> bool:
    """Try to lock an open file; a mere look (`held`) by somebody else does not stand in the way."""
    while True:
        if _try(file, fcntl.LOCK_EX):
            return True
        if not _try(file, fcntl.LOCK_SH):
            return False
        fcntl.flock(file, fcntl.LOCK_UN)


def held(path: Path) -> bool:
    """Whether a supervisor holds the lock. It looks by a shared lock, so that two looks never see each other."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        return not _try(file, fcntl.LOCK_SH)
    finally:
        os.close(file)


@contextmanager
def moment(path: Path, patient: bool = True) -> Iterator[bool]:
    """Hold a lock for the length of a block; without patience the block may run without it, and is told so."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if patient:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield patient or _try(file, fcntl.LOCK_EX)
    finally:
        os.close(file)


def _try(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

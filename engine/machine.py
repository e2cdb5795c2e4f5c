"""What the machine says of itself: cores, load and memory, from the kernel's own files."""

import os
from dataclasses import dataclass
from pathlib import Path

MEMINFO = Path("/proc/meminfo")
CONTAINER = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True)
class Machine:
    """Cores that this process may use, the load of the last minute, and memory in bytes; None where nobody tells."""

    cores: int
    load: float | None
    used: int | None
    total: int | None


def look(meminfo: Path = MEMINFO, container: Path = CONTAINER) -> Machine:
    """The machine now; where a container has less memory than the machine, its limit counts."""
    try:
        load = os.getloadavg()[0]
    except OSError:
        load = None
    total, free = _kilobytes(meminfo, "MemTotal:"), _kilobytes(meminfo, "MemAvailable:")
    used = None if total is None or free is None else total - free
    limit, taken = _number(container / "memory.max"), _number(container / "memory.current")
    if limit is not None and taken is not None and (total is None or limit < total):
        total, used = limit, max(0, taken - (_kept(container / "memory.stat") or 0))
    return Machine(len(os.sched_getaffinity(0)), load, used, total)


def _kilobytes(path: Path, key: str) -> int | None:
    words = _words_after(path, key)
    return int(words[0]) * 1024 if words else None


def _kept(path: Path) -> int | None:
    """Bytes of files kept in memory, which the kernel gives back when asked."""
    words = _words_after(path, "inactive_file")
    return int(words[0]) if words else None


def _words_after(path: Path, key: str) -> list[str]:
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return []
    return next((line.split()[1:] for line in lines if line.split()[:1] == [key]), [])


def _number(path: Path) -> int | None:
    try:
        text = path.read_text().strip()
    except OSError:
        return None
    return int(text) if text.isdigit() else None

"""What the standard library does not tell of processes: start time, boot, death with the parent."""

import ctypes
import os
import signal
from contextlib import suppress
from pathlib import Path

PR_SET_PDEATHSIG = 1


def start_time(pid: int) -> int:
    """When a process started, in clock ticks since boot; 0 when it is gone."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0
    return int(stat.rpartition(")")[2].split()[19])


def boot_id() -> str:
    """The identity of the running system's boot; empty where the kernel does not tell."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


def die_with(parent: int) -> None:
    """Let the kernel kill this process when its parent dies, so that nothing is left behind holding the GPU."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def offer_to_oom_killer(score: int) -> None:
    """Make the kernel choose this process first when memory runs out (0 to 1000), before its supervisor."""
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(str(score))


def cores() -> int:
    """The number of processor cores that this process may use."""
    return len(os.sched_getaffinity(0))

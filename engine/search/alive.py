"""Who a worker is, and whether one of this machine is still alive; of other machines only their heartbeat tells."""

from __future__ import annotations

import os
import socket

from engine.jobs.process import boot_id, start_time


def worker_name() -> str:
    """What tells this process from every other, on any machine."""
    return f"{socket.gethostname()}:{boot_id()}:{os.getpid()}:{start_time(os.getpid())}"


def dead(worker: str) -> bool:
    """Whether a worker is known to be gone: one of this boot of this machine whose process is no more."""
    host, boot, pid, started = worker.rsplit(":", 3)
    return (host, boot) == (socket.gethostname(), boot_id()) and start_time(int(pid)) != int(started)

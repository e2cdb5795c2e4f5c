"""What NVIDIA's library says of the GPUs. It makes no CUDA context, and whatever it cannot tell is None, never 0."""

import os
import pwd
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DEVICES = (Path("/dev/nvidiactl"), Path("/dev/dxg"))
"""One of these is there wherever a GPU can be used; the second one under WSL."""


@dataclass(frozen=True, slots=True)
class Holder:
    """A process that holds memory of a GPU, in bytes; `ours` where it belongs to this project's jobs."""

    pid: int
    user: str
    memory: int | None
    ours: bool


@dataclass(frozen=True, slots=True)
class Gpu:
    """One GPU, or one MIG instance of it: use in percent, memory in bytes, power in watts; None where not available."""

    label: str
    name: str
    mig: bool = False
    use: int | None = None
    used: int | None = None
    total: int | None = None
    celsius: int | None = None
    watts: float | None = None
    limit: float | None = None
    holders: tuple[Holder, ...] = ()

    @property
    def others(self) -> int:
        """Bytes that other processes are known to hold."""
        return sum(holder.memory or 0 for holder in self.holders if not holder.ours)


def present(devices: tuple[Path, ...] = DEVICES) -> bool:
    """Whether this machine has a GPU at all; without one nothing is loaded and nothing polled."""
    return any(path.exists() for path in devices)


def gpus(library: Any, ours: Callable[[int], bool]) -> tuple[Gpu, ...]:
    """Every GPU, MIG instances in place of theirs. `library` is `pynvml`, initialised; `ours` knows our processes."""
    count = _asked(library, "nvmlDeviceGetCount") or 0
    found: list[Gpu] = []
    for index in range(count):
        handle = _asked(library, "nvmlDeviceGetHandleByIndex", index)
        if handle is None:
            found.append(Gpu(f"GPU{index}", "n/a"))
            continue
        mode = _asked(library, "nvmlDeviceGetMigMode", handle)
        parts = _instances(library, handle) if mode and mode[0] == 1 else []
        found += [_gpu(library, part, f"GPU{index}", ours, mig=True) for part in parts]
        if not parts:
            found.append(_gpu(library, handle, f"GPU{index}", ours, mig=bool(mode and mode[0] == 1)))
    return tuple(found)


def _instances(library: Any, handle: Any) -> list[Any]:
    most = _asked(library, "nvmlDeviceGetMaxMigDeviceCount", handle) or 0
    parts = [_asked(library, "nvmlDeviceGetMigDeviceHandleByIndex", handle, number) for number in range(most)]
    return [part for part in parts if part is not None]


def _gpu(library: Any, handle: Any, label: str, ours: Callable[[int], bool], mig: bool) -> Gpu:
    use = None if mig else _asked(library, "nvmlDeviceGetUtilizationRates", handle)
    memory = _asked(library, "nvmlDeviceGetMemoryInfo", handle)
    draw, limit = (
        None if mig else _asked(library, name, handle)
        for name in ("nvmlDeviceGetPowerUsage", "nvmlDeviceGetEnforcedPowerLimit")
    )
    name = _asked(library, "nvmlDeviceGetName", handle)
    return Gpu(
        label=label,
        name=name.decode() if isinstance(name, bytes) else name or "n/a",
        mig=mig,
        use=None if use is None else int(use.gpu),
        used=None if memory is None else int(memory.used),
        total=None if memory is None else int(memory.total),
        celsius=None if mig else _asked(library, "nvmlDeviceGetTemperature", handle, library.NVML_TEMPERATURE_GPU),
        watts=None if draw is None else draw / 1000,
        limit=None if limit is None else limit / 1000,
        holders=tuple(
            Holder(process.pid, user(process.pid), process.usedGpuMemory, ours(process.pid))
            for process in _asked(library, "nvmlDeviceGetComputeRunningProcesses", handle) or ()
        ),
    )


def _asked(library: Any, function: str, *arguments: Any) -> Any:
    """What the library answers, None where it refuses: not supported, not permitted, lost."""
    try:
        return getattr(library, function)(*arguments)
    except library.NVMLError:
        return None


def user(pid: int) -> str:
    """Whose process it is; `?` where it cannot be seen from here, as from inside a container."""
    try:
        owner = os.stat(f"/proc/{pid}").st_uid
        return pwd.getpwuid(owner).pw_name
    except OSError:
        return "?"
    except KeyError:
        return str(owner)


def descends(pid: int, root: int) -> bool:
    """Whether `root` is a process or one of its ancestors."""
    while pid > 1:
        if pid == root:
            return True
        try:
            pid = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            return False
    return False

"""Which GPUs a job uses and at which precision; asks NVML only, never CUDA, so that it may run before any computing.

None of it has been run on more than one GPU: the thresholds are estimates, on the safe side for small networks.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Precision = Literal["float32", "mixed_bfloat16", "mixed_float16"]

WIDE = 2_000_000
"""Parameters from which half the digits are worth the conversions."""
LARGE, MANY = 20_000_000, 200_000
"""Parameters and training rows from which several GPUs are worth the gradients that they tell each other."""
FREE_SHARE = 0.8
"""A GPU with less of its memory left is in use by somebody."""
BYTES = 4 * 6
"""Per parameter: weight, gradient, two moments and two copies."""


@dataclass(frozen=True, slots=True)
class Gpu:
    """A GPU as `CUDA_VISIBLE_DEVICES` names it, its memory in bytes and its compute capability; 0 where unknown."""

    name: str
    free: int = 0
    total: int = 0
    capability: tuple[int, int] = (0, 0)

    @property
    def unused(self) -> bool:
        return self.total > 0 and self.free >= FREE_SHARE * self.total


@dataclass(frozen=True, slots=True)
class Use:
    """On how many GPUs a network is trained, at which precision, and why."""

    replicas: int
    precision: Precision
    reason: str


def decide(found: Sequence[Gpu], parameters: int, rows: int) -> Use:
    """How to train a network of so many parameters on so many rows with these GPUs."""
    if not found:
        return Use(1, "float32", "no GPU")
    unused = [gpu for gpu in found if gpu.unused and gpu.free > 2 * BYTES * parameters]
    if parameters >= LARGE and rows >= MANY and len(unused) > 1 and len({gpu.capability for gpu in unused}) == 1:
        replicas, why = len(unused), f"{parameters:,} parameters and {rows:,} rows gain from {len(unused)} unused GPUs"
    else:
        replicas, why = 1, "one GPU is enough, or no other like it is unused"
    oldest = min(gpu.capability for gpu in (unused if replicas > 1 else found[:1]))
    if parameters < WIDE:
        return Use(replicas, "float32", f"{why}; {parameters:,} parameters are too few for mixed precision")
    if oldest >= (8, 0):
        return Use(replicas, "mixed_bfloat16", f"{why}; compute capability {oldest[0]}.{oldest[1]} has bfloat16")
    if oldest >= (7, 0):
        return Use(replicas, "mixed_float16", f"{why}; compute capability {oldest[0]}.{oldest[1]} has float16")
    return Use(replicas, "float32", f"{why}; its compute capability gains nothing from mixed precision")


def order(found: Sequence[Gpu]) -> list[str]:
    """The names of the unused GPUs, the one with most free memory first; where all are in use, that one alone."""
    ranked = sorted(found, key=lambda gpu: -gpu.free)
    return [gpu.name for gpu in ranked if gpu.unused] or [gpu.name for gpu in ranked[:1]]


def show_unused() -> None:
    """Let this process see the unused GPUs only, unless the user said which; to be called before any computing."""
    if "CUDA_VISIBLE_DEVICES" not in os.environ and (found := gpus()):
        os.environ["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(order(found))


def gpus() -> list[Gpu]:
    """The GPUs that may be used, in the order of `CUDA_VISIBLE_DEVICES`; none without NVIDIA's driver."""
    told = os.environ.get("CUDA_VISIBLE_DEVICES")
    names = None if told is None else [name for name in told.split(",") if name not in ("", "-1")]
    if names == []:
        return []
    import pynvml

    try:
        pynvml.nvmlInit()
        if names is None:
            names = [str(index) for index in range(pynvml.nvmlDeviceGetCount())]
    except pynvml.NVMLError:
        return [Gpu(name) for name in names or []]
    return [_seen(name) for name in names]


def _seen(name: str) -> Gpu:
    """What NVML tells of a GPU by number or by its UUID."""
    import pynvml

    try:
        found = (
            pynvml.nvmlDeviceGetHandleByIndex(int(name)) if name.isdigit() else pynvml.nvmlDeviceGetHandleByUUID(name)
        )
        memory = pynvml.nvmlDeviceGetMemoryInfo(found)
        major, minor = pynvml.nvmlDeviceGetCudaComputeCapability(found)
    except pynvml.NVMLError:
        return Gpu(name)
    return Gpu(name, int(memory.free), int(memory.total), (int(major), int(minor)))

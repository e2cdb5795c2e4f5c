"""What cannot be known of a GPU is said to be n/a, never 0; without a GPU nothing is read at all."""

import os
import threading
from collections import deque
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App

from engine import machine
from engine.machine import Machine
from tests.tui.wire import COLUMNS, ROWS, Wire, settled, shown
from tui.widgets import nvml
from tui.widgets.cells import ASCII, UNICODE, Glyphs
from tui.widgets.gpu import GpuMonitor, GpuPanel, field, panel
from tui.widgets.nvml import Gpu, Holder

GIB = 1 << 30
BOX = Machine(16, 3.21, 12 * GIB, 128 * GIB)
WHOLE = Gpu("GPU0", "NVIDIA H200", False, 63, 41 * GIB, 80 * GIB, 61, 312.4, 700.0)
PART = Gpu("GPU1", "NVIDIA A100 MIG 2g.20gb", True, None, 12 * GIB, 20 * GIB)
UNKNOWN = Gpu("GPU2", "n/a")


class Refused(Exception):
    """The library's own error."""


class Library:
    """NVIDIA's library as its documentation describes it, with one whole GPU, one in MIG mode, one that is lost."""

    NVMLError = Refused
    NVML_TEMPERATURE_GPU = 0

    def __init__(self, refusing: frozenset[str] = frozenset()) -> None:
        self.refusing = refusing

    def __getattribute__(self, name: str) -> Any:
        if name in object.__getattribute__(self, "refusing"):
            return refuse
        return object.__getattribute__(self, name)

    def nvmlDeviceGetCount(self) -> int:
        return 3

    def nvmlDeviceGetHandleByIndex(self, index: int) -> str:
        return refuse() if index == 2 else f"gpu{index}"

    def nvmlDeviceGetMigMode(self, handle: str) -> tuple[int, int]:
        return (1, 1) if handle == "gpu1" else refuse()

    def nvmlDeviceGetMaxMigDeviceCount(self, handle: str) -> int:
        return 7

    def nvmlDeviceGetMigDeviceHandleByIndex(self, handle: str, index: int) -> str:
        return "part" if index == 0 else refuse()

    def nvmlDeviceGetName(self, handle: str) -> str | bytes:
        return "NVIDIA A100 MIG 2g.20gb" if handle == "part" else b"NVIDIA H200"

    def nvmlDeviceGetUtilizationRates(self, handle: str) -> SimpleNamespace:
        return SimpleNamespace(gpu=63, memory=50)

    def nvmlDeviceGetMemoryInfo(self, handle: str) -> SimpleNamespace:
        return (
            SimpleNamespace(used=12 * GIB, total=20 * GIB) if handle == "part" else SimpleNamespace(used=41, total=80)
        )

    def nvmlDeviceGetTemperature(self, handle: str, sensor: int) -> int:
        return 61

    def nvmlDeviceGetPowerUsage(self, handle: str) -> int:
        return 312_400

    def nvmlDeviceGetEnforcedPowerLimit(self, handle: str) -> int:
        return 700_000

    def nvmlDeviceGetComputeRunningProcesses(self, handle: str) -> list[SimpleNamespace]:
        return [SimpleNamespace(pid=os.getpid(), usedGpuMemory=5), SimpleNamespace(pid=2**30, usedGpuMemory=None)]


def refuse(*arguments: object) -> Any:
    raise Refused


QUESTIONS = [name for name in vars(Library) if name.startswith("nvml")]


def test_every_gpu_is_read_with_its_holders() -> None:
    whole, part, lost = nvml.gpus(Library(), lambda pid: pid == os.getpid())
    assert whole == Gpu("GPU0", "NVIDIA H200", False, 63, 41, 80, 61, 312.4, 700.0, whole.holders)
    assert [(holder.pid, holder.memory, holder.ours) for holder in whole.holders] == [
        (os.getpid(), 5, True),
        (2**30, None, False),
    ]
    assert whole.holders[1].user == "?"
    assert (part.mig, part.use, part.used, part.celsius) == (True, None, 12 * GIB, None)
    assert lost == Gpu("GPU2", "n/a")


@pytest.mark.parametrize("name", QUESTIONS)
def test_what_the_library_refuses_is_left_open(name: str) -> None:
    for gpu in nvml.gpus(Library(frozenset({name})), lambda pid: False):
        drawn = "\n".join(line.plain for line in panel((gpu,), {}, BOX, 76, None))
        assert "None" not in drawn
        assert field((gpu,))


def test_the_field_names_the_gpu_that_our_job_uses() -> None:
    assert field((WHOLE,)) == "GPU0 63% 41/80G 61C"
    assert field((PART,)) == "MIG 2g.20gb 12/20G, util n/a"
    assert field((UNKNOWN,)) == "GPU2 n/a n/a"
    ours = Gpu("GPU1", "x", False, 5, GIB, 2 * GIB, holders=(Holder(1, "ann", 5, True),))
    assert field((WHOLE, ours)) == "GPU1 5% 1/2G +1"
    assert field(()) == ""


def test_a_mig_instance_never_shows_a_use_of_zero() -> None:
    drawn = "\n".join(line.plain for line in panel((PART,), {0: deque([None])}, BOX, 76, None))
    assert "use     n/a for a MIG instance" in drawn
    assert "0%" not in drawn


def test_others_who_crowd_a_gpu_are_named() -> None:
    theirs = Gpu("GPU0", "x", False, 99, 76 * GIB, 80 * GIB, 88, holders=(Holder(7, "bob", 30 * GIB, False),))
    drawn = "\n".join(line.plain for line in panel((theirs,), {0: deque([1, 99])}, BOX, 120, "0"))
    assert "process 7 bob: 30.0 GiB" in drawn
    assert "! others hold 38% of its memory, a job here may not fit; its memory is nearly FULL; it is HOT" in drawn
    assert "CUDA_VISIBLE_DEVICES=0" in drawn


def test_without_a_gpu_the_panel_says_what_that_means() -> None:
    drawn = " ".join(line.plain for line in panel((), {}, BOX, 60, None))
    assert drawn.startswith("CPU only: no NVIDIA GPU")
    assert "16 cores" in drawn
    assert "12.0 of 128.0 GiB" in drawn
    assert "driver does not answer: Driver Not Loaded" in panel((), {}, BOX, 99, None, "Driver Not Loaded")[0].plain


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [20, 40, 76])
def test_the_panel_keeps_to_its_width(width: int, glyphs: Glyphs) -> None:
    history = {0: deque([0, 50, None, 100] * 20, maxlen=60)}
    lines = panel((WHOLE, PART, UNKNOWN), history, BOX, width, None, glyphs=glyphs)
    assert max(cell_len(line.plain) for line in lines) <= width
    assert glyphs is UNICODE or all(line.plain.isascii() for line in lines)


def test_the_last_minute_is_remembered() -> None:
    monitor = GpuMonitor()
    for use in range(100):
        monitor.note((Gpu("GPU0", "x", use=use),))
    assert list(monitor.history[0]) == list(range(40, 100))


def test_a_machine_without_a_gpu_has_no_thread() -> None:
    monitor = GpuMonitor()
    monitor.present = False
    monitor.watch()
    assert not any(thread.name == "gpu" for thread in threading.enumerate())
    monitor.leave()


def test_presence_is_a_device_file(tmp_path: Path) -> None:
    assert not nvml.present((tmp_path / "nvidiactl",))
    (tmp_path / "nvidiactl").touch()
    assert nvml.present((tmp_path / "nvidiactl",))


def test_a_child_belongs_to_its_ancestors() -> None:
    assert nvml.descends(os.getpid(), os.getppid())
    assert nvml.descends(os.getpid(), os.getpid())
    assert not nvml.descends(os.getppid(), os.getpid())
    assert not nvml.descends(2**30, os.getpid())


def test_the_memory_of_a_container_counts_where_it_is_smaller(tmp_path: Path) -> None:
    meminfo = tmp_path / "meminfo"
    meminfo.write_text("MemTotal:       1000 kB\nMemFree: 1 kB\nMemAvailable:    600 kB\n")
    seen = machine.look(meminfo, tmp_path)
    assert (seen.used, seen.total) == (400 * 1024, 1000 * 1024)
    (tmp_path / "memory.max").write_text("500000\n")
    (tmp_path / "memory.current").write_text("300000\n")
    (tmp_path / "memory.stat").write_text("anon 1\ninactive_file 100000\n")
    seen = machine.look(meminfo, tmp_path)
    assert (seen.used, seen.total) == (200_000, 500_000)
    (tmp_path / "memory.max").write_text("max\n")
    assert machine.look(meminfo, tmp_path).total == 1000 * 1024


def test_a_machine_that_tells_nothing_is_no_error(tmp_path: Path) -> None:
    seen = machine.look(tmp_path / "none", tmp_path / "none")
    assert (seen.used, seen.total) == (None, None)
    assert "memory n/a" in panel((), {}, seen, 76, None)[-1].plain


async def test_the_panel_opens_holds_still_and_closes() -> None:
    monitor = GpuMonitor()
    monitor.present = False
    monitor.note((WHOLE,))
    app: App[None] = App(driver_class=Wire)
    async with app.run_test(headless=False, size=(COLUMNS, ROWS)) as pilot:
        opened = GpuPanel(monitor)
        app.push_screen(opened)
        await settled(pilot)
        assert "GPU0 NVIDIA H200" in shown(app)
        assert "63%" in shown(app)
        await pilot.press("space")
        monitor.note((UNKNOWN,))
        opened.draw()
        await settled(pilot)
        assert "63%" in shown(app)
        await pilot.press("space")
        await settled(pilot)
        assert "GPU2 n/a" in shown(app)
        await pilot.press("f9")
        await settled(pilot)
        assert app.screen is not opened

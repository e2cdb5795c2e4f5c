"""The GPUs in a field of the header and in a panel: read once a second in a thread, only while somebody looks."""

import os
import threading
from collections import deque
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.screen import ModalScreen

from engine import machine
from tui.widgets import nvml
from tui.widgets.cells import UNICODE, Glyphs, clean, cut, number, wrap
from tui.widgets.chart import gauge, sparkline
from tui.widgets.nvml import Gpu, Holder
from tui.widgets.rows import Rows

PERIOD = 1.0
REMEMBERED = 60
"""Readings kept for the line of the last minute."""
CROWDED, FULL, HOT = 0.2, 0.9, 85
"""Share of memory held by others, share of memory in use, and degrees Celsius, from which a word is said."""
GIB = 1 << 30


class GpuMonitor:
    """Reads the GPUs in a thread from the first `watch` to the last `leave`; without a GPU there is no thread."""

    def __init__(self, supervisor: Callable[[], int | None] = lambda: None) -> None:
        """`supervisor` tells the process whose children are this project's jobs."""
        self.present = nvml.present()
        self.gpus: tuple[Gpu, ...] = ()
        self.problem = ""
        self.history: dict[int, deque[int | None]] = {}
        self._supervisor = supervisor
        self._watchers = 0
        self._stop = threading.Event()

    def watch(self) -> None:
        self._watchers += 1
        if self._watchers == 1 and self.present:
            self._stop = threading.Event()
            threading.Thread(target=self._read, args=(self._stop,), name="gpu", daemon=True).start()

    def leave(self) -> None:
        self._watchers = max(0, self._watchers - 1)
        if self._watchers == 0:
            self._stop.set()

    def _read(self, stop: threading.Event) -> None:
        library = import_module("pynvml")
        try:
            library.nvmlInit()
        except library.NVMLError as error:
            self.problem = str(error)
            return
        while not stop.is_set():
            self.note(nvml.gpus(library, self._ours))
            stop.wait(PERIOD)
        library.nvmlShutdown()

    def _ours(self, pid: int) -> bool:
        root = self._supervisor()
        return root is not None and nvml.descends(pid, root)

    def note(self, gpus: tuple[Gpu, ...]) -> None:
        """Keep a reading, and its use for the line of the last minute."""
        for index, gpu in enumerate(gpus):
            self.history.setdefault(index, deque(maxlen=REMEMBERED)).append(gpu.use)
        self.gpus = gpus


def field(gpus: tuple[Gpu, ...]) -> str:
    """The GPUs in a few words for the header: the first, or the one that our job uses; empty without one."""
    if not gpus:
        return ""
    gpu = next((gpu for gpu in gpus if any(holder.ours for holder in gpu.holders)), gpus[0])
    more = f" +{len(gpus) - 1}" if len(gpus) > 1 else ""
    memory = "n/a" if gpu.used is None or gpu.total is None else f"{gpu.used / GIB:.0f}/{gpu.total / GIB:.0f}G"
    if gpu.mig:
        return f"MIG {_profile(gpu)} {memory}, util n/a{more}"
    heat = "" if gpu.celsius is None else f" {gpu.celsius}C"
    return f"{gpu.label} {_percent(gpu.use)} {memory}{heat}{more}"


def _profile(gpu: Gpu) -> str:
    return gpu.name.rpartition("MIG ")[2]


def _percent(use: int | None) -> str:
    return "n/a" if use is None else f"{use}%"


def panel(
    gpus: tuple[Gpu, ...],
    history: Mapping[int, deque[int | None]],
    box: machine.Machine,
    width: int,
    visible: str | None,
    problem: str = "",
    glyphs: Glyphs = UNICODE,
) -> list[Text]:
    """Every GPU with its use, memory and holders, then processors and memory of the machine."""
    lines = [line for index, gpu in enumerate(gpus) for line in _one(gpu, history.get(index), width, glyphs)]
    if gpus:
        lines += _wrapped(_visible(visible), width)
    else:
        lines += _absent(box, width, problem)
    load = "n/a" if box.load is None else number(round(box.load, 1))
    memory = "n/a" if box.used is None or box.total is None else f"{_gib(box.used)} of {_gib(box.total)} GiB"
    return [*lines, Text(), Text(cut(f"CPU {box.cores} cores, load {load}; memory {memory}", width, glyphs))]


def _one(gpu: Gpu, history: deque[int | None] | None, width: int, glyphs: Glyphs) -> list[Text]:
    name = f"{gpu.label} {gpu.name}"
    bar = min(24, max(4, width - 40))
    spark = sparkline(list(history or ()), max(0, min(REMEMBERED, width - bar - 18)), glyphs)
    lines = [Text(cut(clean(name, glyphs), width, glyphs), style="bold")]
    if gpu.mig:
        lines.append(Text(cut("use     n/a for a MIG instance", width, glyphs)))
    else:
        drawn = gauge(gpu.use or 0, 100, bar, glyphs) if gpu.use is not None else glyphs.empty * bar
        lines.append(Text(cut(f"use     {drawn} {_percent(gpu.use):>4}  {spark}".rstrip(), width, glyphs)))
    lines += [Text(cut(line, width, glyphs)) for line in (_memory(gpu, bar, glyphs), _heat(gpu)) if line]
    lines += [Text(cut(_holder(holder), width, glyphs)) for holder in gpu.holders]
    return [*lines, *(Text(line.plain, style="bold yellow") for line in _wrapped(_warning(gpu, glyphs), width)), Text()]


def _memory(gpu: Gpu, bar: int, glyphs: Glyphs) -> str:
    if gpu.used is None or gpu.total is None:
        return "memory  n/a"
    return f"memory  {gauge(gpu.used, gpu.total, bar, glyphs)} {_gib(gpu.used)} of {_gib(gpu.total)} GiB"


def _heat(gpu: Gpu) -> str:
    if gpu.mig:
        return ""
    heat = "n/a" if gpu.celsius is None else f"{gpu.celsius} C"
    watts = "n/a" if gpu.watts is None else f"{gpu.watts:.0f} W"
    return f"heat    {heat}, power {watts}" + (f" of {gpu.limit:.0f} W" if gpu.limit is not None else "")


def _holder(holder: Holder) -> str:
    memory = "n/a" if holder.memory is None else f"{_gib(holder.memory)} GiB"
    return f"process {holder.pid} {holder.user}{' (this project)' if holder.ours else ''}: {memory}"


def _warning(gpu: Gpu, glyphs: Glyphs) -> str:
    words = []
    if gpu.total and gpu.others / gpu.total > CROWDED:
        words.append(f"others hold {gpu.others / gpu.total:.0%} of its memory, a job here may not fit")
    if gpu.total and gpu.used is not None and gpu.used / gpu.total > FULL:
        words.append("its memory is nearly FULL")
    if gpu.celsius is not None and gpu.celsius >= HOT:
        words.append("it is HOT and may slow down")
    return f"{glyphs.warn} {'; '.join(words)}" if words else ""


def _visible(visible: str | None) -> str:
    if visible is None:
        return "CUDA_VISIBLE_DEVICES is not set: jobs see every GPU"
    return f"CUDA_VISIBLE_DEVICES={visible}: jobs see {'these alone' if visible else 'none of them'}"


def _absent(box: machine.Machine, width: int, problem: str) -> list[Text]:
    why = (
        f"a GPU is there, but its driver does not answer: {problem}" if problem else "no NVIDIA GPU is to be seen here"
    )
    lines = [Text(line, style="bold") for line in wrap(f"CPU only: {why}", width)]
    words = (
        f"Networks train on {box.cores} cores. For tables that is usually enough: a small network gains "
        "little on a GPU. A search keeps to its minutes, so it finishes fewer trials, not later."
    )
    return [*lines, *_wrapped(words, width)]


def _wrapped(words: str, width: int) -> list[Text]:
    return [Text(line) for line in wrap(words, width)]


def _gib(count: float) -> str:
    return f"{count / GIB:.1f}"


class GpuPanel(ModalScreen[None]):
    """The panel over the screen; space holds it still."""

    DEFAULT_CSS = """
    GpuPanel { background: transparent; align: center bottom; }
    GpuPanel > VerticalGroup { height: auto; max-height: 100%; overflow-y: auto; background: $surface;
        border-top: solid $primary; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f9", "close", show=False),
        Binding("space", "hold", show=False),
    ]

    def __init__(self, monitor: GpuMonitor, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self._monitor, self._glyphs = monitor, glyphs
        self._held = False

    def compose(self) -> ComposeResult:
        with VerticalGroup():
            yield Rows(id="gpu-lines")

    def on_mount(self) -> None:
        self._monitor.watch()
        self.draw()
        if self._monitor.present:
            self.set_interval(PERIOD, self.draw)

    def on_unmount(self) -> None:
        self._monitor.leave()

    def on_resize(self) -> None:
        self.draw()

    def draw(self) -> None:
        """Show the latest reading, unless held."""
        if self._held:
            return
        seen, width = self._monitor, max(20, self.app.size.width - 4)
        visible = os.environ.get("CUDA_VISIBLE_DEVICES")
        lines = panel(seen.gpus, seen.history, machine.look(), width, visible, seen.problem, self._glyphs)
        keys = Text("Esc closes, space holds still", style="dim")
        self.query_one(Rows).show([*lines, Text(), keys])

    def action_hold(self) -> None:
        self._held = not self._held
        self.draw()

    def action_close(self) -> None:
        self.dismiss()

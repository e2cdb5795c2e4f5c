"""Bytes that reach the terminal: per key, per step, per second of a running job, and while nothing happens."""

import math
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
from common import announce, end_supervisor, make_projects, spread, table

from engine import store
from engine.jobs.events import Epoch, Log, Phase, Trial
from engine.projects import create
from engine.steps import STEPS
from engine.steps.tuning import Tuning
from tests.terminal.harness import Terminal
from tests.tui.running import Running
from tui.place import Place, remember

SIZES = ((80, 24), (120, 40))
STEP, JOB = 14_000, 3_000
QUIET, WATCHED, IDLE = 1.2, 20, 10.0
"""Seconds without a byte after which an action is over; seconds that a running job, and silence, are watched."""


@contextmanager
def wizard(folder: Path, name: str, size: tuple[int, int]) -> Iterator[Terminal]:
    """The wizard in a project, once it is silent."""
    with Terminal("-m", "tui", "--projects", str(folder), "open", name, size=size) as terminal:
        terminal.wait_for("F8 Next")
        terminal.settle(QUIET)
        yield terminal
    end_supervisor(folder / name)


def sent(terminal: Terminal, *keys: str) -> int:
    """Bytes that follow these keys until it is silent again."""
    terminal.mark()
    terminal.send(*keys)
    terminal.settle(QUIET)
    return terminal.bytes


def keys(folder: Path, size: tuple[int, int]) -> Iterator[tuple[str, Sequence[float], str]]:
    """Every action with its bytes and its budget."""
    with wizard(folder, "bare", size) as terminal:
        yield "opened, until silent", [len(terminal.raw)], "20,000"
        terminal.mark()
        terminal.read(IDLE)
        yield "idle, per second", [terminal.bytes / IDLE], "0"
        tabs = [sent(terminal, "tab") for _ in range(4)]
        yield "Tab", tabs, ""
        yield "one letter", [sent(terminal, letter) for letter in "churn"], ""
        opened = [sent(terminal, "ctrl+p") for _ in range(3) if sent(terminal, "esc") >= 0]
        yield "palette", opened, ""
    for name in ("bare", "filled"):
        remember(folder / name, Place())
        with wizard(folder, name, size) as terminal:
            steps = [sent(terminal, "f8") for _ in list(STEPS)[1:]]
        yield f"next step, {name} project", steps, f"{STEP:,}"


def job(folder: Path, size: tuple[int, int]) -> list[float]:
    """Bytes in each second of a search with many short epochs, the busiest job that there is."""
    project = folder / "searching"
    create(folder, project.name).close()
    store.save(project, msgspec.structs.replace(store.load(folder / "filled"), tuning=Tuning()))
    remember(project, Place("tuning"))
    work = Running(project)
    work.tell(Phase("trials", 0, 50), Log("the search begins"))
    seconds: list[float] = []
    with Terminal("-m", "tui", "--projects", str(folder), "open", project.name, size=size) as terminal:
        terminal.wait_for("F8 Next", "the search begins")
        terminal.settle(QUIET)
        for second in range(WATCHED):
            number, part = divmod(second, 4)
            if part == 0:
                work.tell(Phase("trials", number, 50, 40.0 * (50 - number)))
                work.tell(Trial(number + 1, "running", {"units": 32, "layers": 2, "learning_rate": 0.001}))
            terminal.mark()
            end = time.monotonic() + 1.0
            work.tell(*(epoch(number + 1, part * 15 + place) for place in range(1, 16)))
            work.tell(Log(f"trial {number + 1}: {15 * (part + 1)} epochs, nothing unusual in any of its five folds"))
            if part == 3:
                values: dict[str, str | float | int | bool] = {"units": 32, "layers": 2, "learning_rate": 0.001}
                work.tell(Trial(number + 1, "done", values, 0.8 + 0.01 * number, 4.0))
            while (left := end - time.monotonic()) > 0:
                terminal.read(left)
            seconds.append(terminal.bytes)
    work.die()
    return seconds


def epoch(number: int, at: int) -> Epoch:
    loss = 0.7 * math.exp(-at / 20)
    values: dict[str, float | None] = {
        "loss": loss + 0.05,
        "validation loss": loss + 0.12 + 0.001 * at,
        "score": 0.8 + 0.001 * at,
    }
    return Epoch(f"trial {number}, fold 1", at, 60, values)


def main() -> None:
    announce("textual")
    rows = []
    for size in SIZES:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "projects"
            make_projects(folder)
            measured = [*keys(folder, size), ("job, per second", job(folder, size), f"{JOB:,}")]
        for what, values, budget in measured:
            rows.append([f"{size[0]}x{size[1]}", what, str(len(values)), spread(values, ".0f"), budget])
    table(["terminal", "action", "n", "bytes, min / median / max", "budget at 80x24"], rows)


if __name__ == "__main__":
    main()

"""What the benchmarks share: the checkout on the import path, projects to open, the machine in words, tables."""

import os
import platform
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]


def announce(*packages: str) -> None:
    """Say when, on what and beside what load this is measured."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    print(f"{datetime.now(UTC):%Y-%m-%d}, {len(os.sched_getaffinity(0))} cores, {memory:.0f} GiB, ", end="")
    print(f"{platform.system()} {platform.machine()}, load {os.getloadavg()[0]:.1f} at the start")
    print(", ".join([f"Python {platform.python_version()}", *(f"{name} {version(name)}" for name in packages)]))
    print(flush=True)


def spread(values: Sequence[float], form: str = ".2f") -> str:
    """Smallest, median and largest value."""
    return " / ".join(format(value, form) for value in (min(values), statistics.median(values), max(values)))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table in Markdown, so that it can be put into docs/benchmarks.md as it is."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[place]) for line in lines) for place in range(len(head))]
    lines.insert(1, ["-" * width for width in widths])
    for line in lines:
        print("| " + " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)) + " |")
    print(flush=True)


def child(*words: str) -> str:
    """What a Python process of its own prints; its errors go to ours."""
    command = [sys.executable, *words]
    return subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True).stdout


def make_projects(folder: Path) -> None:
    """Three projects: one in which every step has a result, one that has only begun, one without an answer."""
    from engine import store
    from engine.projects import create
    from tests.tui.filled import full

    create(folder, "bare").close()
    create(folder, "begun", settings=["framing.purpose=fewer people leave"]).close()
    create(folder, "filled").close()
    store.save(folder / "filled", full())


def end_supervisor(project: Path) -> None:
    """End the supervisor that the wizard started for a project, and wait until it is gone."""
    from engine.jobs.folder import SupervisorFolder

    there = SupervisorFolder(project)
    while there.path.is_dir() and there.alive:
        owner = there.owner()
        if owner is not None:
            with suppress(ProcessLookupError):
                os.kill(owner.pid, signal.SIGKILL)
        time.sleep(0.05)

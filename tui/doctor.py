"""`modelwright doctor`: what works on this machine, what to do about the rest; imports nothing of what it looks at."""

from __future__ import annotations

import locale
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Literal

from engine import __version__
from engine.jobs.surroundings import NETWORK, disk_kind, killed_at_logout

PYTHON = (3, 11)
SMALLEST = (60, 16)
GIBIBYTE = 1 << 30
ENOUGH = 2
"""Free gibibytes below which a search may fill the disk."""
WITHOUT_METADATA = ("tensorflow", "keras", "keras-tuner", "numpy", "pandas", "scikit-learn", "pyarrow", "textual")
"""What is looked for when Modelwright itself is not installed as a package."""


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at; `missing` is essential, `warning` can be lived with."""

    level: Literal["ok", "warning", "missing"]
    what: str
    said: str
    todo: str = ""


def report(projects: Path) -> tuple[bool, str]:
    """Whether everything essential is there, and the findings in lines."""
    checks = [*_python(), *_packages(), *_gpus(), *_terminal(), *_disk(projects), *_processes()]
    width = max(len(check.what) for check in checks)
    lines = [f"modelwright {__version__}"]
    for check in checks:
        lines.append(f"{check.level:8}{check.what:{width}}  {check.said}")
        if check.todo:
            lines.append(f"{'':8}{'':{width}}  -> {check.todo}")
    works = all(check.level != "missing" for check in checks)
    lines.append("everything essential is there" if works else "something essential is missing, see above")
    return works, "\n".join(lines)


def _python() -> Iterator[Check]:
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] < PYTHON:
        yield Check("missing", "python", version, f"install Python {'.'.join(map(str, PYTHON))} or newer")
    else:
        yield Check("ok", "python", f"{version} ({sys.executable})")


def _packages() -> Iterator[Check]:
    """Every package that Modelwright asks for, by its own declaration, against the bounds given there."""
    for wanted in _wanted():
        name = re.split(r"[^\w.-]", wanted, maxsplit=1)[0]
        bounds = wanted[len(name) :].strip()
        try:
            found = metadata.version(name)
        except metadata.PackageNotFoundError:
            yield Check("missing", name, "not installed", f"pip install '{wanted}'")
            continue
        if _within(found, bounds):
            yield Check("ok", name, f"{found} {bounds}".strip())
        else:
            yield Check("warning", name, f"{found}, wanted is {bounds}", f"pip install '{wanted}'")


def _wanted() -> list[str]:
    try:
        declared = metadata.requires("modelwright") or []
    except metadata.PackageNotFoundError:
        return list(WITHOUT_METADATA)
    return [line.partition(";")[0].strip() for line in declared if "extra ==" not in line]


def _within(version: str, bounds: str) -> bool:
    """Whether a version is within bounds such as `>=2.21,<2.22`, compared by its numbers."""
    tests = {"<": lambda o: o < 0, "<=": lambda o: o <= 0, ">": lambda o: o > 0, ">=": lambda o: o >= 0}
    tests |= {"==": lambda o: o == 0, "!=": lambda o: o != 0}
    for operator, bound in re.findall(r"(<=|>=|==|!=|<|>)\s*([\w.]+)", bounds):
        ours, theirs = _numbers(version), _numbers(bound)
        length = max(len(ours), len(theirs))
        ours, theirs = (part + [0] * (length - len(part)) for part in (ours, theirs))
        if not tests[operator]((ours > theirs) - (ours < theirs)):
            return False
    return True


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version.partition("+")[0])]


def _gpus() -> Iterator[Check]:
    tool = shutil.which("nvidia-smi")
    if tool is None:
        yield Check("ok", "gpu", "none: training uses the processor, which is enough for most tables")
        return
    query = (tool, "--query-gpu=name,memory.total,driver_version", "--format=csv,noheader")
    try:
        told = subprocess.run(query, capture_output=True, text=True, timeout=10)
    except (OSError, subprocess.TimeoutExpired):
        yield Check("warning", "gpu", "nvidia-smi does not answer", "check the driver")
        return
    if told.returncode != 0:
        why = next(iter((told.stdout + told.stderr).splitlines()), "no reason given")
        yield Check("warning", "gpu", f"nvidia-smi says: {why}", "check the driver")
        return
    for number, line in enumerate(told.stdout.splitlines()):
        yield Check("ok", f"gpu {number}", line)
    if not _installed("nvidia-cudnn-cu12") and not _installed("nvidia-cudnn-cu13"):
        yield Check("warning", "cuda", "its libraries are not installed", "pip install 'modelwright[gpu]'")


def _installed(package: str) -> bool:
    try:
        metadata.version(package)
    except metadata.PackageNotFoundError:
        return False
    return True


def _terminal() -> Iterator[Check]:
    term = os.environ.get("TERM", "")
    if not sys.stdout.isatty():
        yield Check("ok", "terminal", "output is not a terminal: status, ask, run and export work, the wizard does not")
    elif term in ("", "dumb"):
        yield Check("warning", "terminal", f"TERM={term or 'not set'} cannot draw", "use `modelwright ask NAME`")
    else:
        columns, lines = shutil.get_terminal_size()
        small = columns < SMALLEST[0] or lines < SMALLEST[1]
        colours = "no colours (NO_COLOR)" if os.environ.get("NO_COLOR") else f"{_colours(term)} colours"
        tmux = ", in tmux" if os.environ.get("TMUX") else ""
        todo = f"make it at least {SMALLEST[0]}x{SMALLEST[1]}" if small else ""
        yield Check("warning" if small else "ok", "terminal", f"{term}, {columns}x{lines}, {colours}{tmux}", todo)
    encoding = (sys.stdout.encoding or locale.getencoding()).upper()
    if encoding in ("UTF-8", "UTF8"):
        yield Check("ok", "locale", encoding)
    else:
        yield Check("warning", "locale", encoding, "set LC_ALL=C.UTF-8, or use --ascii")


def _colours(term: str) -> str:
    if os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return "16 million"
    return "256" if "256" in term or "kitty" in term or "direct" in term else "16"


def _disk(projects: Path) -> Iterator[Check]:
    there = next(path for path in (projects, *projects.parents) if path.exists())
    if not os.access(there, os.W_OK):
        yield Check("missing", "projects", f"{there} cannot be written", "name another folder with --projects")
        return
    free = shutil.disk_usage(there).free / GIBIBYTE
    todo = "free some space before a search" if free < ENOUGH else ""
    yield Check("warning" if todo else "ok", "projects", f"{projects}, {free:.1f} GiB free", todo)
    kind = disk_kind(there, Path("/proc/self/mounts"))
    if kind in NETWORK:
        yield Check("warning", "locks", f"network disk ({kind})", "open a project on one machine at a time")
    else:
        yield Check("ok", "locks", f"local disk ({kind or 'kind unknown'})")


def _processes() -> Iterator[Check]:
    if killed_at_logout():
        yield Check("warning", "logout", "this system ends your jobs at logout", "run `loginctl enable-linger` once")
    else:
        yield Check("ok", "logout", "jobs survive a dropped connection")
    if job := os.environ.get("SLURM_JOB_ID"):
        yield Check("warning", "slurm", f"allocation {job}: jobs end with it", "resume them in a new one")

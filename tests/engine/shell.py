"""The command line as its users call it: a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def modelwright(*words: str, projects: Path, stdin: str = "", **variables: str) -> subprocess.CompletedProcess[str]:
    """Run `modelwright --projects PROJECTS WORDS…` to its end."""
    return subprocess.run(
        [sys.executable, "-P", "-m", "tui.cli", "--projects", str(projects), *words],
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1", **variables},
        timeout=300,
    )


def sentence(process: subprocess.CompletedProcess[str]) -> str:
    """The one line of an error. Fails when there is more, or a traceback."""
    lines = process.stderr.splitlines()
    assert len(lines) == 1, process.stderr
    assert lines[0].startswith("modelwright: ")
    return lines[0].removeprefix("modelwright: ")

"""Whole projects from the command line: real processes, real files, one project folder."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SHORT = (
    "baseline.epochs=40",
    "baseline.attempts=2",
    "baseline.curate=no",
    "overfit.rungs=2",
    "overfit.epochs=30",
    "tuning.trials=2",
    "tuning.minutes=3",
    "tuning.max_units=16",
    "tuning.max_layers=1",
)
"""Answers that make every step run, and none of them long."""


@dataclass(frozen=True)
class Journey:
    """The command line over one projects folder."""

    projects: Path

    def __call__(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run `modelwright WORDS…` to its end."""
        return subprocess.run(
            [sys.executable, "-P", "-m", "tui.cli", "--projects", str(self.projects), *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            timeout=900,
        )

    def start(self, *words: str) -> subprocess.Popen[str]:
        """The same, not waited for."""
        return subprocess.Popen(
            [sys.executable, "-P", "-m", "tui.cli", "--projects", str(self.projects), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def done(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run to the end, which has to be a good one."""
        process = self(*words)
        assert process.returncode == 0, process.stderr
        return process

    def new(self, name: str, data: Path, target: str, *settings: str) -> None:
        more = [word for setting in settings for word in ("--set", setting)]
        self.done("new", name, "--data", str(data), "--target", target, *more)

    def status(self, name: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.done("status", name, "--json").stdout)
        return found

    def result(self, name: str, step: str) -> dict[str, Any]:
        found: dict[str, Any] = self.status(name)["steps"][step]["result"]
        return found

    def test_score(self, name: str, metric: str) -> float:
        scores = self.result(name, "evaluation")["test"]
        return float(next(score["value"] for score in scores if score["metric"] == metric))

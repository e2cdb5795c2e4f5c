"""Trials per minute of two workers against one, each with its share of the cores.

Counted from the beginning of the first trial to the end of the last, without start-up and the corrections at the end.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from engine.jobs.events import Trial, read
from engine.jobs.folder import latest

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = (
    "protocol.kind=kfold",
    "protocol.folds=3",
    "baseline.epochs=10",
    "baseline.attempts=1",
    "tuning.algorithm=random",
    "tuning.early_stop=no",
    "tuning.minutes=60",
)


def modelwright(projects: Path, *words: str) -> None:
    """Run a command to its end; a verdict that says stop is no matter here."""
    command = [sys.executable, "-P", "-m", "tui.cli", "--projects", str(projects), *words]
    done = subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    if done.returncode not in (0, 3):
        raise SystemExit(done.stderr)


def per_minute(projects: Path, name: str, workers: int) -> float:
    """Trials per minute, from the beginning of the first to the end of the last."""
    modelwright(projects, "run", name, "tuning", "--workers", str(workers))
    job = latest(projects / name, "tuning")
    assert job is not None
    lines, _ = read(job.events)
    begun = next(line.time for line in lines if isinstance(line.event, Trial))
    ends = [line.time for line in lines if isinstance(line.event, Trial) and line.event.state != "running"]
    return 60 * len(ends) / (max(ends) - begun)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", type=Path, help="a table of one's own")
    parser.add_argument("target")
    parser.add_argument("--trials", type=int, default=24, help="with few, the end weighs, where one worker has none")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        projects, found = Path(folder), {}
        for workers in (1, 2):
            name = f"workers-{workers}"
            settings = [word for each in (*SETTINGS, f"tuning.trials={given.trials}") for word in ("--set", each)]
            modelwright(
                projects, "new", name, "--data", str(given.table.resolve()), "--target", given.target, *settings
            )
            modelwright(projects, "run", name, "baseline")
            found[workers] = per_minute(projects, name, workers)
            print(f"{workers} worker(s): {found[workers]:.2f} trials per minute")
        print(f"two against one: {found[2] / found[1]:.2f} times")


if __name__ == "__main__":
    main()

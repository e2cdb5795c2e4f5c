"""What a trial of a search costs beyond its training: a search on a real table against the same trainings alone.

Every trial of the search is a forked process with its own folds, looks on record, events and files. The peer trains the
same configurations on the same folds with the same code, one after the other in one process, and does nothing else.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
from common import announce, table
from real import BY_NAME, command, new

SETTINGS = (
    "protocol.kind=kfold",
    "protocol.folds=5",
    "baseline.attempts=1",
    "baseline.curate=no",
    "tuning.algorithm=random",
    "tuning.early_stop=no",
    "tuning.minutes=60",
)


def searched(project: Path) -> tuple[float, list[dict[str, Any]]]:
    """Seconds from the beginning of the first trial to the end of the last, and the configurations in order."""
    from engine.jobs.events import Trial, read
    from engine.jobs.folder import latest

    job = latest(project, "tuning")
    assert job is not None
    lines = [line for line in read(job.events)[0] if isinstance(line.event, Trial)]
    begun = [line for line in lines if line.event.state == "running"]
    ends = [line.time for line in lines if line.event.state != "running"]
    return max(ends) - begun[0].time, [line.event.values for line in begun]


def trained(project: Path, configurations: list[dict[str, Any]]) -> list[float]:
    """Seconds of each training, building and compiling included; the first is done twice and counted once."""
    from engine import store
    from engine.advice import resolve
    from engine.training.cross_validate import cross_validate
    from engine.work.networks import CACHE, PATIENCE, watched
    from engine.work.rows import folds, load_rows
    from engine.work.settings import balance_of, loss_of, recipe_of
    from engine.work.trial import hyper_of
    from engine.work.trial_files import EPOCHS

    plan = resolve(store.load(project)).plan
    rows = load_rows(plan, project)
    drawn = folds(plan, rows)
    taken = []
    for values in [configurations[0], *configurations]:
        began = time.perf_counter()
        cross_validate(
            rows.inputs,
            rows.y,
            drawn,
            recipe_of(plan),
            hyper_of(values),
            code=rows.code,
            head=rows.task.head,
            loss=loss_of(plan),
            metric=plan.metric.primary or "",
            epochs=EPOCHS,
            seed=plan.project.seed,
            patience=PATIENCE,
            watch=lambda fold: watched(rows, fold, plan),
            balance=balance_of(plan),
            cache=project / CACHE,
        )
        taken.append(time.perf_counter() - began)
    return taken[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("table", nargs="?", default="telco", choices=BY_NAME)
    parser.add_argument("--trials", type=int, default=6)
    given = parser.parse_args()
    announce("tensorflow", "keras")
    with tempfile.TemporaryDirectory() as folder:
        projects, name = Path(folder), given.table
        new(projects, BY_NAME[name], (*SETTINGS, f"tuning.trials={given.trials}"))
        command(projects, "run", name, "baseline")
        command(projects, "run", name, "tuning")
        whole, configurations = searched(projects / name)
        bare = trained(projects / name, configurations)
    count = len(configurations)
    more = whole / sum(bare) - 1
    table(
        ["table", "trials", "search, s per trial", "training alone, s per trial", "beyond training"],
        [[name, f"{count}", f"{whole / count:.2f}", f"{sum(bare) / count:.2f}", f"{more:+.1%}"]],
    )


if __name__ == "__main__":
    main()

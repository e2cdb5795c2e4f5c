"""The eight real tables: where they lie, the product run on them by command line, and the rows that others get."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from common import ROOT

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd

DATA = ROOT.parent / "shared" / "data"
MOST_VALUES = 250
"""Values of a category that others are given; rarer ones become one (boosted trees take at most 255)."""
KEPT = 0.2
"""Share of the minutes that is left for the final model when the search begins."""
LEAST = 0.3
"""Share of the minutes that the search gets even when the steps before it took all."""
NO_TRIAL = 4
"""Exit code of a search that ended before its first trial; the baseline's network is then the final one."""


class Table(NamedTuple):
    """A file, its target, and the answers that a person would give before the first step."""

    name: str
    file: str
    target: str
    answers: tuple[str, ...] = ()


TABLES = (
    Table("titanic", "titanic3/titanic3.csv", "survived"),
    Table("telco", "telco_churn/Telco-Customer-Churn.csv", "Churn"),
    Table("adult", "adult_census/adult-train.csv", "last"),
    Table("pima", "pima_diabetes/pima-indians-diabetes.csv", "last"),
    Table("wine", "wine_quality_white/winequality-white.csv", "last", ("framing.task=multiclass",)),
    Table("penguins", "penguins_raw/penguins_raw.csv", "Species"),
    Table("california", "california_housing/housing.csv", "median_house_value"),
    Table("taxi", "chicago_taxi_parquet/taxi.parquet", "tip"),
)
BY_NAME = {table.name: table for table in TABLES}


class Held(NamedTuple):
    """The same rows for everybody: columns the model may use, targets as numbers, and how they are scored."""

    train: pd.DataFrame
    y: np.ndarray
    test: pd.DataFrame
    y_test: np.ndarray
    metric: str
    gain: float
    task: str


def command(projects: Path, *words: str, fine: tuple[int, ...] = (0, 3)) -> None:
    """Run `modelwright WORDS…` to its end; 3 (a verdict that says stop) is an answer too. Errors: SystemExit."""
    line = [sys.executable, "-P", "-m", "tui.cli", "--projects", str(projects), "--plain", *words]
    done = subprocess.run(
        line, stdin=subprocess.DEVNULL, capture_output=True, text=True, env={**os.environ, "PYTHONPATH": str(ROOT)}
    )
    if done.returncode not in fine:
        raise SystemExit(f"modelwright {' '.join(words)} ended with {done.returncode}:\n{done.stdout}{done.stderr}")


def new(projects: Path, table: Table, more: tuple[str, ...] = ()) -> None:
    """Errors: SystemExit when the tables are not there."""
    if not DATA.is_dir():
        raise SystemExit(f"the real tables are not at {DATA}")
    settings = [word for setting in (*table.answers, *more) for word in ("--set", setting)]
    command(projects, "new", table.name, "--data", str(DATA / table.file), "--target", table.target, *settings)


def product(projects: Path, table: Table, minutes: float, more: tuple[str, ...] = ()) -> float:
    """From nothing to a final model that was tested on the sealed rows. Returns the seconds it took.

    The search gets what the steps before it have left of the minutes, less a share for the final model.
    """
    began = time.perf_counter()
    new(projects, table, ("tuning.trials=1000", *more))
    for step in ("baseline", "overfit"):
        command(projects, "run", table.name, step)
    left = minutes * (1 - KEPT) - (time.perf_counter() - began) / 60
    command(projects, "set", table.name, f"tuning.minutes={max(left, LEAST * minutes):.2f}")
    command(projects, "run", table.name, "tuning", fine=(0, NO_TRIAL))
    command(projects, "run", table.name, "evaluation", "--open-test")
    return time.perf_counter() - began


def held(project: Path) -> Held:
    """The development and the sealed rows of a project that has been evaluated."""
    from engine import ledger, store
    from engine.advice import resolve
    from engine.data.seal import load_development, open_sealed
    from engine.findings import rows_left_out
    from engine.work.rows import from_frame, load_rows

    plan = resolve(store.load(project)).plan
    rows = load_rows(plan, project)
    sealed = open_sealed(project, lambda: ledger.record(project, "opening", "evaluation", "benchmark of real tables"))
    before = load_development(project)
    test = from_frame(plan, sealed, before=before[~before.index.isin(rows_left_out(plan))])
    train, inputs = plain(plan, rows.inputs, test.inputs)
    return Held(
        train, rows.y, inputs, test.y, plan.metric.primary or "", plan.metric.gain or 0.0, plan.framing.task or ""
    )


def own_predictions(project: Path) -> np.ndarray:
    """What the shipped model says of the sealed rows."""
    from engine import ledger, store
    from engine.data.seal import open_sealed
    from engine.serving.final import final_model

    predictor = final_model(project, store.load(project))
    return predictor.outputs(
        open_sealed(project, lambda: ledger.record(project, "opening", "evaluation", "benchmark of real tables"))
    )


def plain(plan: Any, train: pd.DataFrame, test: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The inputs as any tool takes them: numbers, moments as seconds, everything else as a category of known values."""
    import pandas as pd

    kinds = {column.name: column.kind for column in plan.framing.result.reading.columns}
    made: tuple[dict[str, Any], dict[str, Any]] = ({}, {})
    for name in train.columns:
        for part, frame in zip(made, (train, test), strict=True):
            column = frame[name]
            if kinds[name] == "numeric":
                part[name] = pd.to_numeric(column, errors="coerce").astype(float)
            elif kinds[name] == "date":
                moments = pd.to_datetime(column, errors="coerce", format="mixed")
                part[name] = (moments - pd.Timestamp(0)).dt.total_seconds()
            else:
                known = train[name].astype("string").value_counts().index[:MOST_VALUES]
                words = column.astype("string")
                words = words.where(words.isin(known) | words.isna(), "another value")
                part[name] = pd.Categorical(words, categories=[*known, "another value"])
    return pd.DataFrame(made[0], index=train.index), pd.DataFrame(made[1], index=test.index)

"""Which kind of prediction is advised for real targets, and where a person is asked to look."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.profile import target_summary
from engine.data.read import read
from engine.steps import Plan
from engine.steps.framing import Framing, FramingResult, TaskFit, advise
from engine.tasks import TASKS


def advised(frame: pd.DataFrame, *columns: str) -> tuple[str, bool]:
    """The task that is advised for these columns, and whether it has to be confirmed."""
    summary = target_summary(frame, *columns)
    fits = [(task.name, fit) for task in TASKS.values() if (fit := task.fit(summary)) is not None]
    ordered = sorted(fits, key=lambda pair: -pair[1].weight)
    result = FramingResult(target=summary, tasks=tuple(TaskFit(name, fit.weight, fit.reason) for name, fit in ordered))
    found = advise(Plan(framing=Framing(target=columns, result=result))).answers["task"]
    assert found.reason
    return str(found.value), found.confirm


@pytest.mark.parametrize(
    ("file", "columns", "task", "unsure"),
    [
        ("multilabel_yeast/yeast.arff", [f"Class{number}" for number in range(1, 15)], "multilabel", False),
        ("energy_efficiency_enb2012/ENB2012_data.csv", ["Y1", "Y2"], "vector", False),
        ("energy_efficiency_enb2012/ENB2012_data.csv", ["Y1"], "regression", False),
        ("wine_quality_white/winequality-white.csv", ["column_12"], "ordinal", True),
        ("bike_sharing_hourly/hour.csv", ["cnt"], "count", True),
        ("messy_montreal_bikes/bikes.csv", ["Berri 1"], "regression", True),
        ("penguins_raw/penguins_raw.csv", ["Species"], "multiclass", False),
    ],
)
def test_real_targets(shared_data: Path, file: str, columns: list[str], task: str, unsure: bool) -> None:
    frame, _ = read(shared_data / file)
    assert advised(frame, *columns) == (task, unsure)


@pytest.mark.parametrize(
    ("values", "name", "task", "unsure"),
    [
        (np.random.default_rng(1).beta(2, 3, 300), "conversion_rate", "bounded", False),
        (np.random.default_rng(1).beta(2, 3, 300), "y", "bounded", True),
        (np.random.default_rng(1).lognormal(12, 1, 300).round(), "price", "regression", False),
        (np.array(["low", "high", "medium"] * 100, dtype=object), "risk", "ordinal", True),
        (np.array(["red", "green", "blue"] * 100, dtype=object), "colour", "multiclass", False),
        (np.array(["a;b", "a, b", "c", "b", "a", "c;a"] * 50, dtype=object), "tags", "multilabel", False),
    ],
)
def test_the_values_and_the_name_decide(values: np.ndarray, name: str, task: str, unsure: bool) -> None:
    assert advised(pd.DataFrame({name: values}), name) == (task, unsure)

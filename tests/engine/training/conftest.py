"""Real tables for tests of training."""

from pathlib import Path

import pandas as pd
import pytest

from engine.training.kind import fit_target
from tests.engine.training.tables import Table, recipe


@pytest.fixture(scope="module")
def titanic(shared_data: Path) -> Table:
    frame = pd.read_csv(shared_data / "titanic3" / "titanic3.csv").dropna(subset=["survived"]).reset_index(drop=True)
    code = fit_target("binary", {"survived": frame["survived"]})
    kinds = recipe(
        pclass="onehot", name="words", sex="onehot", age="auto", fare="log", cabin="onehot", embarked="onehot"
    )
    y = code.encode(frame)
    return Table(frame, y, code, kinds, "sigmoid", "binary_crossentropy", "accuracy")


@pytest.fixture(scope="module")
def housing(shared_data: Path) -> Table:
    frame = pd.read_csv(shared_data / "california_housing" / "housing.csv").sample(900, random_state=1)
    frame = frame.reset_index(drop=True)
    target = "median_house_value"
    code = fit_target("regression", {target: frame[target]})
    names = [name for name in frame.columns if name not in (target, "ocean_proximity")]
    kinds = recipe(ocean_proximity="onehot", **dict.fromkeys(names, "auto"))
    return Table(frame, code.encode(frame), code, kinds, "linear", "mean_squared_error", "rmse")

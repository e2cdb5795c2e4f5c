"""Targets as numbers and back."""

import numpy as np
import pandas as pd
import pytest

from engine.errors import UserError
from engine.training.kind import fit_target


def test_classes_go_there_and_back() -> None:
    code = fit_target("binary", {"alive": ["yes", "no", "no"]})
    assert code.classes == ("no", "yes")
    assert fit_target("binary", {"alive": ["yes", "no", "no"]}, positive="no").classes == ("yes", "no")
    assert code.encode({"alive": ["no", "yes"]}).tolist() == [0, 1]
    assert code.decide(np.array([0.2, 0.5])) == ["no", "yes"]
    assert code.decide(np.array([0.2, 0.5]), threshold=0.1) == ["yes", "yes"]
    numbers = fit_target("multiclass", {"stars": pd.Series([10.0, 9.0, 2.0])})
    assert numbers.classes == ("2", "9", "10")
    assert numbers.encode({"stars": ["9.0", 10, "2"]}).tolist() == [1, 2, 0]
    assert numbers.decide(np.eye(3)) == ["2", "9", "10"]


def test_amounts_go_there_and_back() -> None:
    code = fit_target("regression", {"price": [1.0]})
    y = code.encode({"price": ["10", 20, 30.0]})
    assert y.tolist() == [10, 20, 30]
    own = code.fitted(y)
    wanted = own.wanted(y)
    assert abs(wanted.mean()) < 1e-12
    assert wanted.std() == pytest.approx(1)
    assert own.told(wanted) == pytest.approx(y)
    assert own.natural(wanted[:, None]) == pytest.approx(y)
    assert code.fitted(np.array([4.0, 4.0])).unit == (1,)


@pytest.mark.parametrize(
    ("task", "values", "wanted"),
    [
        ("binary", ["a", "a"], "has 1 classes"),
        ("binary", ["a", "b", "c"], "exactly two"),
        ("multiclass", ["a"], "two or"),
    ],
)
def test_a_target_that_does_not_fit_its_task_is_refused(task: str, values: list[str], wanted: str) -> None:
    with pytest.raises(UserError, match=wanted):
        fit_target(task, {"y": values})


def test_an_unknown_or_missing_target_is_named_with_its_row() -> None:
    code = fit_target("binary", {"y": ["a", "b"]})
    with pytest.raises(UserError, match="row 2, column 'y': 'c' is none of the classes a, b"):
        code.encode({"y": ["a", "c"]})
    with pytest.raises(UserError, match="row 2, column 'y': the target is missing"):
        code.encode({"y": ["a", None]})

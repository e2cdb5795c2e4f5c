"""Targets as numbers and back."""

import numpy as np
import pandas as pd
import pytest

from engine.errors import UserError
from engine.training.apply import decode_target, encode_target
from engine.training.prepare import fit_target, standardised


def test_classes_go_there_and_back() -> None:
    code = fit_target("binary", "alive", ["yes", "no", "no"])
    assert code.classes == ("no", "yes")
    assert fit_target("binary", "alive", ["yes", "no", "no"], positive="no").classes == ("yes", "no")
    assert encode_target(code, ["no", "yes"]).tolist() == [0, 1]
    assert decode_target(code, np.array([0.2, 0.5])).tolist() == ["no", "yes"]
    assert decode_target(code, np.array([0.2, 0.5]), threshold=0.1).tolist() == ["yes", "yes"]
    numbers = fit_target("multiclass", "stars", pd.Series([10.0, 9.0, 2.0]))
    assert numbers.classes == ("2", "9", "10")
    assert encode_target(numbers, ["9.0", 10, "2"]).tolist() == [1, 2, 0]
    assert decode_target(numbers, np.eye(3)).tolist() == ["2", "9", "10"]


def test_amounts_go_there_and_back() -> None:
    code = standardised(fit_target("regression", "price", [1.0]), np.array([10.0, 20.0, 30.0]))
    encoded = encode_target(code, ["10", 20, 30.0])
    assert abs(encoded.mean()) < 1e-12
    assert encoded.std() == pytest.approx(1)
    assert decode_target(code, encoded) == pytest.approx([10, 20, 30])
    assert standardised(code, np.array([4.0, 4.0])).scale == 1


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
        fit_target(task, "y", values)


def test_an_unknown_or_missing_target_is_named_with_its_row() -> None:
    code = fit_target("binary", "y", ["a", "b"])
    with pytest.raises(UserError, match="row 2, column 'y': 'c' is none of the classes a, b"):
        encode_target(code, ["a", "c"])
    with pytest.raises(UserError, match="row 2, column 'y': the target is missing"):
        encode_target(code, ["a", None])

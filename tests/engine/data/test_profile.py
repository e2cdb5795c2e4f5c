"""Profiles agree with pandas on real columns, and with hand-made ones where pandas says nothing."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.profile import as_text, profile, target_summary
from engine.data.read import read


def test_numbers_agree_with_pandas(shared_data: Path) -> None:
    frame, reading = read(shared_data / "california_housing" / "housing.csv")
    said = frame.describe()
    for column in reading.columns:
        if column.kind == "numeric":
            values = frame[column.name]
            shape = [column.mean, column.std, column.minimum, *column.quantiles[1:4], column.maximum]
            assert shape == pytest.approx(said[column.name].tolist()[1:])
            assert column.distinct == values.nunique()
            assert column.missing == values.isna().sum()
            assert column.quantiles[0] == column.minimum
    assert [(top.value, top.count) for top in reading.columns[-1].top][:2] == [("<1H OCEAN", 9136), ("INLAND", 6551)]


def test_kinds_order_and_examples() -> None:
    frame = pd.DataFrame(
        {
            "up": np.arange(200.0),
            "down": np.arange(200.0)[::-1] / 2,
            "same": np.ones(200),
            "gone": np.full(200, np.nan),
            "when": pd.date_range("2020-01-01", periods=200).astype("datetime64[ns]"),
            "truth": pd.Series(["true", "false"] * 100, dtype=object),
            "class": pd.Series(["a", "b", None, "c"] * 50, dtype=object),
            "id": pd.Series([f"id{place}" for place in range(200)], dtype=object),
            "none": pd.Series([None] * 200, dtype=object),
        }
    )
    columns = {column.name: column for column in profile(frame)}
    assert [column.kind for column in columns.values()] == [
        *("numeric", "numeric", "numeric", "empty", "date", "boolean", "categorical", "text", "empty")
    ]
    assert {name for name, column in columns.items() if column.monotone} == {"up", "down", "when"}
    assert columns["up"].integer
    assert not columns["down"].integer
    assert columns["class"].missing == 50
    assert columns["class"].distinct == 3
    assert columns["up"].examples == ("0", "1", "2")
    assert (columns["when"].earliest, columns["when"].latest) == ("2020-01-01", "2020-07-18")
    assert columns["id"].top == ()
    assert columns["gone"].missing == 200


def test_target_of_classes(shared_data: Path) -> None:
    frame, _ = read(shared_data / "wine_quality_white" / "winequality-white.csv")
    summary = target_summary(frame, "column_12")
    assert summary.distinct == 7
    assert summary.integer
    assert [(top.value, top.count) for top in summary.counts] == [
        *(("6", 2198), ("5", 1457), ("7", 880), ("8", 175), ("4", 163), ("3", 20), ("9", 5))
    ]


def test_target_in_time(shared_data: Path) -> None:
    frame, _ = read(shared_data / "airline_passengers" / "airline-passengers.csv")
    summary = target_summary(frame, "Passengers")
    assert summary.lag1 == pytest.approx(frame["Passengers"].autocorr(1))
    assert summary.skew == pytest.approx(frame["Passengers"].skew(), rel=0.02)
    assert summary.lag1 is not None
    assert summary.lag1 > 0.95


def test_target_with_gaps_and_one_value() -> None:
    frame = pd.DataFrame({"y": [1.0, np.nan, 2.0, 3.0, 5.0, np.nan], "c": np.ones(6)})
    summary = target_summary(frame, "y")
    assert (summary.missing, summary.distinct) == (2, 4)
    assert target_summary(frame, "c").skew is None
    for values in ([1.0, 1.0, 1.0, 5.0], [5.0, 1.0, 1.0, 1.0]):
        assert target_summary(pd.DataFrame({"y": values}), "y").lag1 is None


def test_values_as_words() -> None:
    assert as_text(pd.Series([1.0, 2.5, np.nan, 1234567.0])).tolist() == ["1", "2.5", None, "1234567"]
    assert as_text(pd.Series(["a", None], dtype=object)).tolist() == ["a", None]
    assert as_text(pd.Series(pd.to_datetime(["2020-01-01", None]))).tolist() == ["2020-01-01", None]

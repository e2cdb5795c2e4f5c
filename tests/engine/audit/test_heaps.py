"""Heaps on round numbers, piles at the end of a scale, and means that were filled in."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made

from engine.data.read import read


def table(columns: dict[str, object]) -> object:
    n = len(next(iter(columns.values())))  # type: ignore[arg-type]
    return made({**columns, "y": np.random.default_rng(9).normal(size=n)}, "y", "regression")


def test_rounded_answers_are_noted_with_their_share() -> None:
    random = np.random.default_rng(1)
    exact = random.normal(400, 90, 1000).round()
    said = np.where(random.random(1000) < 0.6, (exact / 50).round() * 50, exact)
    found = look("heaping", table({"said": said, "exact": exact, "fine": random.normal(size=1000)}))
    assert set(found) == {("said",)}
    share = float(pd.Series(said).mod(50).eq(0).mean())
    assert f"{share:.0%} of the values are multiples of 50" in found[("said",)].evidence
    assert found[("said",)].severity == "note"


def test_a_unit_is_no_heap() -> None:
    random = np.random.default_rng(1)
    hundreds = random.normal(40, 9, 1000).round() * 100
    assert look("heaping", table({"hundreds": hundreds, "half": random.normal(0, 9, 1000).round(1)})) == {}


def test_the_end_of_a_scale(shared_data: Path) -> None:
    frame, _ = read(shared_data / "california_housing/housing.csv")
    data = made({"rooms": frame["total_rooms"], "y": frame["median_house_value"]}, "y", "regression")
    finding = look("heaping", data)[("y",)]
    assert finding.rows == int(frame["median_house_value"].eq(frame["median_house_value"].max()).sum()) == 965
    assert "no value is above 500001, which 965 rows have" in finding.evidence
    assert set(frame["median_house_value"].loc[list(finding.row_ids)]) == {500001.0}


@pytest.mark.parametrize("middle", ["mean", "median"])
def test_a_mean_that_was_filled_in_is_read_as_missing_again(shared_data: Path, middle: str) -> None:
    frame, _ = read(shared_data / "titanic3/titanic3.csv")
    value = round(float(getattr(frame["age"], middle)()), 2)
    rows = int(frame["age"].fillna(value).value_counts()[value])
    finding = look("filled_in", table({"age": frame["age"].fillna(value)}))[("age",)]
    assert (finding.severity, finding.rows, finding.blank) == ("ask", rows, (value,))
    assert middle in finding.evidence
    assert look("filled_in", table({"age": frame["age"]})) == {}


def test_a_pile_elsewhere_was_not_filled_in() -> None:
    values = np.random.default_rng(1).normal(50, 9, 800).round(1)
    values[:100] = 47.3
    assert look("filled_in", table({"x": values})) == {}

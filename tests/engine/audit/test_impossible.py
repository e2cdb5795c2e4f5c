"""Values that cannot be, and lone ones: planted in real tables, and what honest columns look like."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made

from engine.data.read import read
from engine.detector import AuditData


def table(columns: dict[str, object]) -> AuditData:
    n = len(next(iter(columns.values())))  # type: ignore[arg-type]
    return made({**columns, "y": np.random.default_rng(9).normal(size=n)}, "y", "regression")


@pytest.mark.parametrize(
    ("name", "bad"),
    [("Age", 230.0), ("patientAge", -4.0), ("month", 13.0), ("hour", 27.0), ("pH", 31.0), ("rel_humidity", 104.0)],
)
def test_a_name_says_what_cannot_be(name: str, bad: float) -> None:
    values = np.random.default_rng(1).integers(1, 12, 400).astype(float)
    values[[7, 90, 333]] = bad
    finding = look("impossible", table({name: values}))[(name,)]
    assert (finding.severity, finding.rows, finding.row_ids, finding.blank) == ("ask", 3, (7, 90, 333), (bad,))


@pytest.mark.parametrize("name", ["age_change", "month_delta", "zscore_age", "x"])
def test_a_name_that_says_nothing_of_limits(name: str) -> None:
    values = np.random.default_rng(1).normal(0, 1, 400)
    assert look("impossible", table({name: values})) == {}


def test_a_column_mostly_beyond_the_limits_means_something_else() -> None:
    values = np.random.default_rng(1).normal(0, 1, 400)
    assert look("impossible", table({"age": values, "weight": values})) == {}


def test_a_lost_sign_is_told_by_the_other_values() -> None:
    values = np.random.default_rng(1).normal(70, 9, 400).round(1)
    values[[3, 50]] *= -1
    finding = look("impossible", table({"x": values}))[("x",)]
    assert finding.row_ids == (3, 50)
    assert set(finding.blank) == {values[3], values[50]}


def test_a_code_for_missing_is_asked_about_once() -> None:
    values = np.random.default_rng(1).normal(50, 9, 400).round()
    values[:20] = -1
    data = table({"age": values})
    assert set(look("sentinel", data)) == {("age",)}
    assert look("impossible", data) == {}


@pytest.mark.parametrize("times", [10, 100, 1000, 0.01])
def test_slips_of_the_decimal_point(shared_data: Path, times: float) -> None:
    frame, _ = read(shared_data / "penguins_raw/penguins_raw.csv")
    mass = frame["Body Mass (g)"].to_numpy(copy=True)
    rows = [11, 150, 300]
    mass[rows] *= times
    finding = look("outliers", table({"mass": mass}))[("mass",)]
    assert (finding.rows, finding.row_ids) == (3, tuple(rows))
    assert finding.severity == "ask"
    assert set(finding.blank) == set(mass[rows])


def test_the_count_of_lone_values_agrees_with_pandas(shared_data: Path) -> None:
    frame, _ = read(shared_data / "pima_diabetes/pima-indians-diabetes.csv")
    ages = frame["column_8"].copy()
    ages.iloc[[5, 6, 400]] = [3300.0, 2100.0, 2900.0]
    finding = look("outliers", table({"age_months": ages}))[("age_months",)]
    assert finding.rows == int(pd.Series(ages).gt(ages.drop([5, 6, 400]).max()).sum()) == 3
    assert (finding.severity, finding.blank) == ("ask", (2100.0, 2900.0, 3300.0))


def test_heavy_tails_have_lone_values_by_nature() -> None:
    for seed in range(20):
        random = np.random.default_rng(seed)
        columns: dict[str, object] = {"pareto": random.pareto(1.0, 800), "lognormal": random.lognormal(0, 2, 800)}
        assert {finding.severity for finding in look("outliers", table(columns)).values()} <= {"note"}


def test_wrong_amounts_of_the_target_stay_out_of_training() -> None:
    values = np.random.default_rng(1).normal(70, 9, 400).round(1)
    values[[3, 50]] *= 1000
    finding = look("outliers", made({"x": np.arange(400.0), "y": values}, "y", "regression"))[("y",)]
    assert (finding.rows_out, finding.row_ids, finding.blank) == (True, (3, 50), ())

"""The audit of real files: the known leaks are asked about, and honest columns are never called leaks."""

from pathlib import Path
from typing import Any

import pytest
from auditing import audited

from engine.values import Finding


def asked(shared: Path, folder: Path, file: str, target: str, task: str, **framing: Any) -> dict[str, Finding]:
    """The findings that are more than notes, by key."""
    findings = audited(shared / file, folder, target, task, **framing).findings
    return {finding.key: finding for finding in findings if finding.severity != "note"}


def test_titanic_boat_and_body(shared_data: Path, tmp_path: Path) -> None:
    found = asked(shared_data, tmp_path, "titanic3/titanic3.csv", "survived", "binary")
    assert {"missingness:boat", "missingness:body"} <= set(found)
    assert {name for finding in found.values() for name in finding.drop} == {"boat", "body"}


def test_pima_zeros(shared_data: Path, tmp_path: Path) -> None:
    found = asked(shared_data, tmp_path, "pima_diabetes/pima-indians-diabetes.csv", "last", "binary")
    glucose_pressure_skin_insulin_mass = {f"sentinel:column_{number}" for number in (2, 3, 4, 5, 6)}
    assert set(found) == glucose_pressure_skin_insulin_mass
    assert {finding.blank for finding in found.values()} == {(0.0,)}


def test_bicycles_casual_and_registered(shared_data: Path, tmp_path: Path) -> None:
    found = asked(shared_data, tmp_path, "bike_sharing_hourly/hour.csv", "cnt", "regression")
    assert {key for key, finding in found.items() if finding.severity == "block"} == {"target_parts:casual+registered"}
    assert "id_like:instant" in found


def test_penguins_row_numbers(shared_data: Path, tmp_path: Path) -> None:
    found = asked(shared_data, tmp_path, "penguins_raw/penguins_raw.csv", "Species", "multiclass")
    assert {column for finding in found.values() for column in finding.columns} == {"rownames"}
    assert {finding.severity for finding in found.values()} == {"ask"}


def test_telco_customer_numbers(shared_data: Path, tmp_path: Path) -> None:
    found = asked(shared_data, tmp_path, "telco_churn/Telco-Customer-Churn.csv", "Churn", "binary")
    assert {key: finding.severity for key, finding in found.items()} == {"id_like:customerID": "ask"}


@pytest.mark.parametrize(
    ("file", "target", "task"),
    [
        ("adult_census/adult-train.csv", "last", "binary"),
        ("wine_quality_white/winequality-white.csv", "last", "multiclass"),
        ("wine_quality_white/winequality-white.csv", "last", "regression"),
        ("california_housing/housing.csv", "median_house_value", "regression"),
    ],
)
def test_honest_columns_are_not_blocked_or_left_out(
    shared_data: Path, tmp_path: Path, file: str, target: str, task: str
) -> None:
    found = asked(shared_data, tmp_path, file, target, task)
    assert [finding.evidence for finding in found.values() if finding.severity == "block" or finding.drop] == []


def test_patients_of_parkinsons_and_the_other_score_of_the_same_visit(shared_data: Path, tmp_path: Path) -> None:
    file = "parkinsons_updrs/parkinsons_updrs.data"
    result = audited(shared_data / file, tmp_path, "total_UPDRS", "regression", group="subject#")
    assert result.sealed is not None and result.sealed.kind == "group"
    motor = {finding.key: finding for finding in result.findings}["perfect_predictor:motor_UPDRS"]
    assert motor.effect is not None and motor.effect.low > 0.3
    assert "by subject#" in motor.effect.how

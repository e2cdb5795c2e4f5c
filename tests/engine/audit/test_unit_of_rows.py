"""What framing calls one row, against the rows of real tables."""

from dataclasses import replace
from pathlib import Path

import pytest
from auditing import look, made

from engine.data.read import read
from engine.detector import AuditData
from engine.values import Finding


@pytest.fixture(scope="module")
def patients(shared_data: Path) -> AuditData:
    frame, _ = read(shared_data / "parkinsons_updrs/parkinsons_updrs.data")
    frame = frame.rename(columns={"subject#": "SubjectNo"})
    return made({name: frame[name] for name in frame}, "total_UPDRS", "regression")


def test_patients_with_many_rows_are_no_rows(patients: AuditData) -> None:
    finding = look("unit_of_rows", replace(patients, unit="one subject at the first visit"))[("SubjectNo",)]
    column = patients.frame["SubjectNo"]
    assert (finding.severity, finding.answers) == ("ask", {"framing.group": "SubjectNo"})
    assert finding.rows == int(column.map(column.value_counts()).gt(1).sum())
    assert f"{column.nunique()} different SubjectNo" in finding.evidence


@pytest.mark.parametrize("unit", [None, "a visit", "age of the sex", "a test_time"])
def test_another_unit_is_no_contradiction(patients: AuditData, unit: str | None) -> None:
    assert look("unit_of_rows", replace(patients, unit=unit)) == {}


def test_it_is_asked_once(patients: AuditData) -> None:
    asked = Finding(detector="x", severity="ask", evidence="", proposal="", answers={"framing.group": "SubjectNo"})
    for data in (replace(patients, group="SubjectNo"), replace(patients, found=(asked,))):
        assert look("unit_of_rows", replace(data, unit="a subject")) == {}


def test_one_row_for_each_customer(shared_data: Path) -> None:
    frame, _ = read(shared_data / "telco_churn/Telco-Customer-Churn.csv")
    data = made({name: frame[name] for name in frame}, "Churn", "binary")
    assert look("unit_of_rows", replace(data, unit="a customer")) == {}

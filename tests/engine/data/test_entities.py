"""What framing calls one row, against the rows of real tables; and the group it advises."""

from pathlib import Path

import msgspec
import pytest

from engine.advice import with_answers
from engine.data.entities import repeated
from engine.data.read import read
from engine.data.schema import Reading
from engine.steps import Plan
from engine.steps.framing import STEP, Framing, FramingResult


@pytest.fixture(scope="module")
def patients(shared_data: Path) -> Reading:
    frame, reading = read(shared_data / "parkinsons_updrs/parkinsons_updrs.data")
    columns = [
        msgspec.structs.replace(column, name="SubjectNo") if column.name == "subject#" else column
        for column in reading.columns
    ]
    assert frame["subject#"].nunique() < len(frame) / 100
    return msgspec.structs.replace(reading, columns=tuple(columns))


@pytest.mark.parametrize("unit", ["one subject at the first visit", "subjects"])
def test_patients_with_many_rows_are_no_rows(patients: Reading, unit: str) -> None:
    column = repeated(unit, patients.columns)
    assert column is not None
    assert column.name == "SubjectNo"


@pytest.mark.parametrize("unit", ["a visit", "age of the sex", "a test_time"])
def test_another_unit_is_no_contradiction(patients: Reading, unit: str) -> None:
    assert repeated(unit, patients.columns) is None


def test_one_row_for_each_customer(shared_data: Path) -> None:
    _, reading = read(shared_data / "telco_churn/Telco-Customer-Churn.csv")
    assert repeated("a customer", reading.columns) is None


def test_the_group_is_advised_to_be_confirmed(patients: Reading) -> None:
    framing = Framing(data="x.csv", target=("total_UPDRS",), unit="a subject", result=FramingResult(reading=patients))
    advised = STEP.advise(Plan(framing=framing)).answers["group"]
    assert (advised.value, advised.confirm) == ("SubjectNo", True)
    assert "5,605 rows have 41 different SubjectNo" in advised.reason
    assert "group" not in STEP.advise(with_answers(Plan(framing=framing), "framing", unit="a visit")).answers

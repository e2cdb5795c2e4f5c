"""Categories written in several ways and numbers among words, planted in real tables."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words

from engine.data.read import read
from engine.detector import AuditData


@pytest.fixture(scope="module")
def customers(shared_data: Path) -> pd.DataFrame:
    return read(shared_data / "telco_churn/Telco-Customer-Churn.csv")[0]


def audit(frame: pd.DataFrame, task: str = "binary") -> AuditData:
    return made({name: frame[name] for name in frame}, "Churn", task)


@pytest.mark.parametrize(
    "change", [str.upper, str.lower, lambda word: f" {word} ", lambda word: word.replace(" ", "_")]
)
def test_one_category_in_two_forms(customers: pd.DataFrame, change: object) -> None:
    frame, rows = customers.copy(), [3, 77, 1500, 4000, 6000, 7000]
    frame.loc[rows, "InternetService"] = [change("Fiber optic")] * len(rows)  # type: ignore[operator]
    finding = look("spellings", audit(frame))[("InternetService",)]
    odd = int(frame["InternetService"].eq(change("Fiber optic")).sum())  # type: ignore[operator]
    assert (finding.severity, finding.rows, finding.row_ids) == ("ask", odd, tuple(rows))
    assert "beside 'Fiber optic'" in finding.evidence
    assert finding.merged == {change("Fiber optic"): "Fiber optic"}  # type: ignore[operator]


def test_a_class_in_two_forms(customers: pd.DataFrame) -> None:
    frame = customers.copy()
    frame.loc[frame.index[frame["Churn"] == "Yes"][:50], "Churn"] = "yes"
    finding = look("spellings", audit(frame, "multiclass"))[("Churn",)]
    assert (finding.severity, finding.rows) == ("ask", 50)
    assert "classes of their own" in finding.proposal
    assert finding.merged == {}


def test_slips_of_one_letter(customers: pd.DataFrame) -> None:
    frame = customers.copy()
    for row, word in enumerate(["Fber optic", "Fibre optic", "Fiiber optic", "Fiebr optic"]):
        frame.loc[row, "InternetService"] = word
    finding = look("spellings", audit(frame))[("InternetService",)]
    assert finding.severity == "ask"
    assert finding.rows == 4


def test_other_words_are_no_slips() -> None:
    places = words(np.repeat(["INLAND", "ISLAND", "NEAR BAY", "a1", "a2"], [900, 5, 300, 40, 40]))
    data = made({"where": places, "y": words(np.tile(["yes", "no", "no"], 429)[:1285])}, "y", "binary")
    assert [finding.severity for finding in look("spellings", data).values()] == ["note"]


def test_numbers_among_words(customers: pd.DataFrame) -> None:
    frame = customers.copy()
    charges = frame["MonthlyCharges"].map(lambda value: f"{value:.2f}").astype(object)
    for place, word in enumerate(["about 20", "free", "see note", "20-30", "n. k.", "20.5.1", "twenty"] * 3):
        charges.iloc[place * 11] = word
    frame["MonthlyCharges"] = charges
    finding = look("mixed_types", audit(frame))[("MonthlyCharges",)]
    assert finding.rows == int(pd.to_numeric(charges, errors="coerce").isna().sum()) == 21
    assert finding.row_ids == tuple(range(0, 231, 11))


def test_tickets_codes_and_real_tables_raise_nothing(customers: pd.DataFrame, shared_data: Path) -> None:
    titanic = read(shared_data / "titanic3/titanic3.csv")[0].dropna(subset="survived")
    titanic["zip"] = [f"0{row:04d}" if row % 40 else "X1" for row in range(len(titanic))]
    data = made({name: titanic[name] for name in titanic}, "survived", "binary")
    for table in (data, audit(customers)):
        assert look("mixed_types", table) == look("spellings", table) == {}

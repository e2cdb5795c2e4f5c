"""Dates from after the moment of prediction."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words

from engine.detector import AuditData

N = 400


def orders(seed: int = 1) -> dict[str, object]:
    """Orders with the day they came in, the day they were paid, and a day long before either."""
    random = np.random.default_rng(seed)
    ordered = pd.Timestamp("2024-01-01") + pd.to_timedelta(np.sort(random.integers(0, 300, N)), unit="D")
    late = random.random(N) < 0.4
    paid = ordered + pd.to_timedelta(np.where(late, 40, 5) + random.integers(0, 20, N), unit="D")
    born = ordered - pd.to_timedelta(random.integers(7000, 20000, N), unit="D")
    return {"ordered": ordered, "paid": paid, "born": born, "late": words(np.where(late, "yes", "no"))}


def timed(columns: dict[str, object]) -> AuditData:
    return replace(made(columns, "late", "binary"), time="ordered")


def test_a_date_behind_the_time_of_its_row_is_asked_about() -> None:
    columns = orders()
    columns["paid"] = pd.Series(columns["paid"]).where(np.arange(N) % 3 > 0)
    columns["late"] = words(np.random.default_rng(2).choice(["yes", "no"], N))
    (finding,) = look("time_travel", timed(columns)).values()
    paid = pd.Series(columns["paid"])
    assert (finding.columns, finding.drop, finding.severity) == (("paid",), ("paid",), "ask")
    assert (finding.rows, finding.sample) == (int((paid > columns["ordered"]).sum()), int(paid.notna().sum()))
    assert "lies behind ordered" in finding.evidence


def test_the_time_between_two_dates_that_tells_the_target() -> None:
    (finding,) = look("time_travel", made(orders(), "late", "binary")).values()
    assert (finding.columns, finding.drop) == (("ordered", "paid"), ("paid",))
    assert "AUC" in finding.evidence


@pytest.mark.parametrize("sign", [1, -1])
def test_a_duration_as_the_target(sign: int) -> None:
    columns = orders()
    gap = (pd.DatetimeIndex(columns["paid"]) - pd.DatetimeIndex(columns["ordered"])).days
    noise = np.random.default_rng(3).normal(0, 1, N)
    columns |= {"late": sign * (gap + noise)}
    (finding,) = look("time_travel", made(columns, "late", "regression")).values()
    assert finding.drop == ("paid",)
    assert f"{abs(np.corrcoef(gap, columns['late'])[0, 1]):.3f}" in finding.evidence


def test_dates_before_the_prediction_are_honest() -> None:
    columns = orders()
    columns["late"] = words(np.random.default_rng(2).choice(["yes", "no"], N))
    assert look("time_travel", made(columns, "late", "binary")) == {}
    del columns["paid"]
    assert look("time_travel", timed(columns)) == {}

"""Dates that are none, clocks put back, stretches without rows, and targets that move with time."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from auditing import look, made, words
from scipy.stats import norm, rankdata, spearmanr

from engine.audit.time_trend import trend_of
from engine.data.read import read
from engine.detector import AuditData

N = 600
DAYS = pd.Timestamp("2015-03-01") + pd.to_timedelta(np.arange(N), unit="D")


def table(when: Any) -> AuditData:
    y = np.random.default_rng(9).normal(size=len(when))
    return made({"when": pd.Series(when).astype("datetime64[ns]"), "y": y}, "y", "regression")


@pytest.mark.parametrize("day", ["1970-01-01", "1900-01-01", "2099-12-31", "1815-06-01"])
def test_dates_years_off_stay_out(day: str) -> None:
    when = pd.Series(DAYS)
    when[[4, 99, 501]] = pd.Timestamp(day)
    finding = look("clock", table(when))[("when",)]
    assert (finding.severity, finding.rows, finding.row_ids, finding.rows_out) == ("ask", 3, (4, 99, 501), True)
    assert f"{day} 3 times" in finding.evidence


def test_old_and_new_dates_are_honest() -> None:
    random = np.random.default_rng(1)
    births = pd.Timestamp("1930-01-01") + pd.to_timedelta(random.integers(0, 30_000, N), unit="D")
    assert look("clock", table(births)) == {}
    assert look("clock", table(DAYS)) == {}


@pytest.mark.parametrize(("back", "severity"), [("90D", "ask"), ("36h", "note")])
def test_a_clock_that_was_put_back(back: str, severity: str) -> None:
    when = pd.Series(DAYS)
    when[400:] -= pd.Timedelta(back)
    finding = look("clock", table(when))[("when",)]
    assert (finding.detector, finding.severity, finding.rows, finding.row_ids) == ("clock_back", severity, 1, (400,))
    assert finding.answers == ({"framing.time": "(row order)"} if severity == "ask" else {})
    assert look("clock", table(when.sample(frac=1, random_state=1).reset_index(drop=True))) == {}


def test_a_stretch_without_rows(shared_data: Path) -> None:
    frame, _ = read(shared_data / "bike_sharing_hourly/day.csv")
    kept = frame["dteday"][(frame["dteday"] < "2011-06-01") | (frame["dteday"] >= "2011-09-15")]
    # Rows that the seal took leave holes too, which nobody may be asked about.
    kept = kept.sample(frac=0.8, random_state=1).sort_index()
    finding = look("date_gaps", table(kept.reset_index(drop=True)))[("when",)]
    steps = kept.drop_duplicates().sort_values().diff()
    assert finding.severity == "ask"
    assert finding.answers == {"framing.time": "when"}
    assert finding.rows == int((steps > pd.Timedelta("10D")).sum()) == 1
    assert "by steps of 1 days" in finding.evidence
    assert look("date_gaps", table(frame["dteday"].sample(frac=0.8, random_state=1).sort_index())) == {}


def test_irregular_dates_have_no_gaps() -> None:
    random = np.random.default_rng(1)
    visits = pd.Timestamp("2020-01-01") + pd.to_timedelta(np.cumsum(random.exponential(1, N) ** 3), unit="D")
    assert look("date_gaps", table(visits)) == {}


def test_a_target_that_moves_with_time(shared_data: Path) -> None:
    frame, _ = read(shared_data / "bike_sharing_hourly/day.csv")
    finding = look("time_trend", made({"when": frame["dteday"], "y": frame["cnt"]}, "y", "regression"))[("when",)]
    thirds = frame["cnt"].groupby(pd.qcut(frame["dteday"].rank(), 3, labels=False)).mean()
    assert finding.severity == "ask"
    assert f"from {thirds[0]:.4g}" in finding.evidence and f"to {thirds[2]:.4g}" in finding.evidence


@pytest.mark.parametrize(("change", "asked"), [(0.5, True), (0.0, False)])
def test_a_share_of_a_class_that_moves(change: float, asked: bool) -> None:
    alarms, seeds = 0, 4 if asked else 20
    for seed in range(seeds):
        random = np.random.default_rng(seed)
        yes = random.random(N) < np.linspace(0.3, 0.3 + change, N)
        data = made({"when": pd.Series(DAYS), "y": words(np.where(yes, "yes", "no"))}, "y", "binary")
        alarms += len(look("time_trend", data))
    assert alarms == (seeds if asked else 0)


def test_accepting_answers_the_question_of_time() -> None:
    data = made({"when": pd.Series(DAYS), "y": np.arange(N, dtype=float)}, "y", "regression")
    assert look("time_trend", data)[("when",)].answers == {"framing.time": "when"}
    settled = look("time_trend", replace(data, time="when"))[("when",)]
    assert (settled.severity, settled.answers) == ("note", {})


def test_a_trend_says_what_a_random_split_hides(shared_data: Path) -> None:
    frame, _ = read(shared_data / "bike_sharing_hourly/day.csv")
    columns = {name: frame[name] for name in ("dteday", "temp", "hum", "windspeed", "weekday", "cnt")}
    effect = look("time_trend", made(columns, "cnt", "regression"))[("dteday",)].effect
    assert effect is not None
    assert effect.low > 0.05, "predicting later days from earlier ones is much harder than filling in days between"
    assert effect.difference == pytest.approx(effect.with_it - effect.without_it, abs=0.05)
    assert "in the order of dteday" in effect.how


@pytest.mark.parametrize("label", [1.0, float("nan")])
def test_the_trend_agrees_with_scipy(label: float) -> None:
    random = np.random.default_rng(5)
    order = rankdata(np.sort(random.integers(0, 200, N)))
    y = (random.random(N) < np.linspace(0.4, 0.6, N)).astype(float) if label == 1 else random.normal(size=N) + order / N
    trend = trend_of(order, y, label)
    rho = spearmanr(order, y).statistic
    assert trend.p == pytest.approx(2 * norm.sf(abs(rho) * np.sqrt(N - 1)), rel=1e-9)
    first, last = (
        pd.Series(y)[np.asarray(part)]
        for part in (order <= np.quantile(order, 1 / 3), order >= np.quantile(order, 2 / 3))
    )
    assert trend.moved == pytest.approx(last.mean() - first.mean(), abs=1e-12)
    assert trend.error == pytest.approx(np.hypot(first.sem(), last.sem()), rel=1e-9)

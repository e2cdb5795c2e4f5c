"""A panel of series from the file to answers over HTTP: two shops, a week's season, two steps ahead."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from journey import SHORT, Journey

from engine.targets.rest_proof import post, started

pytestmark = pytest.mark.slow

WEEK = np.array([0, 4, 8, 12, 20, 60, 40.0])
DAYS = 420
SIZES = {"north": 1.0, "south": 3.0}


def shops() -> pd.DataFrame:
    """Two shops that sell by weekday and by offers, one three times as much, with noise and a level that wanders."""
    rng = np.random.default_rng(12)
    days = pd.date_range("2023-01-02", periods=DAYS)
    made = []
    for name, size in SIZES.items():
        level = 100 + np.cumsum(rng.normal(0, 0.5, DAYS))
        offer = rng.random(DAYS) < 0.2
        sold = size * (level + np.resize(WEEK, DAYS) + 30 * offer + rng.normal(0, 2, DAYS))
        cells = {"day": days.strftime("%Y-%m-%d"), "shop": name, "offer": np.where(offer, "yes", "no")}
        made.append(pd.DataFrame(cells | {"sold": sold.round(2)}))
    return pd.concat(made).sort_values("day", kind="stable")


def test_a_panel_is_forecast_tested_and_answered_from_its_own_past(journey: Journey, tmp_path: Path) -> None:
    frame, file = shops(), tmp_path / "shops.csv"
    frame.to_csv(file, index=False)
    journey.new(
        "shops",
        file,
        "sold",
        "framing.task=forecast",
        "framing.group=shop",
        "framing.horizon=2",
        "framing.known=offer",
        *SHORT,
    )
    journey.done("run", "shops", "--through", "baseline")
    journey.done("run", "shops", "evaluation", "--open-test")
    journey.done("run", "shops", "deployment")
    past = journey.result("shops", "data")["past"]
    assert (past["reach"], past["seasons"], past["series"], past["unit"]) == (2, [7], "shop", "seconds")
    tested = journey.result("shops", "evaluation")
    beside = {each["name"]: each["comparison"] for each in tested["beside"]}
    assert all(each["low"] > 0 for name, each in beside.items() if name in ("persistence", "seasonal_naive", "drift"))
    more = {each["name"]: each["score"] for each in tested["more"]}
    assert more["MASE"]["high"] < 1 and 0.7 < more["inside the range"]["value"] <= 1

    days = pd.to_datetime(frame["day"])
    coming = pd.DataFrame({"day": (days.max() + pd.Timedelta(days=2)).strftime("%Y-%m-%d"), "shop": list(SIZES)})
    coming["offer"] = "yes"
    known = frame[days > days.max() - pd.Timedelta(days=40)]
    asked = pd.concat([known, coming])
    asked.to_csv(tmp_path / "asked.csv", index=False)
    journey.done("predict", "shops", str(tmp_path / "asked.csv"), "--out", str(tmp_path / "said.csv"))
    with (tmp_path / "said.csv").open() as said:
        told = [float(line["prediction"]) for line in csv.DictReader(said)]
    rows = [{k: None if pd.isna(v) else v for k, v in row.items()} for row in asked.to_dict("records")]
    with started(journey.projects / "shops" / "bundle") as address:
        answers = post(address, {"rows": rows})["predictions"]
    assert [each["prediction"] for each in answers] == pytest.approx(told, rel=1e-5)
    weekday = (DAYS + 1) % 7
    for answer, (name, size) in zip(answers[-2:], SIZES.items(), strict=True):
        low, high = answer["quantiles"].values()
        assert low < answer["prediction"] < high
        before = frame[frame["shop"] == name].tail(28)
        level = np.median(before["sold"] / size - np.resize(WEEK, DAYS)[-28:] - 30 * (before["offer"] == "yes"))
        # An offer a week ago, which the season brings back, may count twice.
        assert abs(answer["prediction"] / size - level - WEEK[weekday] - 30) < 40

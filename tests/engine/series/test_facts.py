"""What is found out about series from their times: real files and drawn ones."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.read import read
from engine.errors import UserError
from engine.steps import Plan
from engine.steps.framing import Framing
from engine.steps.series import SeriesFacts
from engine.work.opening import Opened
from engine.work.series import facts, only_dated


def found(file: Path, target: str, **answers: object) -> SeriesFacts:
    frame, reading = read(file)
    return facts(Plan(framing=Framing(target=(target,), **answers)), Opened(reading, frame), target)


def written(path: Path, frame: pd.DataFrame) -> Path:
    frame.to_csv(path, index=False)
    return path


def test_a_real_month_has_a_season_of_twelve(shared_data: Path) -> None:
    file = shared_data / "airline_passengers" / "airline-passengers.csv"
    seen = found(file, "Passengers")
    assert (seen.step, seen.unit, seen.time, seen.series) == ("1 month", "months", "Month", 1)
    assert seen.seasons == (12,) and not seen.by_season and "0.8" in seen.evidence
    assert (seen.holes, seen.off, seen.twice, seen.blanks) == (0, 0.0, 0, ())
    _, reading = read(file)
    assert only_dated(Plan(framing=Framing(target=("Passengers",))), reading.columns)
    assert not only_dated(Plan(framing=Framing(target=("Month",))), reading.columns)


def test_hours_that_share_a_date_repeat_themselves_by_day_and_week(shared_data: Path, tmp_path: Path) -> None:
    lines = (shared_data / "bike_sharing_hourly" / "hour.csv").read_text().splitlines()[:3000]
    file = tmp_path / "hour.csv"
    file.write_text("\n".join(lines))
    seen = found(file, "cnt", late=("casual", "registered"))
    assert (seen.step, seen.time, seen.hour) == ("1 hour", "dteday", "hr") and seen.holes > 20
    assert set(seen.seasons) == {24, 168}
    assert {"hr", "weekday", "workingday"} <= set(seen.known) and "cnt" not in seen.known
    assert {"temp", "hum"} <= set(seen.others) and not {"casual", "registered", "instant"} & set(seen.others)


def test_an_hourly_file_whose_missing_values_are_numbers(shared_data: Path) -> None:
    seen = found(shared_data / "messy_air_quality" / "AirQualityUCI.csv", "CO(GT)")
    assert -200.0 in seen.blanks and seen.scale < 10


def test_holes_odd_times_and_shared_times_are_counted(tmp_path: Path) -> None:
    at = pd.Series(pd.date_range("2024-01-01", periods=200, freq="h"))
    rng = np.random.default_rng(4)
    frame = pd.DataFrame({"at": at, "y": rng.normal(size=200)}).drop(index=[50, 51, 90])
    frame.loc[120, "at"] += pd.Timedelta(minutes=20)
    frame = pd.concat([frame, frame.iloc[[10]]])
    seen = found(written(tmp_path / "y.csv", frame), "y")
    assert (seen.step, seen.unit, seen.size) == ("1 hour", "seconds", 3600.0)
    assert (seen.holes, seen.twice) == (3, 1) and 0.005 < seen.off < 0.02
    assert seen.seasons == ()


def test_a_panel_is_read_series_by_series(tmp_path: Path) -> None:
    days = pd.date_range("2024-01-01", periods=90).strftime("%Y-%m-%d")
    rng = np.random.default_rng(6)
    week = np.array([0, 1, 2, 3, 8, 20, 15.0])
    shops = [
        pd.DataFrame(
            {"day": days[start:], "shop": name, "y": size * (np.resize(week, 90)[start:] + rng.normal(size=90 - start))}
        )
        for name, size, start in (("a", 1, 0), ("b", 50, 20))
    ]
    file = written(tmp_path / "shops.csv", pd.concat(shops))
    seen = found(file, "y", group="shop")
    assert (seen.step, seen.series, seen.shortest, seen.twice) == ("1 day", 2, 70, 0)
    assert seen.seasons == (7,) and seen.by_season
    written(tmp_path / "short.csv", pd.concat(shops).groupby("shop").head(2))
    with pytest.raises(UserError, match=r"fewer than 3 points.*framing\.group"):
        found(tmp_path / "short.csv", "y", group="shop")

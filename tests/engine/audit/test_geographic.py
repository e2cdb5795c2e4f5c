"""Places that are none, planted among the places of California."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made

from engine.data.read import read
from engine.detector import AuditData


def houses(shared_data: Path, change: str) -> tuple[AuditData, np.ndarray]:
    """The houses with 30 of them moved, and where those are."""
    frame, _ = read(shared_data / "california_housing/housing.csv")
    rows = np.sort(np.random.default_rng(2).choice(len(frame), 30, replace=False))
    north, east = (frame[name].to_numpy(copy=True) for name in ("latitude", "longitude"))
    match change:
        case "swapped":
            north[rows], east[rows] = east[rows], north[rows]
        case "zero":
            north[rows] = east[rows] = 0
        case "sign":
            east[rows] = -east[rows]
        case "beyond":
            north[rows] *= 100
    columns: dict[str, object] = {"latitude": north, "longitude": east, "y": frame["median_house_value"]}
    return made(columns, "y", "regression"), rows


@pytest.mark.parametrize(
    ("change", "words"),
    [("swapped", "changed about"), ("zero", "0° N 0° E"), ("sign", "minus sign"), ("beyond", "on no globe")],
)
def test_moved_places_are_found_and_no_others(shared_data: Path, change: str, words: str) -> None:
    data, rows = houses(shared_data, change)
    found = look("geographic", data)
    finding = found[("latitude", "longitude")]
    assert (finding.severity, finding.rows, finding.rows_out) == ("ask", 30, True)
    assert finding.row_ids == tuple(rows)
    assert words in finding.evidence


def test_true_places_raise_nothing(shared_data: Path) -> None:
    data, _ = houses(shared_data, "not at all")
    assert look("geographic", data) == {}


def test_two_names_changed_about_are_one_question() -> None:
    random = np.random.default_rng(1)
    columns = {"lat": random.normal(-120, 2, 300), "lon": random.normal(36, 2, 300), "y": random.normal(size=300)}
    finding = look("geographic", made(columns, "y", "regression"))[("lat", "lon")]
    assert "changed about" in finding.evidence
    assert finding.rows == int(pd.Series(columns["lat"]).abs().gt(90).sum())


def test_places_around_the_world_and_near_zero_are_honest() -> None:
    random = np.random.default_rng(1)
    world = {"lat": random.uniform(-60, 70, 500), "lon": random.uniform(-180, 180, 500)}
    ghana = {"lat": random.normal(2, 2, 500).round(), "lon": random.normal(0, 1, 500).round()}
    for places in (world, ghana):
        assert look("geographic", made({**places, "y": random.normal(size=500)}, "y", "regression")) == {}

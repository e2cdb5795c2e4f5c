"""One column in two units: found when the humps are apart and alike, not where two humps are natural."""

import numpy as np
import pandas as pd
import pytest
from auditing import look, made

from engine.audit.mixed_units import ODDS, split_of

N = 600


def table(values: np.ndarray) -> dict[str, object]:
    random = np.random.default_rng(9)
    return {"size": values, "x": random.normal(size=len(values)), "y": random.normal(size=len(values))}


@pytest.mark.parametrize("share", [0.03, 0.2, 0.5, 0.9])
@pytest.mark.parametrize(
    ("middle", "spread", "times", "plus", "words"),
    [
        (170, 9, 1 / 2.54, 0, "inches and centimetres"),
        (37, 0.6, 1.8, 32, "degrees Celsius and Fahrenheit"),
        (15, 8, 1, 273.15, "degrees Celsius and Kelvin"),
        (64, 6, 1000, 0, "a unit and its thousandth"),
    ],
)
def test_two_units_are_told_with_their_rows(
    share: float, middle: float, spread: float, times: float, plus: float, words: str
) -> None:
    random = np.random.default_rng(4)
    values, other = random.normal(middle, spread, N), random.random(N) < share
    column = np.where(other, values * times + plus, values).round(2)
    found = look("mixed_units", made(table(column), "y", "regression"))
    assert set(found) == {("size",)}
    finding = found[("size",)]
    # Eighteen rows tell too little of where their middle is, at a ratio that kinds of things often have.
    if (times, share) == (1 / 2.54, 0.03):
        assert (finding.severity, finding.rows_out) == ("note", False)
        return
    assert (finding.severity, finding.rows_out) == ("ask", True)
    assert words in finding.evidence
    fewer = other if share <= 0.5 else ~other
    if share != 0.5:
        assert set(finding.row_ids) == set(np.flatnonzero(fewer))
    assert finding.rows == len(finding.row_ids)


def test_no_row_is_left_out_by_its_target() -> None:
    random = np.random.default_rng(4)
    celsius, other = random.normal(37, 0.6, N), random.random(N) < 0.2
    columns = {"x": random.normal(size=N), "y": np.where(other, celsius * 1.8 + 32, celsius).round(2)}
    finding = look("mixed_units", made(columns, "y", "regression"))[("y",)]
    assert (finding.severity, finding.rows_out) == ("ask", False)
    assert "stay out of training" not in finding.proposal


@pytest.mark.parametrize(("ratio", "wider"), [(1.4, 1), (1.9, 1), (2.9, 1), (5, 1), (15, 1), (2.54, 2.5), (10, 3)])
def test_two_humps_of_another_distance_or_shape_are_natural(ratio: float, wider: float) -> None:
    for seed in range(10):
        random = np.random.default_rng(seed)
        spread = random.normal(size=N)
        upper = random.random(N) < random.uniform(0.2, 0.8)
        values = 60 * np.exp(np.where(upper, np.log(ratio) + 0.05 * wider * spread, 0.05 * spread))
        assert look("mixed_units", made(table(values), "y", "regression")) == {}


def test_one_hump_however_skewed_is_one_unit() -> None:
    random = np.random.default_rng(3)
    frame = pd.DataFrame({f"a{number}": random.lognormal(2, number / 4, N) for number in range(1, 9)})
    columns = {name: frame[name] for name in frame} | {"y": random.normal(size=N)}
    assert look("mixed_units", made(columns, "y", "regression")) == {}


@pytest.mark.parametrize("rows", [200, 600, 3000])
def test_two_kinds_of_things_are_seldom_asked_about(rows: int) -> None:
    """Two kinds anywhere from 1.3 to 30 times apart, as wide as it comes: fewer than 1 in 20 may be asked about."""
    asked = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        upper = random.random(rows) < random.uniform(0.1, 0.9)
        ratio = random.uniform(np.log(1.3), np.log(30))
        spread, wider = random.uniform(0.03, 0.2), np.exp(random.normal(0, 0.35))
        normal = random.normal(size=rows)
        split = split_of(np.sort(np.exp(np.where(upper, ratio + spread * wider * normal, spread * normal))))
        asked += split is not None and split.odds >= ODDS
    assert asked < 0.05 * 300

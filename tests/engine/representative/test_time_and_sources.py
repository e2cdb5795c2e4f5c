"""A source left out, a relation that turns round, and both with production through the data step on a real file."""

import numpy as np
import pandas as pd
import pytest

from engine.data.profile import profile
from engine.detector import AuditData
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.representative.decay import LIVES, aged, by_age, decay, half_life, half_life_interval
from engine.representative.sources import leave_one_out
from engine.steps import Plan
from engine.steps.data import Data
from engine.steps.framing import Framing
from engine.work.data import run
from engine.work.opening import SAMPLE
from engine.work.production import read_sample


def data(frame, y, time=None):
    columns = {column.name: column for column in profile(frame)}
    names = tuple(name for name in frame if name != time)
    return AuditData(frame, columns, names, "y", "binary", y.astype(float), (), None, time, 1, len(frame))


@pytest.mark.parametrize("turn", [4, 8])
def test_a_flip_is_found_within_one_period(turn):
    random = np.random.default_rng(turn)
    n = 1200
    x = random.normal(size=n)
    y = (x > 0) ^ (random.random(n) < 0.1)
    y[n * turn // 12 :] ^= True
    frame = pd.DataFrame({"x": x, "z": random.normal(size=n), "t": pd.date_range("2020-01-01", periods=n)})
    found = decay(data(frame, y, "t"), "t")
    assert found.change is not None
    assert abs(found.change - 1 - turn) <= 1
    assert found.period == "99.9 days"
    assert (found.retrain == "") == (found.half_life_low is None)


def losses_of(life, seed, noise=0.02, k=12):
    """Losses that rise with the age of what was learnt from, half of it in `life` periods."""
    age = np.abs(np.arange(k)[:, None] - np.arange(k))
    return 0.1 + 0.2 * (1 - 2 ** (-age / life)) + np.random.default_rng(seed).normal(0, noise, (k, k))


@pytest.mark.slow
@pytest.mark.parametrize("life", [1.0, 4.0])
def test_the_interval_of_a_half_life_holds_it_as_often_as_it_says(life):
    inside = 0
    for seed in range(60):
        low, high = half_life_interval(aged(losses_of(life, seed)), seed)
        inside += low <= life and (high is None or life <= high)
    assert inside >= 53


def test_a_half_life_is_that_of_the_curve_and_none_where_nothing_decays():
    ages, counts = by_age(aged(losses_of(3.0, 1, noise=0.0)))
    assert ages[0] == pytest.approx(0.1)
    assert counts[:2].tolist() == [12, 11]
    assert half_life(ages, counts) == pytest.approx(3.0, rel=0.03)
    assert half_life(ages[::-1], counts) is None
    slow = half_life_interval(aged(losses_of(200.0, 1, noise=0.001)), 1)
    assert slow is None or slow[1] is None or slow[1] < LIVES[-1]


def test_what_does_not_change_is_hardly_ever_called_a_change():
    alarms = 0
    for seed in range(5):
        random = np.random.default_rng(seed)
        x = random.normal(size=600)
        y = (x > 0) ^ (random.random(600) < 0.1)
        frame = pd.DataFrame({"x": x, "t": np.arange(600.0)})
        alarms += decay(data(frame, y, "t"), "t").change is not None
    assert alarms <= 1


def test_a_source_with_a_relation_of_its_own_falls_when_left_out():
    random = np.random.default_rng(1)
    x, source = random.normal(size=900), np.repeat(["a", "b", "c"], 300)
    z = np.where(source == "c", 5.0, 0.0) + random.normal(size=900) * 0.1
    y = np.where(source == "c", x < 0, x > 0)
    frame = pd.DataFrame({"x": x, "z": z, "source": source.astype(object)})
    found = {each.name: each for each in leave_one_out(data(frame, y), "source")}
    assert set(found) == {"a", "b", "c"}
    assert found["c"].without.value < 0.2 < 0.9 < found["c"].within.value
    assert found["a"].without.value > 0.9


def test_the_data_step_compares_with_a_file_of_production(tmp_path, shared_data):
    lines = (shared_data / "wine_quality_white" / "winequality-white.csv").read_text().splitlines()
    (tmp_path / "wine.csv").write_text("\n".join(lines[0:3001:2]))
    (tmp_path / "production.csv").write_text("\n".join(lines[1:3001:2]))
    context = Context(JobFolder(tmp_path / "jobs" / "0001-data"), 1, None, 1.0)
    framing = Framing(data="wine.csv", target=("column_12",), task="regression")
    found = run(Plan(framing=framing, data=Data(production="production.csv")), context).production
    assert found.rows >= 1499
    assert found.sampled is None
    assert found.predicted is not None
    assert found.predicted.metric == "r2"


def test_a_production_file_beyond_the_limit_is_sampled_and_typed_as_the_rows_are(tmp_path):
    context = Context(JobFolder(tmp_path / "jobs" / "0001-data"), 1, None, 1.0)
    lines = (f"{number % 97},{'yes' if number % 3 else 'no'}" for number in range(SAMPLE + 5000))
    (tmp_path / "production.csv").write_text("a,b\n" + "\n".join(lines))
    ours = pd.DataFrame({"a": np.arange(100.0), "b": ["yes", "no"] * 50})
    looked_at = data(ours, np.arange(100) % 2)
    frame, rows = read_sample(tmp_path / "production.csv", context, looked_at, None, limit=1 << 16)
    assert rows == SAMPLE + 5000
    assert len(frame) == SAMPLE
    assert frame["a"].dtype == float
    assert frame["a"].mean() == pytest.approx(48, abs=0.3)
    whole, none = read_sample(tmp_path / "production.csv", context, looked_at, None)
    assert none is None
    assert len(whole) == SAMPLE + 5000

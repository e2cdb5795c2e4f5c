"""A source left out, a relation that turns round, and both with production through the data step on a real file."""

import numpy as np
import pandas as pd
import pytest

from engine.data.profile import profile
from engine.detector import AuditData
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.representative.decay import decay
from engine.representative.sources import leave_one_out
from engine.steps import Plan
from engine.steps.data import Data
from engine.steps.framing import Framing
from engine.work.data import run


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
    assert found.predicted is not None
    assert found.predicted.metric == "r2"

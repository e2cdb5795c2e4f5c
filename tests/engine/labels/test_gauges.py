"""The three gauges know a planted truth, say when they cannot tell, and their scores are looks on the ledger."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine import ledger
from engine.advice import with_answers
from engine.data.profile import profile
from engine.detector import AuditData
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.labels.gauges import amount, informative, quality, reliability
from engine.labels.ratings import Ratings
from engine.steps import Plan
from engine.steps.framing import Framing
from engine.steps.labels import Labels
from engine.work.data import run as run_data
from engine.work.labels import run
from engine.work.learning_curve import looked


def data(frame: pd.DataFrame, y: np.ndarray, task: str = "binary") -> AuditData:
    columns = {column.name: column for column in profile(frame)}
    return AuditData(frame, columns, tuple(map(str, frame)), "y", task, y.astype(float), (), None, None, 1, len(frame))


def separable(n: int, flipped: float, seed: int) -> AuditData:
    """Two clear groups, a share of whose labels is wrong."""
    random = np.random.default_rng(seed)
    truth = random.integers(0, 2, n)
    frame = pd.DataFrame({"a": truth * 4 + random.normal(size=n), "b": random.normal(size=n)})
    return data(frame, truth ^ (random.random(n) < flipped))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_tenth_of_flipped_labels_is_told_within_its_bounds(seed: int) -> None:
    found = reliability(separable(1200, 0.1, seed), None, 1)
    assert found.value is not None
    assert 0.06 <= found.value <= 0.14
    assert found.low < found.value < found.high
    assert found.n == 1200


def test_annotators_tell_the_error_of_one_of_them() -> None:
    random = np.random.default_rng(5)
    truth = random.integers(0, 3, 800)
    wrong = random.random((800, 2)) < 0.1
    codes = np.where(wrong, (truth[:, None] + random.integers(1, 3, (800, 2))) % 3, truth[:, None]).astype(float)
    found = reliability(None, Ratings(codes, ("ann", "bob"), ("x", "y", "z")), 1)
    assert found.value == pytest.approx(0.1, abs=0.03)
    assert found.low < 0.1 < found.high


def test_too_few_rows_are_not_told_of() -> None:
    few = separable(40, 0.1, 1)
    for found in (reliability(few, None, 1), quality(few), amount(None, "", 40), quality(None)):
        assert found.value is None
        assert "cannot be told" in found.sentence
    weak = data(pd.DataFrame({"a": np.random.default_rng(1).normal(size=400)}), np.arange(400) % 2)
    assert "cannot tell these classes" in reliability(weak, None, 1).sentence


def test_columns_that_say_something_are_counted_and_noise_is_not() -> None:
    random = np.random.default_rng(2)
    frame = pd.DataFrame(random.normal(size=(1000, 20)), columns=[f"c{at}" for at in range(20)])
    frame["word"] = random.choice(["x", "y", "z"], 1000).astype(object)
    frame.loc[frame["c3"] > 1, "c4"] = np.nan
    y = (frame["c0"] + (frame["word"] == "x") + frame["c3"] + random.normal(size=1000) > 0).astype(int).to_numpy()
    names = tuple(map(str, frame))
    assert 4 <= informative(frame, names, y, True) <= 5
    assert 3 <= informative(frame, names, (frame["c0"] ** 2 + frame["c3"]).to_numpy(), False) <= 5
    found = quality(data(frame, y))
    assert found.unit == "roc_auc"
    assert found.low < found.value < found.high
    assert "of 21 columns" in found.sentence


def test_the_labels_step_gives_the_gauges_and_writes_its_looks(tmp_path: Path, shared_data: Path) -> None:
    lines = (shared_data / "wine_quality_white" / "winequality-white.csv").read_text().splitlines()
    (tmp_path / "wine.csv").write_text("\n".join(lines[:300]))
    framing = Framing(data="wine.csv", target=("column_12",), task="regression")
    plan = Plan(framing=framing, labels=Labels(origin="log"))
    for name in ("0001-data", "0002-labels"):
        (tmp_path / "jobs" / name).mkdir(parents=True)
    read = run_data(plan, Context(JobFolder(tmp_path / "jobs" / "0001-data"), 1, None, 5.0))
    plan = with_answers(plan, "data", result=read)
    context = Context(JobFolder(tmp_path / "jobs" / "0002-labels"), 1, None, 5.0)
    found = run(plan, context)
    assert [gauge.name for gauge in found.gauges] == ["amount", "reliability", "features"]
    assert found.curve is not None
    looks = [entry for entry in ledger.entries(context.project) if entry.kind == "look"]
    assert len(looks) == len(found.curve.measured) + 1
    assert looks[0].score == pytest.approx(1 - found.curve.measured[0].error)
    looked(context, {"what the inputs tell, trees out of fold": 0.5})
    assert len(ledger.entries(context.project)) == len(looks)

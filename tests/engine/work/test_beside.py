"""The sealed rows, opened once: the final model against bar and references, and lists that are scored again."""

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest

from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.stats.paired import compare
from engine.steps import Plan
from engine.steps.baseline import Attempt, Baseline, BaselineResult, SmallNetwork
from engine.steps.framing import Framing
from engine.steps.metric import Metric
from engine.steps.preparation import Preparation, PreparationResult
from engine.tasks import TASKS
from engine.training.decide import Decision, Recipe
from engine.training.kind import fit_target
from engine.training.target_classes import ClassTarget
from engine.values import Comparison, Score
from engine.work.beside import beside
from engine.work.rows import Rows
from engine.work.scoring import Scored

RECIPE = Recipe(decisions=(Decision(column="a", action="auto", why="a number"),))
BASELINE = BaselineResult(
    naive=(),
    network=SmallNetwork(Score(metric="roc_auc", value=0.8), 10),
    comparison=Comparison("DeLong", 0.3, 0.2, 0.4, 0.001),
    bar="prior",
    outcome="beats",
    sentence="it beats the bar",
    chosen=Attempt(units=8, layers=1, learning_rate=0.01, batch=32, epochs=5, score=0.8),
)
PLAN = Plan(
    framing=Framing(task="binary", target=("y",)),
    metric=Metric(primary="roc_auc", gain=0.02),
    preparation=Preparation(result=PreparationResult(RECIPE)),
    baseline=Baseline(result=BASELINE),
)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    (tmp_path / "jobs" / "0001-evaluation").mkdir(parents=True)
    return Context(JobFolder(tmp_path / "jobs" / "0001-evaluation"), 1, None, 5.0)


def some(seed: int, count: int) -> Rows:
    rng = np.random.default_rng(seed)
    a = rng.normal(size=count)
    y = (a + rng.normal(size=count) > 0).astype(np.int64)
    code = ClassTarget("binary", "y", ("no", "yes"))
    return Rows(pd.DataFrame({"a": a}), y, code, TASKS["binary"], None, None, None, None)


def test_a_model_is_tested_against_bar_and_references_on_the_sealed_rows(context: Context) -> None:
    rows, test = some(1, 400), some(2, 200)
    good = 1 / (1 + np.exp(-test.inputs["a"].to_numpy()))
    found = {each.name: each for each in beside(PLAN, context, rows, test, good)}
    assert list(found) == ["prior", "linear", "boosted_trees"]
    assert found["prior"].score.value == 0.5 and found["prior"].comparison.low > 0
    # A straight line in one column puts rows into the same order as the model does.
    assert found["linear"].comparison.difference == pytest.approx(0, abs=1e-9)
    assert found["boosted_trees"].comparison.difference > 0
    assert all(each.score.n == 200 and each.score.how.startswith("sealed") for each in found.values())
    worse = {each.name: each.comparison for each in beside(PLAN, context, rows, test, 1 - good)}
    assert worse["prior"].high < 0 and worse["linear"].high < 0


def test_without_a_baseline_the_references_are_left(context: Context) -> None:
    plan = msgspec.structs.replace(PLAN, baseline=Baseline())
    rows, test = some(1, 200), some(2, 100)
    assert [each.name for each in beside(plan, context, rows, test, test.inputs["a"].to_numpy())] == [
        "linear",
        "boosted_trees",
    ]


def test_a_list_that_is_scored_again_is_another_list() -> None:
    """Else two passes over the same rows would be one list of twice the length."""
    grades = np.array([3.0, 0.0, 1.0, 0.0, 2.0] * 12)
    columns = {"grade": grades, "query": np.repeat(np.arange(12.0), 5)}
    code = fit_target("ranking", columns)
    rows = Rows(pd.DataFrame({"a": grades}), code.encode(columns), code, TASKS["ranking"], None, None, None, None)
    twice = np.tile(np.arange(60), 2)
    stacking = Scored(twice, np.repeat([0, 1], 60), 2, np.arange(120))
    y = stacking.truth(rows)
    assert len(np.unique(y[:, 1])) == 24 and (y[:60] == rows.y).all() and (y[60:, 0] == rows.y[:, 0]).all()
    good, bad = np.tile(grades, 2), np.tile(-grades, 2)
    groups = rows.y[twice, 1]
    found = compare("ndcg_5", y, good, bad, delta=0.02, groups=groups, repeats=2)
    assert found.test == "paired bootstrap of 12 groups" and found.difference > 0.2

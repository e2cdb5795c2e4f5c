"""The range test of the first network: on training rows alone, told, kept small, and used by attempts and ladder."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from engine.data.folds import Fold
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.steps import Plan
from engine.steps.baseline import Baseline
from engine.steps.framing import Framing
from engine.steps.metric import Metric
from engine.steps.preparation import Preparation, PreparationResult
from engine.tasks import TASKS
from engine.training.decide import Decision, Recipe
from engine.training.families import RATE
from engine.training.layout import Block, Layout
from engine.training.rates import RangeTest, RatePoint
from engine.training.target_classes import ClassTarget
from engine.work.attempts import DENSE, asked_for, configurations
from engine.work.networks import prepared
from engine.work.overfit import first
from engine.work.rate import MOST_ROWS, concluded, some_prepared
from engine.work.rate import tested_rate as tried_rate
from engine.work.rows import Rows

RECIPE = Recipe(
    decisions=(Decision(column="a", action="auto", why="test"), Decision(column="b", action="auto", why=""))
)
PLAN = Plan(
    framing=Framing(task="binary", target="y"),
    metric=Metric(primary="accuracy", gain=0.02),
    preparation=Preparation(result=PreparationResult(RECIPE)),
    baseline=Baseline(units=8, layers=2),
)


def rows(count: int = 600) -> Rows:
    rng = np.random.default_rng(4)
    inputs = pd.DataFrame(rng.normal(size=(count, 2)), columns=["a", "b"])
    y = (inputs["a"].to_numpy() + 0.3 * rng.normal(size=count) > 0).astype(np.int64)
    return Rows(inputs, y, ClassTarget("binary", "y", ("no", "yes")), TASKS["binary"], None, None, None, None)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    (tmp_path / "jobs" / "0001-baseline").mkdir(parents=True)
    return Context(JobFolder(tmp_path / "jobs" / "0001-baseline"), 1, None, 5.0)


def test_the_rate_is_told_from_training_rows_alone_and_kept_small(context: Context) -> None:
    some = rows()
    fold = Fold(train=np.arange(400), test=np.arange(400, 600))
    hyper = asked_for(PLAN, len(some))
    found = tried_rate(some_prepared(PLAN, some, fold, 1), hyper, context)
    assert found.rate is not None
    assert RATE / 10 <= found.rate <= 10 * RATE
    assert f"{found.rate:.2g}" in found.sentence
    assert 5 <= len(found.points) <= 12
    turned = replace_test(some, fold)
    assert tried_rate(some_prepared(PLAN, turned, fold, 1), hyper, context) == found


def replace_test(some: Rows, fold: Fold) -> Rows:
    """The same rows, those to validate with other inputs and the opposite class."""
    inputs, y = some.inputs.copy(), some.y.copy()
    inputs.iloc[fold.test] = 1e6
    y[fold.test] = 1 - y[fold.test]
    return Rows(inputs, y, some.code, some.task, None, None, None, None)


def test_a_large_fold_is_tested_on_some_of_its_rows() -> None:
    some = rows(3 * MOST_ROWS)
    data = some_prepared(PLAN, some, Fold(train=np.arange(2 * MOST_ROWS), test=np.arange(2 * MOST_ROWS, len(some))), 1)
    assert data.x.shape == (MOST_ROWS, 2)
    assert len(data.fold.test) == 0


def test_the_constant_stands_and_is_said_where_the_test_cannot_tell(context: Context) -> None:
    data = some_prepared(PLAN, rows(), Fold(train=np.arange(400), test=np.arange(400, 600)), 1)
    data.x[:] = np.nan
    found = tried_rate(data, asked_for(PLAN, 600), context)
    assert found.rate is None
    assert found.sentence.endswith(f"The learning rate {RATE:g} stands.")
    assert configurations(PLAN, 600, data.layout, found.rate) == configurations(PLAN, 600, data.layout)


def test_dense_networks_are_trained_at_the_tried_rate() -> None:
    layout = Layout(blocks=(Block(column="size", kind="number", start=0, width=3),))
    before, after = configurations(PLAN, 600, layout), configurations(PLAN, 600, layout, 0.02)
    for (family, one), (_, other) in zip(before, after, strict=True):
        assert other == (replace(one, learning_rate=0.02) if family == DENSE else one)
    assert [family for family, _ in before].count(DENSE) >= 2


def test_without_a_baseline_the_ladder_begins_at_a_rate_tested_now(context: Context) -> None:
    some = rows()
    data = prepared(PLAN, some, Fold(train=np.arange(400), test=np.arange(400, 600)))
    hyper = first(PLAN, data, context)
    assert (hyper.units, hyper.layers) == (8, 2)
    expected = tried_rate(some_prepared(PLAN, some, data.fold, 1), asked_for(PLAN, 600), context).rate
    assert hyper.learning_rate == expected != RATE
    assert any("learning rate" in line for line in context.folder.events.read_text().splitlines())


def ran(rate: float | None) -> RangeTest:
    return RangeTest((RatePoint(1e-5, 0.7), RatePoint(1e-3, 0.6)), rate, None, "it fell.")


def test_runs_that_contradict_each_other_decide_nothing() -> None:
    assert concluded([ran(0.004), ran(0.002), ran(0.005)], 0.003).rate == 0.004
    apart = concluded([ran(0.004), ran(0.001), ran(0.05)], 0.003)
    assert apart.rate is None
    assert "3 runs say 0.001 to 0.05. The learning rate 0.003 stands." in apart.sentence
    assert concluded([ran(0.004), ran(None), ran(0.005)], 0.003).rate is None
    high = concluded([ran(0.2), ran(0.1), ran(0.3)], 0.003)
    assert high.rate == 0.03
    assert "kept within 10 times of the usual 0.003" in high.sentence

"""The ladder and its controls learn from the rows that the chosen network learns from: copies with gaps, weighed."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.folds import Fold
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.steps import Plan
from engine.steps.baseline import Baseline
from engine.steps.framing import Framing
from engine.steps.metric import Metric
from engine.steps.preparation import Preparation, PreparationResult
from engine.tasks import TASKS
from engine.training.decide import Copies, Decision, Recipe
from engine.training.hyper import Hyper
from engine.training.target_classes import ClassTarget
from engine.work.networks import Prepared, prepared, train
from engine.work.rate import some_prepared
from engine.work.rows import Rows

ROWS, LEARNED = 400, 300
FOLD = Fold(train=np.arange(LEARNED), test=np.arange(LEARNED, ROWS))


def plan(copies: Copies | None = None, balance: str = "none") -> Plan:
    decisions = tuple(Decision(column=name, action="auto", why="test") for name in ("a", "b"))
    return Plan(
        framing=Framing(task="binary", target="y"),
        metric=Metric(primary="roc_auc"),
        preparation=Preparation(result=PreparationResult(Recipe(decisions=decisions, copies=copies))),
        baseline=Baseline(balance=balance),
    )


def rows(weights: np.ndarray | None = None) -> Rows:
    """One row in ten is of the second class."""
    rng = np.random.default_rng(4)
    inputs = pd.DataFrame(rng.normal(size=(ROWS, 2)), columns=["a", "b"])
    y = (np.arange(ROWS) % 10 == 0).astype(np.int64)
    return Rows(inputs, y, ClassTarget("binary", "y", ("no", "yes")), TASKS["binary"], None, None, None, None, weights)


def learned(data: Prepared, tmp_path: Path) -> object:
    (tmp_path / "jobs" / "0001-overfit").mkdir(parents=True)
    context = Context(JobFolder(tmp_path / "jobs" / "0001-overfit"), 1, None, 5.0)
    return train(data, Hyper(units=4, batch=64), 2, context, "1 x 4", keep_rows=True)


def test_it_learns_from_copies_with_gaps_of_its_training_rows_alone() -> None:
    plain, data = prepared(plan(), rows(), FOLD), prepared(plan(Copies(times=2, rates={"a": 0.5})), rows(), FOLD)
    assert len(data.x) == len(data.y) == 3 * ROWS
    assert np.array_equal(data.fold.train, [place + turn * ROWS for turn in range(3) for place in range(LEARNED)])
    assert np.array_equal(data.fold.test, FOLD.test)
    assert data.layout.width > plain.layout.width, "a gap in the copies makes a mark of its own"
    emptied = (data.x[ROWS : 2 * ROWS] != data.x[:ROWS]).any(axis=1).mean()
    assert emptied == pytest.approx(0.5, abs=0.1)
    few = some_prepared(plan(Copies(times=2, rates={"a": 0.5})), rows(), data.fold, 1)
    assert len(few.rows) == LEARNED
    assert len(few.fold.train) == 3 * LEARNED


def test_rare_classes_weigh_in_the_ladder_what_they_weighed_in_the_baseline(tmp_path: Path) -> None:
    data = prepared(plan(balance="prior"), rows(), FOLD)
    assert data.weights is not None
    shares = [data.weights[:LEARNED][data.y[:LEARNED] == code].sum() for code in (0, 1)]
    assert shares[0] == pytest.approx(shares[1])
    assert data.first_bias == pytest.approx([0.0], abs=0.02)
    assert data.prior_loss() == pytest.approx(np.log(2), abs=0.01)
    history = learned(data, tmp_path)
    assert history.val_loss == pytest.approx(history.row_losses.mean(axis=1), rel=1e-5)
    assert history.val_loss[0] == pytest.approx(data.prior_row_losses().mean(), rel=0.3)


def test_weights_that_rows_have_of_their_own_count_too(tmp_path: Path) -> None:
    own = np.where(np.arange(ROWS) < 350, 0.5, 4.5)
    data = prepared(plan(), rows(own), FOLD)
    assert np.array_equal(data.weights, own)
    both = prepared(plan(balance="prior"), rows(own), FOLD).weights
    assert both[0] / both[1] == pytest.approx(9.0)
    assert both[390] / both[0] == pytest.approx(9.0)
    plain = prepared(plan(), rows(), FOLD).prior_row_losses()
    assert learned(data, tmp_path).val_loss[0] > 1.5 * plain.mean(), "half of the validation rows weigh 4.5"

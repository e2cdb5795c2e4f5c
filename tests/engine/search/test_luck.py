"""The luck of the best, told after every trial: the same number as from all trials at once, and red when it is."""

import numpy as np
import pandas as pd
import pytest

from engine.advice import with_answers
from engine.data.folds import Fold
from engine.stats.optimism import expected_optimism
from engine.steps import Plan
from engine.tasks import TASKS
from engine.training.target_classes import ClassTarget
from engine.work.luck import MORE, LiveLuck
from engine.work.rows import Rows
from engine.work.scoring import scored

N, TRIALS = 500, 30


def trials(seed: int, together: float, n: int = N) -> tuple[np.ndarray, np.ndarray]:
    """Targets (n,) and probabilities (trials, n) of equally good predictors that err together to some degree."""
    draw = np.random.default_rng(seed)
    y = draw.integers(0, 2, n)
    shared, own = draw.normal(size=n), draw.normal(size=(TRIALS, n))
    scores = 2 * y - 1 + 1.2 * (together * shared + (1 - together**2) ** 0.5 * own)
    return y, 1 / (1 + np.exp(-scores))


def heard(y: np.ndarray, oof: np.ndarray, metric: str, gain: float = 0.02, repeats: int = 1):  # type: ignore[no-untyped-def]
    code = ClassTarget(task="binary", column="y", classes=("a", "b"))
    rows = Rows(pd.DataFrame({"x": y}), y, code, TASKS["binary"], None, None, None, None)
    plan = with_answers(Plan(), "metric", primary=metric, gain=gain)
    ids = np.arange(len(y))
    stacking = scored([Fold(train=ids, test=ids)] * repeats, repeats)
    live = LiveLuck(plan, rows, stacking)
    return [live.hear(np.tile(each, repeats)) for each in oof]


@pytest.mark.parametrize("repeats", [1, 3])
def test_trial_by_trial_gives_what_all_trials_give(repeats: int) -> None:
    y, oof = trials(1, 0.6)
    told = heard(y, oof, "accuracy", repeats=repeats)
    assert [each.trials for each in told] == list(range(1, TRIALS + 1))
    for k in (2, 10, TRIALS):
        # The error of one score is read off the last trial here, and off all of them there.
        assert told[k - 1].now == pytest.approx(expected_optimism("accuracy", y, oof[:k]).value, rel=0.03)


@pytest.mark.parametrize("metric", ["roc_auc", "balanced_accuracy", "f1"])
def test_metrics_that_are_no_mean_of_rows_are_told_about_right(metric: str) -> None:
    y, oof = trials(2, 0.5)
    assert heard(y, oof, metric)[-1].now == pytest.approx(expected_optimism(metric, y, oof).value, rel=0.35)


def test_more_trials_make_it_luckier_and_the_light_turns_red() -> None:
    y, oof = trials(3, 0.3, n=120)
    told = heard(y, oof, "accuracy", gain=0.05)
    assert told[0].now == 0.0
    assert told[-1].later > told[-1].now > told[2].now > 0
    assert told[-1].light == "red"
    assert heard(y, oof, "accuracy", gain=0.5)[-1].light == "green"
    assert MORE == 10

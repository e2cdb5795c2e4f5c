"""The controls tell a leak from memory, and training goes on with a lower rate or smaller batches and says so."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from engine.data.folds import Fold
from engine.jobs.context import Context
from engine.jobs.folder import JobFolder
from engine.tasks import TASKS
from engine.training.history import History
from engine.training.hyper import Hyper
from engine.training.layout import Block, Layout
from engine.training.target_classes import ClassTarget
from engine.work.controls import by_heart, judged, shuffled
from engine.work.networks import Prepared
from engine.work.rows import Rows
from engine.work.steady import NoMemory, steadily

ROWS, WIDTH = 240, 4
TOO_HIGH = 1e19
CODE = ClassTarget("binary", "y", ("no", "yes"))


def data() -> Prepared:
    """Rows whose class follows from the first number."""
    rng = np.random.default_rng(7)
    x = rng.normal(size=(ROWS, WIDTH)).astype(np.float32)
    y = (x[:, 0] + 0.5 * rng.normal(size=ROWS) > 0).astype(np.int64)
    rows = Rows(pd.DataFrame(x), y, CODE, TASKS["binary"], None, None, None, None)
    places = np.arange(ROWS)
    fold = Fold(train=places[:160], test=places[160:])
    return Prepared(x, y, rows, fold, Layout((Block("x", "number", 0, WIDTH),)), "binary_crossentropy")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    (tmp_path / "jobs" / "0001-overfit").mkdir(parents=True)
    return Context(JobFolder(tmp_path / "jobs" / "0001-overfit"), 1, None, 5.0)


def test_memory_is_not_a_leak_and_a_leak_is() -> None:
    rng = np.random.default_rng(1)
    prior = np.full(200, 0.69)
    learned = np.array([0.69, 0.2])
    worse = judged(learned, prior + rng.normal(0.4, 0.3, 200), prior)
    assert (worse.passed, worse.fell) == (True, True)
    better = judged(learned, np.where(rng.random(200) < 0.5, 0.1, 0.75), prior)
    assert not better.passed
    assert "leak" in better.sentence


def test_chance_is_hardly_ever_called_a_leak() -> None:
    rng = np.random.default_rng(2)
    called = sum(
        not judged(np.array([0.7, 0.5]), 0.69 + rng.normal(0, 0.2, 100), np.full(100, 0.69)).passed for _ in range(400)
    )
    assert called <= 0.025 * 400


def test_shuffled_labels_teach_nothing_and_a_few_rows_are_learned_by_heart(context: Context) -> None:
    hyper = Hyper(units=64, layers=2, learning_rate=5e-3)
    found = shuffled(data(), hyper, context)
    assert found.passed
    assert found.fell
    assert found.prior_loss == pytest.approx(0.69, abs=0.03)
    assert by_heart(data(), hyper, 32, context).passed


def test_a_rate_that_breaks_the_loss_is_lowered_and_told(context: Context) -> None:
    hyper, history, note = steadily(data(), Hyper(units=4, learning_rate=TOO_HIGH), 2, context, "run")
    assert hyper.learning_rate == pytest.approx(TOO_HIGH / 10)
    assert f"trained again at learning rate {TOO_HIGH / 10:g}" in note
    assert len(history.loss) == 2


def test_a_loss_that_breaks_again_is_told_and_not_tried_for_ever(context: Context) -> None:
    _, history, note = steadily(data(), Hyper(units=4, learning_rate=1e30), 2, context, "run")
    assert history.ended == "broken"
    assert "trained again" in note
    assert note.endswith("in the inputs or the target.")


def test_when_memory_runs_out_batches_are_halved_until_nothing_helps(context: Context) -> None:
    def room(batch: int) -> Callable[..., History]:
        def once(each: Prepared, hyper: Hyper, *rest: object, **more: object) -> History:
            if hyper.batch > batch:
                raise MemoryError
            return History((0.5,), (), (), 1, [], "done")

        return once

    hyper, _, note = steadily(data(), Hyper(batch=256), 2, context, "run", once=room(64))
    assert hyper.batch == 64
    assert note == "memory ran out: batches of 128; memory ran out: batches of 64"
    with pytest.raises(NoMemory):
        steadily(data(), Hyper(batch=256), 2, context, "run", once=room(8))

"""What cannot be trained on is refused with the loss to take instead, and metrics have theirs."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from engine.data.schema import TargetSummary
from engine.errors import UserError
from engine.stats.catalogue import METRIC_INFO
from engine.tasks import TASKS
from engine.training.loss_check import check_loss, faults
from engine.training.losses import offered, refusal, surrogate

TARGET = np.tile([0, 1, 1], 30)


def _accuracy(y: Any, scores: Any) -> Any:
    import tensorflow as tf

    return tf.cast(tf.equal(y, tf.cast(scores > 0, tf.float32)), tf.float32)[:, 0]


def _ranking(y: Any, scores: Any) -> Any:
    """Mean margin between the classes: divides by how many rows of each there are."""
    import tensorflow as tf

    scores, y = scores[:, 0], y[:, 0]
    gap = tf.reduce_sum(scores * y) / tf.reduce_sum(y) - tf.reduce_sum(scores * (1 - y)) / tf.reduce_sum(1 - y)
    return tf.zeros_like(scores) - gap


def _broken_slope(y: Any, scores: Any) -> Any:
    import tensorflow as tf

    return tf.sqrt(tf.abs(y - scores)[:, 0] * 0.0)


@pytest.mark.parametrize(
    ("loss", "why"),
    [(_accuracy, "gradient is 0"), (_ranking, "not defined"), (_broken_slope, "not a number")],
)
def test_what_cannot_be_followed_is_found_out(loss: Callable[[Any, Any], Any], why: str) -> None:
    assert why in faults(loss, TARGET, 1)


def test_an_unknown_loss_is_refused() -> None:
    with pytest.raises(UserError, match="not a loss"):
        check_loss("sorcery", TARGET, 1)


def test_every_metric_of_every_task_has_a_loss_with_its_reason() -> None:
    for task in TASKS.values():
        for metric in task.metrics:
            name, why = surrogate(task.name, metric)
            assert name in task.losses
            assert why
            assert not refusal(task.name, name, metric)


def test_the_loss_follows_the_metric_of_an_amount() -> None:
    even = TargetSummary("price", "number", mean=10.0, std=2.0, minimum=3.0, maximum=18.0)
    far = TargetSummary("price", "number", mean=10.0, std=2.0, minimum=3.0, maximum=90.0)
    assert surrogate("regression", "mae", far)[0] == "mean_absolute_error"
    assert surrogate("regression", "rmse", even)[0] == "mean_squared_error"
    assert surrogate("regression", "r2", far)[0] == "huber"


@pytest.mark.parametrize("task", TASKS)
def test_a_metric_that_is_chosen_as_loss_is_refused_with_the_loss_to_take(task: str) -> None:
    for metric in TASKS[task].metrics:
        said = refusal(task, metric, METRIC_INFO[metric].name)
        assert surrogate(task, metric)[0] in said
        assert "baseline.loss" in said
    assert offered(task)[0].name in refusal(task, "sorcery", TASKS[task].metrics[0])


def test_the_first_bias_answers_what_the_loss_asks_for() -> None:
    from engine.training.network import prior_bias

    amounts = np.array([1.0, 2.0, 3.0, 10.0, 84.0])
    assert prior_bias("linear", amounts, 1, "mean_absolute_error") == [3.0]
    assert prior_bias("linear", amounts, 1, "mean_squared_error") == [20.0]

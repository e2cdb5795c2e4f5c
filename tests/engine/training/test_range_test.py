"""The learning-rate range test on rows that can be learned, on rows that say nothing, and on values that are none."""

from typing import Any

import numpy as np

from engine.training.hyper import Hyper
from engine.training.rates import RatePoint
from tests.engine.training.test_fit import TRAIN, drawn, trainer


def test_the_rate_lies_where_the_network_learns_and_below_where_it_blows_up() -> None:
    from engine.training.range_test import LOWEST, range_test, told

    x, y = drawn("regression")
    one: Any = trainer("regression", Hyper(units=16, layers=2, learning_rate=0.005))
    found = range_test(one, x, y, TRAIN, seed=1)
    assert found.rate is not None
    assert 1e-4 < found.rate < 0.1
    assert found.blew_up is not None
    assert found.rate <= found.blew_up / 10
    assert found.points[0].rate == LOWEST
    assert range_test(one, x, y, TRAIN, seed=1) == found
    assert float(one.model.optimizer.learning_rate.numpy()) == np.float32(0.005)
    broken = range_test(one, np.full_like(x, np.nan), y, TRAIN, seed=1)
    assert broken.rate is None
    assert broken.points == ()
    assert "did not fall" in broken.sentence
    rising = told(tuple(RatePoint(rate=rate, loss=rate) for rate in (0.1, 0.2, 0.3)), 0.4)
    assert rising.rate is None

"""Weights that become zero: how many at which step, that they stay zero, and what the control and the last layer do."""

import numpy as np
import pytest

from engine.training.hyper import Hyper
from engine.training.layout import Block, Layout
from engine.training.network import build
from engine.training.pruning import LEAST_STEPS, MOST_STEPS, RAMP, go_on, kernels, share_at, sparsity, steps_for

LAYOUT = Layout(blocks=tuple(Block(column=f"x{place}", kind="number", start=place, width=1) for place in range(8)))


def test_zeros_come_fast_at_first_and_none_after_the_ramp() -> None:
    shares = [share_at(step, 1000, 0.9) for step in range(1001)]
    assert shares[0] == 0 and shares[int(1000 * RAMP)] == shares[-1] == pytest.approx(0.9)
    # Zhu and Gupta (2017), equation 1, from no zeros on: s = s_f - s_f (1 - t/T)^3.
    assert shares[250] == pytest.approx(0.9 - 0.9 * (1 - 250 / 750) ** 3)
    growth = np.diff(shares)
    assert (growth >= 0).all() and (np.diff(growth[:750]) <= 1e-12).all()
    assert (steps_for(10), steps_for(10**7)) == (LEAST_STEPS, MOST_STEPS)


@pytest.mark.parametrize("members", [1, 3])
def test_they_stay_zero_and_a_control_learns_as_long_without(members: int) -> None:
    random = np.random.default_rng(2)
    x = random.normal(size=(600, 8)).astype(np.float32)
    y = (x[:, 0] + x[:, 1] > 0).astype(np.int64)
    found = {}
    for share in (0.0, 0.5, 0.9):
        model = build(LAYOUT, 1, Hyper(units=32, layers=2, members=members), head="sigmoid", loss="binary_crossentropy")
        start = np.random.default_rng(1)
        model.set_weights([start.normal(scale=0.3, size=value.shape) for value in model.get_weights()])
        before = [np.array(kernel.value) for kernel in kernels(model)]
        last = np.array(model.get_layer("scores").kernel.value)
        steps = go_on(model, "binary_crossentropy", x, y, share=share, seed=1)
        assert steps == steps_for(600)
        assert sparsity(model) == pytest.approx(share, abs=0.01)
        assert all((np.array(kernel.value) != then).any() for kernel, then in zip(kernels(model), before, strict=True))
        scores = np.array(model.get_layer("scores").kernel.value)
        assert (scores != 0).all() and (scores != last).any()
        found[share] = float(((np.ravel(model.predict(x, verbose=0)) > 0.5) == y).mean())
    assert found[0.0] > 0.95 and found[0.5] > 0.93
    assert found[0.9] > 0.7

"""The fitted learning curve: exact on exact points, near the truth on noisy ones, honest about what lies beyond."""

import numpy as np
import pytest

from engine.stats.power_law import band, fit, replicates

SIZES = np.array([50.0, 100, 200, 400, 800, 1600])


@pytest.mark.parametrize("law", [(0.1, 1.2, 0.4), (0.02, 3.0, 0.9), (0.0, 0.8, 0.25)])
def test_exact_points_give_the_law_back(law: tuple[float, float, float]) -> None:
    a, b, c = law
    found = fit(SIZES, a + b * SIZES**-c)
    assert (found.a, found.b, found.c) == pytest.approx(law, rel=1e-3, abs=1e-4)
    assert found.at(6400) == pytest.approx(a + b * 6400**-c, rel=1e-4)


def test_the_band_of_four_times_the_rows_holds_the_truth() -> None:
    draw, hits, truth = np.random.default_rng(1), 0, 0.1 + 1.2 * 6400**-0.4
    for seed in range(20):
        runs = 0.1 + 1.2 * SIZES**-0.4 + draw.normal(0, 0.25 / np.sqrt(SIZES), (4, len(SIZES)))
        low, high = band(replicates(SIZES, runs, np.array([6400.0]), seed))
        hits += int(low[0] <= truth <= high[0])
    assert hits >= 17


def test_a_flat_curve_promises_nothing() -> None:
    runs = 0.3 + np.random.default_rng(2).normal(0, 0.01, (4, len(SIZES)))
    found = replicates(SIZES, runs, np.array([1600.0, 3200.0]), 1)
    low, high = band(found[:, :1] - found[:, 1:])
    assert low[0] < 0.002
    assert high[0] < 0.02

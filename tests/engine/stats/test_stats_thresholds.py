"""Thresholds equal brute force, the expected cost is honest, and per-1000 counts carry intervals."""

import numpy as np
import pytest
from scipy import stats
from sklearn.metrics import balanced_accuracy_score, f1_score

from engine.errors import UserError
from engine.stats.thresholds import NEVER, cost_threshold, default_threshold, per_thousand


@pytest.mark.parametrize("seed", range(20))
def test_least_cost_by_brute_force(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, cost_fp, cost_fn = 40, float(rng.integers(1, 5)), float(rng.integers(1, 9))
    y, p = (rng.random(n) < 0.4).astype(int), np.round(rng.random(n), 1 + seed % 2)
    found = cost_threshold(y, p, cost_fp, cost_fn)

    def cost(t: float) -> float:
        return float(cost_fp * ((p >= t) & (y == 0)).sum() + cost_fn * ((p < t) & (y == 1)).sum()) * 1000 / n

    assert found.seen == pytest.approx(min(cost(t) for t in np.linspace(0, 1.1, 2201)))
    assert cost(found.threshold) == pytest.approx(found.seen)
    assert (cost(0.0), cost(NEVER)) == pytest.approx((found.always, found.never))


def test_among_equally_cheap_thresholds_the_nearest_to_the_ratio_of_costs() -> None:
    y, p = np.array([1, 0, 0, 0, 0, 1, 0]), np.array([0.9, 0.5, 0.45, 0.4, 0.3, 0.25, 0.1])
    assert cost_threshold(y, p, 1, 4).threshold == pytest.approx(0.175)
    assert cost_threshold(y, p, 4, 16).seen == pytest.approx(16 * 1000 / 7)


def test_true_probabilities_give_the_ratio_of_costs() -> None:
    rng = np.random.default_rng(1)
    p = rng.random(20_000)
    y = (rng.random(20_000) < p).astype(int)
    found = cost_threshold(y, p, 1, 4)
    assert found.threshold == pytest.approx(0.2, abs=0.05)
    assert found.cost.value == pytest.approx(found.seen, rel=0.03)


def test_expected_cost_is_honest_where_the_seen_one_is_not() -> None:
    rng = np.random.default_rng(2)
    seen, told, covered = [], [], []
    for seed in range(1, 101):
        y = (rng.random(200) < 0.2).astype(int)
        z = rng.normal(size=200) + 1.2 * y
        found = cost_threshold(y, 1 / (1 + np.exp(-z)), 1, 5, seed=seed)
        t = np.clip(found.threshold, 1e-9, 1 - 1e-9)
        cut = np.log(t / (1 - t))
        true = 1000 * (0.2 * 5 * stats.norm.cdf(cut - 1.2) + 0.8 * stats.norm.sf(cut))
        assert found.cost.low is not None
        assert found.cost.high is not None
        seen.append(found.seen - true)
        told.append(found.cost.value - true)
        covered.append(found.cost.low <= true <= found.cost.high)
    assert np.mean(seen) < -40
    assert abs(np.mean(told)) < 25
    assert np.mean(covered) >= 0.85


def test_free_errors_and_bad_costs() -> None:
    y, p = np.array([0, 1, 0, 1]), np.array([0.1, 0.4, 0.6, 0.9])
    assert cost_threshold(y, p, 0, 1).seen == 0
    assert cost_threshold(y, p, 1, 0).threshold > 0.6
    for costs in ((0, 0), (-1, 1)):
        with pytest.raises(UserError, match="0 or more"):
            cost_threshold(y, p, *costs)
    with pytest.raises(UserError, match="no rows"):
        cost_threshold(y[:0], p[:0], 1, 1)


def test_default_threshold_by_brute_force() -> None:
    rng = np.random.default_rng(3)
    y = (rng.random(300) < 0.1).astype(int)
    p = np.clip(0.2 * y + 0.3 * rng.random(300), 0, 1)
    grid = np.unique(np.r_[p, 0.0])
    for name, reference in (
        ("f1", f1_score),
        ("average_precision", f1_score),
        ("balanced_accuracy", balanced_accuracy_score),
    ):
        threshold, why = default_threshold(name, y, p)
        assert reference(y, p >= threshold) == pytest.approx(max(reference(y, p >= t) for t in grid))
        assert "largest" in why
    assert default_threshold("log_loss", y, p)[0] == default_threshold("f1", np.zeros(9, int), p[:9])[0] == 0.5


def test_per_thousand() -> None:
    y = np.r_[np.ones(50, int), np.zeros(150, int)]
    p = np.r_[np.full(40, 0.9), np.full(10, 0.1), np.full(30, 0.8), np.full(120, 0.2)]
    found = per_thousand(y, p, 0.5, 0.02)
    assert found["fn"].value == pytest.approx(1000 * 0.02 * 0.2)
    assert found["fp"].value == pytest.approx(1000 * 0.98 * 0.2)
    ends = stats.binomtest(30, 150).proportion_ci(method="wilson")
    assert (found["fp"].low, found["fp"].high) == pytest.approx((980 * ends.low, 980 * ends.high))
    assert (found["fn"].n, found["fp"].n) == (50, 150)


def test_no_error_seen_is_not_no_error() -> None:
    y = np.r_[np.ones(60, int), np.zeros(60, int)]
    found = per_thousand(y, y.astype(float), 0.5, 0.5)
    assert found["fn"].value == 0
    assert found["fn"].high == pytest.approx(1000 * 0.5 * 3 / 60)
    assert "rule of three" in found["fn"].how
    assert "fn" not in per_thousand(np.zeros(5, int), np.zeros(5), 0.5, 0.5)
    with pytest.raises(ValueError, match="prevalence"):
        per_thousand(y, y, 0.5, 2)

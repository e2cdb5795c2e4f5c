"""The best of many trials: predicted excess equals the seen one, and the corrected score is free of it."""

import numpy as np
import pytest
from scipy import stats

from engine.errors import UserError
from engine.stats.arrays import Array
from engine.stats.optimism import corrected_score, expected_optimism, optimism_of_rows


def trials(rng: np.random.Generator, k: int, n: int, shared: float = 0.0) -> tuple[Array, Array, Array]:
    """Targets, probabilities (k, n) of trials that are right with chance .8, and where they are right."""
    y = (rng.random(n) < 0.5).astype(int)
    right = np.where(rng.random(n) < shared, rng.random(n) < 0.8, rng.random((k, n)) < 0.8)
    return y, np.where(right, y, 1 - y) * 0.8 + 0.1, right


@pytest.mark.parametrize(("k", "n", "shared"), [(100, 500, 0.0), (100, 500, 0.64), (200, 300, 0.0), (20, 200, 0.3)])
def test_predicted_optimism_is_the_seen_one(k: int, n: int, shared: float) -> None:
    rng = np.random.default_rng(3)
    seen, predicted, level = [], [], []
    for _ in range(80):
        y, p, right = trials(rng, k, n, shared)
        found = expected_optimism("accuracy", y, p)
        seen.append(right.mean(axis=1).max() - right.mean())
        predicted.append(found.value)
        level.append(found.correlation)
    assert np.mean(level) == pytest.approx(shared, abs=0.03)
    assert np.mean(predicted) == pytest.approx(np.mean(seen), rel=0.12)


def test_optimism_of_other_metrics() -> None:
    rng = np.random.default_rng(4)
    seen: dict[str, list[float]] = {"roc_auc": [], "rmse": []}
    predicted: dict[str, list[float]] = {"roc_auc": [], "rmse": []}
    y = np.r_[np.ones(100, int), np.zeros(100, int)]
    amount = rng.normal(size=200)
    for seed in range(1, 16):
        p = stats.norm.cdf(rng.normal(size=(20, 200)) + y)
        ranks = stats.rankdata(p, axis=1)[:, y == 1].mean(axis=1)
        seen["roc_auc"].append((ranks.max() - ranks.mean()) / 100)
        predicted["roc_auc"].append(expected_optimism("roc_auc", y, p, seed=seed).value)
        told = amount + rng.normal(size=(20, 200))
        errors = np.sqrt(((told - amount) ** 2).mean(axis=1))
        seen["rmse"].append(errors.mean() - errors.min())
        predicted["rmse"].append(expected_optimism("rmse", amount, told).value)
    for name in seen:
        assert np.mean(predicted[name]) == pytest.approx(np.mean(seen[name]), rel=0.15)


def test_one_trial_or_equal_ones_have_no_optimism() -> None:
    rng = np.random.default_rng(5)
    rows = (rng.random(50) < 0.7).astype(float)
    assert optimism_of_rows(rows[None, :]).value == 0
    assert optimism_of_rows(np.tile(rows, (30, 1))).value == pytest.approx(0, abs=1e-6)
    assert optimism_of_rows(np.ones((30, 50))).value == 0


@pytest.mark.parametrize(("k", "n"), [(200, 300), (20, 300)])
def test_corrected_score_is_unbiased_where_the_raw_is_not(k: int, n: int) -> None:
    rng = np.random.default_rng(6)
    raw, corrected, covered = [], [], []
    for seed in range(1, 81):
        y, p, right = trials(rng, k, n)
        found = corrected_score("accuracy", y, p, B=200, seed=seed)
        assert found.low is not None
        assert found.high is not None
        raw.append(right.mean(axis=1).max() - 0.8)
        corrected.append(found.value - 0.8)
        covered.append(found.low <= 0.8 <= found.high)
    assert np.mean(raw) >= 0.03
    assert abs(np.mean(corrected)) <= 0.01
    assert np.mean(covered) >= 0.93


def test_corrected_score_of_ranking_and_losses() -> None:
    rng = np.random.default_rng(7)
    auc, error = [], []
    for seed in range(1, 31):
        y = (rng.random(150) < 0.4).astype(int)
        p = stats.norm.cdf(rng.normal(size=(40, 150)) + y)
        auc.append(corrected_score("roc_auc", y, p, B=100, seed=seed).value)
        amount = rng.normal(size=150)
        error.append(corrected_score("rmse", amount, amount + rng.normal(size=(40, 150)), B=100, seed=seed).value)
    assert np.mean(auc) == pytest.approx(stats.norm.cdf(0.5**0.5), abs=0.01)
    assert np.mean(error) == pytest.approx(1.0, abs=0.015)


def test_corrected_score_takes_a_better_trial_at_its_worth() -> None:
    rng = np.random.default_rng(8)
    y = rng.integers(0, 3, 2000)
    oof = rng.dirichlet((1, 1, 1), (5, 2000))
    oof[3] = 0.6 * np.eye(3)[np.where(rng.random(2000) < 0.85, y, (y + 1) % 3)] + 0.4 / 3
    found = corrected_score("accuracy", y, oof, B=100)
    assert found.value == pytest.approx((oof[3].argmax(axis=1) == y).mean(), abs=0.005)
    assert found.n == 2000
    assert "5 trials" in found.how


def test_the_best_loss_is_the_smallest() -> None:
    rng = np.random.default_rng(10)
    y = rng.normal(size=400)
    oof = y + np.array([[2.0], [0.5], [3.0]]) * rng.normal(size=(3, 400))
    for name in ("rmse", "mae"):
        assert corrected_score(name, y, oof, B=100).value < 0.6


def test_groups_widen_and_failed_trials_are_left_out() -> None:
    rng = np.random.default_rng(9)
    y, p, _ = trials(rng, 10, 60)
    y, p = np.repeat(y, 5), np.repeat(p, 5, axis=1)
    p[4, 7] = np.nan
    alone, grouped = corrected_score("accuracy", y, p), corrected_score("accuracy", y, p, groups=np.arange(300) // 5)
    assert alone.low is not None
    assert alone.high is not None
    assert grouped.low is not None
    assert grouped.high is not None
    assert grouped.high - grouped.low > 1.5 * (alone.high - alone.low)
    assert "9 trials" in alone.how
    with pytest.raises(UserError, match="No trial"):
        corrected_score("accuracy", y, np.full((3, 300), np.nan))
    with pytest.raises(UserError, match="cannot be told"):
        corrected_score("roc_auc", np.zeros(30, int), rng.random((3, 30)))

"""The power that is promised is the power there is; the best of many trials is as much too good as it is said to be."""

from collections.abc import Callable
from math import ceil, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from engine.stats.metrics import named
from engine.stats.optimism import corrected_score, expected_optimism
from engine.stats.paired import compare, judge

Pair = tuple[np.ndarray, np.ndarray, np.ndarray]
NEAR = 0.05
"""How far the power may be from the one that is promised."""
DRAWS = 500


def classes(rng: np.random.Generator, n: int) -> Pair:
    """Two classes, and probabilities by two models with common errors, the first a little sharper."""
    y = (rng.random(n) < 0.4).astype(int)
    common = 1.5 * (y - 0.5) + rng.normal(size=n)
    own = rng.normal(size=(2, n))
    return y, norm.cdf(common + 0.5 * (y - 0.5) + 0.5 * own[0]), norm.cdf(common + 0.5 * own[1])


def amounts(rng: np.random.Generator, n: int) -> Pair:
    """Amounts and two predictions with common errors."""
    y, common = rng.normal(size=n), rng.normal(size=n)
    return y, y + common + 0.3 * rng.normal(size=n), y + 1.15 * common + 0.5 * rng.normal(size=n)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("metric", "make"), [("accuracy", classes), ("roc_auc", classes), ("mae", amounts)], ids=["right", "ranked", "mae"]
)
def test_rows_needed_give_the_power_that_was_promised(metric: str, make: Callable[..., Pair]) -> None:
    """Ask a sample how many rows show its true gain; with so many rows four tests of five show it (D2, D4)."""
    rng = np.random.default_rng(31)
    y, ours, theirs = make(rng, 200_000)
    own = named(metric)
    gain = own.sign * (own.compute(y, ours) - own.compute(y, theirs))
    asked = [compare(metric, *make(rng, 400), delta=gain, seed=seed).minimal_detectable for seed in range(1, 31)]
    n = ceil(400 * (float(np.mean([each or 0 for each in asked])) / gain) ** 2)
    found = [judge(compare(metric, *make(rng, n), delta=gain, seed=seed), gain)[0] == "beats" for seed in range(DRAWS)]
    assert np.mean(found) == pytest.approx(0.8, abs=NEAR)


def trials(rng: np.random.Generator, k: int, n: int, spread: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Targets, probabilities (k, n) and the true ability of each trial, which differ by `spread`."""
    y = (rng.random(n) < 0.5).astype(int)
    ability = norm.ppf(0.8) + spread * rng.normal(size=(k, 1))
    common = rng.normal(size=n)
    edge = ability + sqrt(0.3) * common + sqrt(0.7) * rng.normal(size=(k, n))
    return y, norm.cdf(np.where(y == 1, edge, -edge)), norm.cdf(ability[:, 0])


@pytest.mark.slow
@pytest.mark.parametrize(("k", "n", "spread"), [(50, 120, 0.0), (100, 120, 0.05), (200, 250, 0.02)])
def test_the_corrected_score_is_that_of_the_chosen_trial_on_new_rows(k: int, n: int, spread: float) -> None:
    rng = np.random.default_rng(32)
    raw, corrected = [], []
    for seed in range(1, 201):
        y, p, ability = trials(rng, k, n, spread)
        seen = ((p > 0.5) == y).mean(axis=1)
        best = int(seen.argmax())
        raw.append(seen[best] - ability[best])
        corrected.append(corrected_score("accuracy", y, p, B=200, seed=seed).value - ability[best])
    assert np.mean(raw) >= 0.03
    assert abs(np.mean(corrected)) <= 0.01


@pytest.mark.slow
@pytest.mark.parametrize("metric", ["accuracy", "f1", "log_loss", "balanced_accuracy"])
@pytest.mark.parametrize(("k", "n"), [(10, 300), (60, 300)])
def test_the_expected_optimism_is_the_seen_one(metric: str, k: int, n: int) -> None:
    rng = np.random.default_rng(33)
    own = named(metric)
    seen, predicted = [], []
    for seed in range(1, 121):
        y, p, _ = trials(rng, k, n, 0.0)
        scores = own.sign * np.array([own.compute(y, each) for each in p])
        seen.append(scores.max() - scores.mean())
        predicted.append(expected_optimism(metric, y, p, seed=seed).value)
    assert np.mean(predicted) == pytest.approx(np.mean(seen), rel=0.2)

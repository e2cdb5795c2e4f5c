"""Calibration: fits equal scikit-learn's, survive JSON, and the error is 0 within its interval where it is 0."""

import json

import numpy as np
import pytest
from sklearn.isotonic import IsotonicRegression
from sklearn.linear_model import LogisticRegression

from engine.stats import calibration
from engine.stats.metrics import METRICS


def rows(rng: np.random.Generator, n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Targets, overconfident probabilities and the true ones."""
    z = rng.normal(-1, 1, n)
    true = 1 / (1 + np.exp(-z))
    return (rng.random(n) < true).astype(int), 1 / (1 + np.exp(-(2.5 * z + 0.7))), true


def test_platt_recovers_slope_and_equals_logistic_regression() -> None:
    y, p, true = rows(np.random.default_rng(1), 20_000)
    params = calibration.platt(y, p)
    assert params["slope"] == pytest.approx(0.4, abs=0.03)
    logit = np.log(p / (1 - p))[:, None]
    fit = LogisticRegression(C=np.inf, tol=1e-10).fit(logit, y)
    assert (params["slope"], params["intercept"]) == pytest.approx((fit.coef_[0, 0], fit.intercept_[0]), abs=1e-3)
    assert np.abs(calibration.apply(params, p) - true).max() < 0.05


def test_isotonic_equals_scikit_learn() -> None:
    y, p, _ = rows(np.random.default_rng(2), 3000)
    p = np.round(p, 3)
    fit = IsotonicRegression(out_of_bounds="clip").fit(p, y)
    grid = np.linspace(0, 1, 997)
    expected = np.clip(fit.predict(grid), 1 / 3002, 3001 / 3002)
    assert calibration.apply(calibration.isotonic(y, p), grid) == pytest.approx(expected, abs=5e-4)
    assert len(calibration.isotonic(y, p)["x"]) < 200


@pytest.mark.parametrize(("n", "method"), [(600, "platt"), (20_000, "isotonic")])
def test_choice_improves_new_rows_and_survives_json(n: int, method: str) -> None:
    rng = np.random.default_rng(3)
    y, p, _ = rows(rng, n)
    params = json.loads(json.dumps(calibration.choose(y, p)))
    assert params["method"] == method
    y, p, _ = rows(rng, 5000)
    for name in ("brier", "log_loss"):
        assert METRICS[name].compute(y, calibration.apply(params, p)) < 0.97 * METRICS[name].compute(y, p)


def test_hopeless_input_stays_finite() -> None:
    y = np.r_[np.zeros(20, int), np.ones(20, int)]
    certain = calibration.apply(calibration.platt(y, y.astype(float)), np.array([0.0, 0.5, 1.0]))
    assert ((certain > 0) & (certain < 1)).all()
    assert calibration.choose(np.zeros(5, int), np.full(5, 0.2)) == {"method": "none"}
    assert calibration.apply({"method": "none"}, np.array([0.3])).tolist() == [0.3]
    assert calibration.apply(calibration.isotonic(y, np.full(40, 0.2)), np.array([0.0, 0.9])) == pytest.approx(
        [0.5, 0.5]
    )
    with pytest.raises(ValueError, match="unknown calibration"):
        calibration.apply({"method": "beta"}, y)


def test_calibration_error_interval() -> None:
    rng = np.random.default_rng(4)
    zero, covered = 0, 0
    for seed in range(1, 101):
        p = rng.random(400)
        y = (rng.random(400) < p).astype(int)
        zero += calibration.expected_calibration_error(y, p, seed=seed).low == 0
        found = calibration.expected_calibration_error(y, p * 0.6 + 0.2, seed=seed)
        assert found.low is not None
        assert found.high is not None
        covered += found.low <= 0.1 <= found.high
    assert zero >= 92
    assert covered >= 85


def test_calibration_error_of_many_classes_is_that_of_the_named_one() -> None:
    rng = np.random.default_rng(5)
    p = rng.dirichlet((1, 1, 1), 4000)
    y = (rng.random(4000)[:, None] > p.cumsum(axis=1)).sum(axis=1)
    assert calibration.expected_calibration_error(y, p).low == 0
    worse = calibration.expected_calibration_error((y + rng.integers(0, 2, 4000)) % 3, p)
    assert worse.low is not None
    assert worse.low > 0.1


def test_prevalence_shift_is_bayes() -> None:
    rng = np.random.default_rng(6)
    y = (rng.random(200_000) < 0.5).astype(int)
    x = rng.normal(size=200_000) + 2 * y
    p = 1 / (1 + np.exp(-(2 * x - 2)))
    keep = (y == 0) | (rng.random(200_000) < 0.1 / 0.9)
    shifted = calibration.prevalence_shift(p, 0.5, 0.1)[keep]
    assert shifted.mean() == pytest.approx(y[keep].mean(), abs=0.003)
    assert METRICS["log_loss"].compute(y[keep], shifted) < 0.8 * METRICS["log_loss"].compute(y[keep], p[keep])
    assert calibration.prevalence_shift(p[:5], 0.3, 0.3) == pytest.approx(p[:5])
    with pytest.raises(ValueError, match="between 0 and 1"):
        calibration.prevalence_shift(p, 0.0, 0.5)


def test_calibration_error_of_a_biased_sample_is_that_of_the_population_it_stands_for() -> None:
    held, seeds, share = 0, 60, 0.2
    for seed in range(seeds):
        rng = np.random.default_rng(seed)
        # One row in five of the population is told a quarter too high; in the sample four in five are.
        odd = rng.random(2000) < 0.8
        p = rng.uniform(0.3, 0.7, 2000)
        y = (rng.random(2000) < p - 0.25 * odd).astype(int)
        weights = np.where(odd, share / 0.8, (1 - share) / 0.2)
        found = calibration.expected_calibration_error(y, p, seed=seed, weights=weights)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.25 * share <= found.high
        assert calibration.expected_calibration_error(y, p, seed=seed).value > 0.15
    assert held >= 0.9 * seeds


def test_rows_without_weight_do_not_move_the_calibration_error() -> None:
    rng = np.random.default_rng(5)
    p = rng.random(1000)
    y = (rng.random(1000) < p**2).astype(int)
    alone = calibration.expected_calibration_error(y, p)
    joined = calibration.expected_calibration_error(
        np.append(y, 1 - y), np.append(p, p[::-1]), weights=np.repeat([2.0, 0.0], 1000)
    )
    assert joined.value == pytest.approx(alone.value, abs=0.003)
    assert joined.how == alone.how

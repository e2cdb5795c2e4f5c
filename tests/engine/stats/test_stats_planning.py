"""Sizes after shipping: closed forms, and simulated power and precision."""

import math

import numpy as np
import pytest
from scipy import stats

from engine.stats import planning


def test_ab_size_near_the_rule_of_sixteen() -> None:
    assert planning.ab_test_size(0.05, 0.005) == pytest.approx(30_400, rel=0.05)
    assert planning.ab_test_size(0.5, 0.1) == pytest.approx(planning.ab_test_size(0.5, -0.1))
    with pytest.raises(ValueError, match="must be shares"):
        planning.ab_test_size(0.05, 0.99)
    with pytest.raises(ValueError, match="must be shares"):
        planning.ab_test_size(0.05, 0.0)


@pytest.mark.parametrize(("base", "delta", "power"), [(0.05, 0.005, 0.8), (0.2, 0.05, 0.8), (0.5, -0.1, 0.9)])
def test_ab_power_by_simulation(base: float, delta: float, power: float) -> None:
    n = planning.ab_test_size(base, delta, power=power)
    rng = np.random.default_rng(6)
    a, b = rng.binomial(n, base, 4000) / n, rng.binomial(n, base + delta, 4000) / n
    mean = (a + b) / 2
    z = np.abs(a - b) / np.sqrt(2 * mean * (1 - mean) / n)
    assert np.mean(z > 1.96) == pytest.approx(power, abs=0.03)
    null = rng.binomial(n, base, 4000) / n
    mean = (a + null) / 2
    assert np.mean(np.abs(a - null) / np.sqrt(2 * mean * (1 - mean) / n) > 1.96) == pytest.approx(0.05, abs=0.02)


def test_ab_days_are_whole_weeks() -> None:
    assert planning.ab_test_days(30_400, 5000) == 14
    assert planning.ab_test_days(30_400, 2000) == 35
    assert planning.ab_test_days(10, 1e9) == 14
    with pytest.raises(ValueError, match="above 0"):
        planning.ab_test_days(10, 0)


def test_ab_detectable_inverts_size() -> None:
    for base, per_arm in ((0.05, 30_000), (0.3, 500)):
        rise = planning.ab_test_detectable(base, per_arm)
        assert rise is not None
        assert planning.ab_test_size(base, rise) <= per_arm < planning.ab_test_size(base, rise * 0.99)
    assert planning.ab_test_detectable(0.5, 2) is None
    assert planning.ab_test_detectable(1.0, 10_000) is None


def test_sample_ratio_equals_chi2() -> None:
    for a, b, share in ((5000, 5200, 0.5), (900, 100, 0.9), (10_000, 9_500, 0.5)):
        expected = [(a + b) * share, (a + b) * (1 - share)]
        assert planning.sample_ratio_p(a, b, share) == pytest.approx(stats.chisquare([a, b], expected).pvalue)
    assert planning.sample_ratio_p(10_000, 9_500) < planning.SAMPLE_RATIO_P


def test_audit_size_keeps_its_word() -> None:
    assert planning.audit_size(0.5, 0.05) == 385
    assert planning.audit_size(0.5, 0.05, population=1000) == 278
    assert planning.audit_size(0.5, 0.001, population=50) == 50
    rng = np.random.default_rng(8)
    n = planning.audit_size(0.1, 0.03, population=2000)
    seen = rng.hypergeometric(200, 1800, n, 5000) / n
    assert np.mean(np.abs(seen - 0.1) <= 0.03) == pytest.approx(0.95, abs=0.02)
    with pytest.raises(ValueError, match="half_width"):
        planning.audit_size(0.1, 0)


def test_survey_invites_more_than_answer() -> None:
    assert planning.survey_size(0.5, 0.05, 0.2) == math.ceil(385 / 0.2)
    with pytest.raises(ValueError, match="response_rate"):
        planning.survey_size(0.5, 0.05, 0)


def test_chunk_holds_the_error_to_half_the_change() -> None:
    rows = planning.chunk_size("accuracy", 0.05, guess=0.9)
    assert rows == math.ceil(0.09 / 0.025**2)
    rng = np.random.default_rng(8)
    assert (rng.binomial(rows, 0.9, 20_000) / rows).std() == pytest.approx(0.025, rel=0.03)
    assert planning.chunk_size("roc_auc", 0.05, 0.05) > planning.chunk_size("roc_auc", 0.05, 0.5)


def test_majority_error() -> None:
    assert planning.majority_error(1, 0.2) == pytest.approx(0.2)
    assert planning.majority_error(2, 0.2) == pytest.approx(0.2)
    assert planning.majority_error(3, 0.2) == pytest.approx(0.104)
    rng = np.random.default_rng(8)
    wrong = rng.binomial(4, 0.3, 200_000)
    assert planning.majority_error(4, 0.3) == pytest.approx(np.mean((wrong > 2) + (wrong == 2) / 2), abs=0.004)
    with pytest.raises(ValueError, match="voters"):
        planning.majority_error(0, 0.2)

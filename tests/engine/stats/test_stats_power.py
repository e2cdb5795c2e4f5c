"""The planning formulas equal D2 and D11's tables and what simulation shows."""

import numpy as np
import pytest
from scipy import stats

from engine.stats import power
from engine.stats.differences import mcnemar_midp
from engine.stats.metrics import METRICS


@pytest.mark.parametrize(
    ("n", "error", "half", "detectable"),
    [
        (100, 0.040, 7.8, 10.8),
        (300, 0.023, 4.5, 6.3),
        (1000, 0.0126, 2.5, 3.4),
        (3000, 0.0073, 1.4, 2.0),
        (10_000, 0.0040, 0.8, 1.1),
    ],
)
def test_d2_rows(n: int, error: float, half: float, detectable: float) -> None:
    assert power.se_proportion(0.8, n) == pytest.approx(error, abs=0.0005)
    assert 100 * 1.96 * power.standard_error("accuracy", n) == pytest.approx(half, abs=0.06)
    assert 100 * power.minimal_detectable(n) == pytest.approx(detectable, abs=0.06)
    assert power.detectable_gain("accuracy", n) == pytest.approx(power.minimal_detectable(n))


def test_d2_recall_and_auc() -> None:
    for n_pos, error in ((10, 0.126), (50, 0.057), (100, 0.040), (400, 0.020)):
        assert power.se_recall(0.8, n_pos) == pytest.approx(error, abs=0.0006)
    for n_pos, error in ((10, 0.085), (50, 0.038), (100, 0.027)):
        assert power.hanley_mcneil_se(0.8, n_pos, 1000 - n_pos) == pytest.approx(error, abs=0.0006)


@pytest.mark.parametrize(("n", "gain", "expected"), [(300, 0.05, 0.61), (1000, 0.05, 0.99), (3000, 0.02, 0.81)])
def test_d2_simulated_power(n: int, gain: float, expected: float) -> None:
    rng = np.random.default_rng(1)
    only_a, only_b = (0.15 + gain) / 2, (0.15 - gain) / 2
    counts = rng.multinomial(n, [only_a, only_b, 0.85], size=1500)
    seen = np.mean([mcnemar_midp(int(a), int(b)) < 0.05 for a, b, _ in counts])
    assert seen == pytest.approx(expected, abs=0.035)


def test_rows_needed_inverts_minimal_detectable() -> None:
    for gain in (0.01, 0.05, 0.2):
        rows = power.rows_needed(gain)
        assert power.minimal_detectable(rows) <= gain < power.minimal_detectable(rows - 1)
        assert power.rows_for_gain("accuracy", gain) == pytest.approx(rows, abs=1)
    rows = power.rows_for_gain("roc_auc", 0.02, positive_share=0.1)
    assert power.detectable_gain("roc_auc", rows, rows * 0.1) == pytest.approx(0.02, rel=0.01)


@pytest.mark.parametrize(
    ("metric_name", "tolerance"),
    [("balanced_accuracy", 0.1), ("roc_auc", 0.2), ("average_precision", 0.35), ("f1", 0.15), ("accuracy", 0.1)],
)
def test_standard_errors_of_class_metrics_match_simulation(metric_name: str, tolerance: float) -> None:
    rng = np.random.default_rng(4)
    n, n_pos, metric = 400, 80, METRICS[metric_name]
    y = np.r_[np.ones(n_pos, int), np.zeros(n - n_pos, int)]
    seen = [metric.compute(y, stats.norm.cdf(rng.normal(size=n) + 1.5 * y - 1.1)) for _ in range(800)]
    expected = power.standard_error(metric_name, n, n_pos, guess=float(np.mean(seen)))
    assert expected == pytest.approx(np.std(seen), rel=tolerance)


@pytest.mark.parametrize("metric_name", ["mae", "rmse", "r2"])
def test_standard_errors_of_amounts_match_simulation(metric_name: str) -> None:
    rng = np.random.default_rng(4)
    metric, n = METRICS[metric_name], 200
    seen = []
    for _ in range(1500):
        signal = rng.normal(0, 10 * 0.5**0.5, n)
        seen.append(metric.compute(signal + rng.normal(0, 10 * 0.5**0.5, n), signal))
    assert power.standard_error(metric_name, n, spread=10) == pytest.approx(np.std(seen), rel=0.15)


def test_every_metric_has_an_error_to_expect() -> None:
    for name in METRICS:
        assert 0 < power.standard_error(name, 500) < power.standard_error(name, 100)
        assert power.standard_error(name, 1, n_pos=0) >= 0
    with pytest.raises(KeyError):
        power.standard_error("acuracy", 100)


def test_expected_max_of_d11() -> None:
    for k, value in ((1, 0.0), (2, 1 / np.pi**0.5), (5, 1.163), (20, 1.867), (100, 2.508), (500, 3.037)):
        assert power.expected_max(k) == pytest.approx(value, abs=0.0006)
    with pytest.raises(ValueError, match="at least 1"):
        power.expected_max(0)


def test_optimism_of_best_and_its_light() -> None:
    error = power.se_proportion(0.8, 500)
    assert power.optimism_of_best(error, 0.0, 100) == pytest.approx(0.0449, abs=0.0002)
    assert power.optimism_of_best(error, 0.64, 100) == pytest.approx(0.0269, abs=0.0002)
    assert power.optimism_of_best(error, 1.0, 100) == 0
    assert power.optimism_of_best(error, 0.0, 1) == pytest.approx(0)
    assert [power.optimism_light(value, 0.04) for value in (0.005, 0.02, 0.04)] == ["green", "amber", "red"]

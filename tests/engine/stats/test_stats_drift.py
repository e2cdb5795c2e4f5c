"""Drift: quiet on clean data however few or many rows, loud on a shift that matters."""

import numpy as np
import pytest
from scipy import stats

from engine.stats import drift


def test_fixed_cut_offs_would_cry_wolf_and_the_limit_does_not() -> None:
    rng = np.random.default_rng(1)
    found = [drift.psi(rng.normal(size=100), rng.normal(size=100)) for _ in range(600)]
    assert np.mean([one.value for one in found]) == pytest.approx(0.18, abs=0.02)
    assert np.mean([one.value > 0.1 for one in found]) > 0.75
    assert np.mean([one.alarm for one in found]) <= 0.02


@pytest.mark.parametrize(("n", "m"), [(300, 50), (1000, 1000), (5000, 300)])
def test_null_alarm_rate(n: int, m: int) -> None:
    rng = np.random.default_rng(2)
    assert np.mean([drift.psi(rng.normal(size=n), rng.normal(size=m)).alarm for _ in range(500)]) <= 0.02


def test_a_real_shift_is_an_alarm_and_a_tiny_one_is_not() -> None:
    rng = np.random.default_rng(3)
    assert drift.psi(rng.normal(size=1000), rng.normal(0.6, 1, 1000)).alarm
    assert not drift.psi(rng.normal(size=100_000), rng.normal(0.05, 1, 100_000)).alarm
    assert drift.psi(rng.normal(size=1000), np.where(rng.random(1000) < 0.3, np.nan, rng.normal(size=1000))).alarm


def test_psi_by_hand() -> None:
    found = drift.psi_of_counts(np.array([50, 50, 0]), np.array([80, 20, 0]))
    old, new = np.array([50.5, 50.5]) / 101, np.array([80.5, 20.5]) / 101
    assert found.value == pytest.approx(((new - old) * np.log(new / old)).sum())
    assert found.bins == 2
    assert found.limit == pytest.approx(stats.chi2.ppf(0.99, 1) * 2 / 100)
    assert drift.psi_of_counts(np.full(10, 1e5), np.full(10, 1e5)).limit == drift.PSI_FLOOR
    with pytest.raises(ValueError, match="both sides"):
        drift.psi_of_counts(np.array([1, 2]), np.zeros(2))


def test_bins_hold_ties_constants_and_missing() -> None:
    edges = drift.bin_edges(np.arange(1, 101))
    assert drift.bin_counts(np.arange(1, 101), edges).tolist() == [10] * 10 + [0]
    assert drift.bin_counts(np.array([-9.0, 1e9, np.nan, np.inf]), edges).tolist() == [1, *[0] * 8, 1, 2]
    constant = drift.bin_edges(np.full(50, 3.0))
    assert len(constant) == 0
    assert not drift.psi(np.full(50, 3.0), np.full(50, 3.0)).alarm
    zeros = drift.bin_edges(np.r_[np.zeros(80), np.arange(1, 21)])
    assert drift.bin_counts(np.zeros(5), zeros)[0] == 5
    assert len(drift.bin_edges(np.array([np.nan]))) == 0


def test_a_new_constant_beside_an_old_one_is_seen() -> None:
    assert drift.psi(np.full(100, 3.0), np.full(100, np.nan)).alarm
    assert drift.psi(np.r_[np.zeros(90), np.ones(10)], np.ones(100)).alarm


def test_ks_and_chi2_equal_scipy() -> None:
    rng = np.random.default_rng(4)
    a, b = rng.normal(size=200), rng.normal(0.3, 1, 150)
    found, expected = drift.ks(np.r_[a, np.nan], b), stats.ks_2samp(a, b)
    assert (found.effect, found.p) == pytest.approx((expected.statistic, expected.pvalue))
    counts = np.array([[30, 40, 0, 20], [20, 60, 0, 15]])
    table = drift.chi2(*counts)
    plain = stats.chi2_contingency(counts[:, [0, 1, 3]], correction=False)
    assert table.p == pytest.approx(plain.pvalue)
    assert table.effect == pytest.approx(stats.contingency.association(counts[:, [0, 1, 3]], method="cramer"))
    assert drift.ks(a, np.array([np.nan])).p == drift.chi2(np.array([5, 0]), np.array([9, 0])).p == 1


def test_benjamini_hochberg_equals_scipy() -> None:
    p = np.random.default_rng(5).random(40) ** 3
    assert drift.benjamini_hochberg(p) == pytest.approx(stats.false_discovery_control(p))


def test_alarms_need_chance_and_size() -> None:
    strong, weak = drift.Shift("χ²", 0.3, 1e-6, drift.V_EFFECT), drift.Shift("χ²", 0.02, 1e-9, drift.V_EFFECT)
    lucky = drift.Shift("Kolmogorov-Smirnov", 0.3, 0.04, drift.KS_EFFECT)
    assert drift.alarms([strong, weak, *[lucky] * 2]).tolist() == [True, False, True, True]
    calm = [drift.Shift("χ²", 0.3, 0.5, drift.V_EFFECT)] * 20
    assert drift.alarms([lucky, *calm]).tolist() == [False] * 21
    assert len(drift.alarms([])) == 0


def test_clean_weeks_stay_quiet() -> None:
    rng = np.random.default_rng(6)
    noisy = 0
    for _ in range(100):
        shifts = [drift.ks(rng.normal(size=500), rng.normal(size=120)) for _ in range(10)]
        noisy += bool(drift.alarms(shifts).any())
    assert noisy <= 5


def test_new_categories() -> None:
    assert drift.new_categories({"a", "b"}, ["a", "c", "d", "c", None]) == {"c": 2, "d": 1}
    assert list(drift.new_categories({"a"}, ["d", "c", "c"])) == ["c", "d"]

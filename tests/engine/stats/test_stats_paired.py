"""Paired tests: agreement with closed forms, size on noise, power where there is a gain, and the four verdicts."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import stats

from engine.errors import UserError
from engine.stats.arrays import Array
from engine.stats.paired import (
    accuracy_difference,
    compare,
    delong,
    diebold_mariano,
    holm,
    judge,
    mcnemar_midp,
    nadeau_bengio,
    paired_bootstrap,
)
from engine.values import Comparison

Maker = Callable[[np.random.Generator], tuple[Array, Array, Array, dict[str, Any]]]


def sigmoid(z: Array) -> Array:
    return np.asarray(1 / (1 + np.exp(-z)))


def classes(n: int, gain: float = 0.0, **more: Any) -> Maker:
    def make(rng: np.random.Generator) -> tuple[Array, Array, Array, dict[str, Any]]:
        y = (rng.random(n) < 0.35).astype(int)
        shared = y - 0.5 + rng.normal(size=n)
        return y, sigmoid(shared + gain * (y - 0.5) + rng.normal(size=n)), sigmoid(shared + rng.normal(size=n)), more

    return make


def amounts(n: int, **more: Any) -> Maker:
    def make(rng: np.random.Generator) -> tuple[Array, Array, Array, dict[str, Any]]:
        y = rng.normal(size=n)
        return y, y + rng.normal(size=n), y + rng.normal(size=n), more

    return make


def clustered(n: int, groups: int) -> Maker:
    def make(rng: np.random.Generator) -> tuple[Array, Array, Array, dict[str, Any]]:
        code = np.r_[0, 1, rng.integers(0, groups, n - 2)]
        y = rng.normal(size=n)
        a, b = (y + rng.normal(size=groups)[code] + 0.3 * rng.normal(size=n) for _ in range(2))
        return y, a, b, {"groups": code}

    return make


def series(n: int) -> Maker:
    def walk(rng: np.random.Generator) -> Array:
        noise, x = rng.normal(size=n + 30), np.zeros(n + 30)
        for i in range(1, n + 30):
            x[i] = 0.7 * x[i - 1] + noise[i]
        return x[30:]

    def make(rng: np.random.Generator) -> tuple[Array, Array, Array, dict[str, Any]]:
        y = walk(rng)
        return y, y + walk(rng), y + walk(rng), {"time_ordered": True}

    return make


def share(metric: str, make: Maker, verdict: str, sims: int = 300, delta: float = 0.05) -> float:
    rng = np.random.default_rng(17)
    count = 0
    for seed in range(1, sims + 1):
        y, a, b, more = make(rng)
        count += judge(compare(metric, y, a, b, delta=delta, seed=seed, **more), delta)[0] == verdict
    return count / sims


NOISE: list[tuple[str, Maker, int]] = [
    ("accuracy", classes(80), 1000),
    ("roc_auc", classes(80), 1000),
    ("accuracy", classes(80, folds=np.arange(80) % 5), 600),
    ("average_precision", classes(80), 150),
    ("f1", classes(80), 300),
    ("balanced_accuracy", classes(80), 300),
    ("log_loss", classes(80), 300),
    ("rmse", amounts(40), 400),
    ("r2", amounts(40), 300),
    ("mae", amounts(60, folds=np.arange(60) % 5), 300),
    ("rmse", clustered(120, 12), 400),
    ("rmse", series(100), 600),
    ("mae", series(100), 600),
    ("r2", series(100), 200),
]


@pytest.mark.parametrize(("metric", "make", "sims"), NOISE, ids=lambda value: value if isinstance(value, str) else "")
def test_noise_beats_in_at_most_five_percent(metric: str, make: Maker, sims: int) -> None:
    assert share(metric, make, "beats", sims) <= 0.05


@pytest.mark.parametrize("metric", ["accuracy", "roc_auc", "log_loss"])
def test_a_real_gain_is_found(metric: str) -> None:
    assert share(metric, classes(400, gain=1.5), "beats", 60) >= 0.9


def test_midp_size_is_near_its_level() -> None:
    rng = np.random.default_rng(1)
    for n in (20, 60, 200):
        only_a = rng.binomial(n, 0.5, 4000)
        assert 0.025 <= np.mean([mcnemar_midp(int(k), n - int(k)) < 0.05 for k in only_a]) <= 0.06
    k, n = 3, 15
    exact = stats.binomtest(k, n).pvalue
    assert mcnemar_midp(k, n - k) == pytest.approx(exact - stats.binom.pmf(k, n, 0.5))
    assert mcnemar_midp(0, 0) == mcnemar_midp(4, 4) == 1


def test_accuracy_interval_covers() -> None:
    rng = np.random.default_rng(2)
    hits = 0
    for _ in range(1500):
        state = rng.choice(4, 120, p=[0.7, 0.12, 0.05, 0.13])
        found = accuracy_difference((state == 0) | (state == 1), (state == 0) | (state == 2))
        hits += found.low <= 0.07 <= found.high
    assert 0.935 <= hits / 1500 <= 0.97


def test_delong_agrees_with_bootstrap() -> None:
    rng = np.random.default_rng(3)
    y, a, b, _ = classes(300, gain=0.6)(rng)
    by_rank, by_draw = delong(y, a, b), paired_bootstrap("roc_auc", y, a, b)
    assert by_rank.difference == pytest.approx(by_draw.difference)
    assert by_rank.high - by_rank.low == pytest.approx(by_draw.high - by_draw.low, rel=0.1)
    assert by_rank.p == pytest.approx(by_draw.p, abs=0.03)


def test_delong_where_it_has_no_variance() -> None:
    y = np.r_[np.zeros(3, int), np.ones(3, int)]
    perfect = compare("roc_auc", y, y.astype(float), np.full(6, 0.5), delta=0.05)
    assert perfect.difference == 0.5
    assert perfect.p > 0.01
    assert perfect.low < 0.35
    single = delong(np.r_[1, np.zeros(9, int)], np.linspace(1, 0, 10), np.full(10, 0.5))
    assert (single.low, single.high, single.p) == (-1, 1, 1)


def test_nadeau_bengio_by_hand() -> None:
    gaps = np.array([0.02, 0.05, 0.01, 0.04, 0.03])
    found = nadeau_bengio(gaps, 20, 80)
    se = gaps.std(ddof=1) * (1 / 5 + 20 / 80) ** 0.5
    assert found.p == pytest.approx(2 * stats.t.sf(gaps.mean() / se, 4))
    assert found.high - found.difference == pytest.approx(stats.t.ppf(0.975, 4) * se)


def test_diebold_mariano_error_matches_the_spread_of_the_mean() -> None:
    rng = np.random.default_rng(4)
    errors, means = [], []
    for _ in range(400):
        noise = rng.normal(size=211)
        gaps = np.convolve(noise, np.ones(12), "valid")
        found = diebold_mariano(np.zeros(200), gaps, horizon=12)
        means.append(found.difference)
        errors.append((found.high - found.low) / 2)
    assert np.mean(np.abs(means) > errors) == pytest.approx(0.05, abs=0.025)
    with pytest.raises(UserError, match="too few for a horizon of 12"):
        diebold_mariano(np.zeros(20), np.ones(20), horizon=12)


def test_holm() -> None:
    assert holm(np.array([0.01, 0.04, 0.03])) == pytest.approx([0.03, 0.06, 0.06])
    assert holm(np.array([0.6, 0.9])) == pytest.approx([1, 1])


def test_difference_points_the_same_way_for_losses() -> None:
    rng = np.random.default_rng(5)
    y = rng.normal(size=200)
    good, bad = y + 0.1 * rng.normal(size=200), y + rng.normal(size=200)
    for name in ("mae", "rmse", "r2"):
        for more in ({}, {"time_ordered": True}, {"folds": np.arange(200) % 5}, {"groups": np.arange(200) // 4}):
            found = compare(name, y, good, bad, delta=0.1, **more)
            assert found.low > 0, (name, more)
            assert compare(name, y, bad, good, delta=0.1, **more).high < 0, (name, more)
            assert found.low < found.difference < found.high


def test_case_picks_the_test() -> None:
    rng = np.random.default_rng(6)
    y, a, b, _ = classes(100)(rng)
    fold = np.arange(100) % 5
    assert compare("accuracy", y, a, b, delta=0.05).test == "McNemar mid-p"
    assert compare("roc_auc", y, a, b, delta=0.05).test == "DeLong"
    assert compare("f1", y, a, b, delta=0.05).test == "paired bootstrap"
    assert compare("f1", y, a, b, delta=0.05, groups=fold).test == "paired bootstrap of 5 groups"
    assert compare("brier", y, a, b, delta=0.05, time_ordered=True).test == "Diebold-Mariano"
    assert compare("f1", y, a, b, delta=0.05, time_ordered=True).test == "paired bootstrap of blocks of 7 rows"
    both = compare("roc_auc", y, a, b, delta=0.05, folds=fold)
    assert both.test == "DeLong and Nadeau-Bengio corrected t, the more cautious"


def test_folds_report_the_more_cautious_of_both() -> None:
    rng = np.random.default_rng(9)
    wider = set()
    for _ in range(40):
        y, a, b, _ = classes(100)(rng)
        gaps = np.array([((a[k::5] >= 0.5) == y[k::5]).mean() - ((b[k::5] >= 0.5) == y[k::5]).mean() for k in range(5)])
        folds, rows = nadeau_bengio(gaps, 20, 80), compare("accuracy", y, a, b, delta=0.05)
        both = compare("accuracy", y, a, b, delta=0.05, folds=np.arange(100) % 5)
        assert both.low == pytest.approx(min(rows.low, folds.low))
        assert both.high == pytest.approx(max(rows.high, folds.high))
        assert both.p == pytest.approx(max(rows.p, folds.p))
        assert both.difference == rows.difference
        wider.add(folds.p > rows.p)
    assert wider == {True, False}


def test_repeated_passes_do_not_count_as_new_rows() -> None:
    rng = np.random.default_rng(7)
    y, a, b, _ = classes(100, gain=1.0)(rng)
    once = compare("log_loss", y, a, b, delta=0.05)
    tiled = [np.tile(values, 4) for values in (y, a, b)]
    blind = compare("log_loss", *tiled, delta=0.05)
    told = compare("log_loss", *tiled, delta=0.05, repeats=4)
    assert told.high - told.low == pytest.approx(once.high - once.low, rel=0.1)
    assert blind.high - blind.low < 0.6 * (once.high - once.low)
    assert told.rows_needed == pytest.approx(once.rows_needed, rel=0.25)


def test_detectable_and_rows_needed_agree_with_d2() -> None:
    rng = np.random.default_rng(8)
    state = rng.permutation(np.repeat([0, 1, 2], [2550, 225, 225]))
    found = compare("accuracy", np.ones(3000, int), (state != 1) * 1.0, (state != 2) * 1.0, delta=0.01)
    assert found.minimal_detectable == pytest.approx(0.0198, rel=0.01)
    assert found.rows_needed == pytest.approx(11_770, rel=0.02)


def comparison(low: float, high: float, p: float, detectable: float) -> Comparison:
    return Comparison(
        test="t", difference=(low + high) / 2, low=low, high=high, p=p, minimal_detectable=detectable, rows_needed=1234
    )


def test_judge_by_d4() -> None:
    verdict, told = judge(comparison(0.01, 0.05, 0.01, 0.03), 0.02)
    assert verdict == "beats"
    assert "reaches the 0.02" in told
    assert "smaller than" in judge(comparison(0.01, 0.05, 0.01, 0.03), 0.04)[1]
    assert judge(comparison(0.01, 0.05, 0.06, 0.03), 0.04)[0] != "beats"
    assert judge(comparison(-0.05, 0.01, 0.3, 0.04), 0.02)[0] == "refuted"
    verdict, told = judge(comparison(-0.03, 0.06, 0.3, 0.06), 0.02)
    assert verdict == "underpowered"
    assert "about 1,234 rows" in told
    assert judge(comparison(-0.001, 0.021, 0.07, 0.016), 0.02)[0] == "not shown"


def test_what_cannot_be_compared_is_told() -> None:
    y = np.array([0, 1, 0, 1])
    with pytest.raises(UserError, match="does not vary"):
        compare("roc_auc", np.zeros(4, int), y / 2, y / 3, delta=0.1)
    with pytest.raises(UserError, match="fewer than two"):
        compare("accuracy", y, y * 1.0, y * 0.0, delta=0.1, groups=np.zeros(4))
    with pytest.raises(UserError, match="fewer than two"):
        compare("accuracy", y[:1], y[:1] * 1.0, y[:1] * 0.0, delta=0.1)
    same = compare("mae", np.arange(9.0), np.ones(9), np.ones(9), delta=0.1)
    assert (same.difference, same.p) == (0, 1)
    assert judge(same, 0.1)[0] == "refuted"

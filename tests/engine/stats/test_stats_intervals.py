"""Intervals cover as often as they say, agree with closed forms, and admit when they cannot tell."""

import numpy as np
import pytest
from scipy import stats

from engine.errors import UserError
from engine.stats import resampling
from engine.stats.intervals import (
    auc_interval,
    clopper_pearson,
    delong_parts,
    newcombe_auc,
    rule_of_three,
    score,
    wilson,
)
from engine.stats.metrics import METRICS


def test_shares_equal_scipy() -> None:
    for k, n in ((0, 10), (1, 10), (7, 20), (20, 20), (950, 1000)):
        found = stats.binomtest(k, n)
        assert wilson(k, n) == pytest.approx(tuple(found.proportion_ci(method="wilson")), abs=1e-12)
        assert clopper_pearson(k, n) == pytest.approx(tuple(found.proportion_ci(method="exact")), abs=1e-12)
    assert wilson(3, 30, 0.9) == pytest.approx(tuple(stats.binomtest(3, 30).proportion_ci(0.9, "wilson")))


@pytest.mark.parametrize(("n", "share"), [(30, 0.8), (100, 0.95), (500, 0.5)])
def test_wilson_covers_near_95_percent_on_average(n: int, share: float) -> None:
    chances = stats.binom.pmf(np.arange(n + 1), n, share)
    covered = [low <= share <= high for low, high in (wilson(k, n) for k in range(n + 1))]
    assert 0.92 < float(chances @ covered) < 0.98
    exact = [low <= share <= high for low, high in (clopper_pearson(k, n) for k in range(n + 1))]
    assert float(chances @ exact) >= 0.95


def test_rule_of_three_is_the_exact_limit_nearly() -> None:
    for n in (50, 300, 3000):
        assert rule_of_three(n) == pytest.approx(1 - 0.05 ** (1 / n), rel=0.04)
    assert rule_of_three(0) == rule_of_three(2) == 1


def test_delong_equals_its_definition() -> None:
    rng = np.random.default_rng(3)
    y = np.r_[np.ones(12, int), np.zeros(20, int)]
    scores = np.round(rng.normal(size=(2, 32)) + y, 1)
    wins = [np.sign(s[y == 1][:, None] - s[y == 0][None, :]) / 2 + 0.5 for s in scores]
    rows, columns = np.cov([w.mean(1) for w in wins]), np.cov([w.mean(0) for w in wins])
    aucs, covariance = delong_parts(y, scores)
    assert aucs == pytest.approx([w.mean() for w in wins])
    assert covariance == pytest.approx(rows / 12 + columns / 20)


@pytest.mark.parametrize(("n_pos", "n_neg", "shift"), [(5, 50, 1.0), (30, 100, 1.2), (10, 10, 2.5), (50, 50, 0.0)])
def test_auc_interval_covers(n_pos: int, n_neg: int, shift: float) -> None:
    rng = np.random.default_rng(11)
    true = float(stats.norm.cdf(shift / 2**0.5))
    y = np.r_[np.ones(n_pos, int), np.zeros(n_neg, int)]
    ends = [auc_interval(y, rng.normal(size=len(y)) + shift * y) for _ in range(600)]
    assert 0.925 <= np.mean([low <= true <= high for low, high, _ in ends]) <= 0.985


def test_perfect_auc_on_few_rows_stays_uncertain() -> None:
    low, high = newcombe_auc(1.0, 5, 5)
    assert low < 0.75
    assert high == 1
    y = np.r_[np.zeros(40, int), np.ones(40, int)]
    perfect = score("roc_auc", y, np.linspace(0, 1, 80), how="")
    assert perfect.low is not None
    assert 0.9 < perfect.low < 1
    assert newcombe_auc(0.3, 30, 50) == pytest.approx(
        [1 - end for end in reversed(newcombe_auc(0.7, 30, 50))], abs=1e-6
    )


def test_bootstrap_interval_covers_for_errors() -> None:
    rng = np.random.default_rng(5)
    hits = {"rmse": 0, "mae": 0}
    for trial in range(250):
        y = rng.normal(size=60)
        p = y + rng.normal(size=60)
        for name, true in (("rmse", 1.0), ("mae", (2 / np.pi) ** 0.5)):
            found = score(name, y, p, how="", seed=trial + 1)
            assert found.low is not None
            assert found.high is not None
            hits[name] += found.low <= true <= found.high
    assert all(0.89 <= hit / 250 <= 0.99 for hit in hits.values())


def test_groups_widen_what_rows_repeat() -> None:
    rng = np.random.default_rng(5)
    y = (rng.random(40) < 0.5).astype(int)
    p = np.clip(y * 0.4 + rng.random(40) * 0.6, 0, 1)
    one = score("accuracy", y, p, how="held out")
    assert one.how == "held out, Wilson interval"
    many = score("accuracy", np.repeat(y, 10), np.repeat(p, 10), how="held out", groups=np.repeat(np.arange(40), 10))
    blind = score("accuracy", np.repeat(y, 10), np.repeat(p, 10), how="held out")
    assert many.how == "held out, bootstrap of 40 groups interval"
    widths = [s.high - s.low for s in (one, many, blind) if s.low is not None and s.high is not None]
    assert widths[1] == pytest.approx(widths[0], rel=0.25)
    assert widths[2] < 0.5 * widths[0]


def test_neighbours_in_time_widen_the_interval() -> None:
    rng = np.random.default_rng(2)
    slow = np.repeat(rng.normal(size=60), 5)
    y = rng.normal(size=300)
    apart, ordered = (score("mae", y, y + slow, how="", time_ordered=flag) for flag in (False, True))
    assert apart.low is not None
    assert apart.high is not None
    assert ordered.low is not None
    assert ordered.high is not None
    assert ordered.high - ordered.low > 1.4 * (apart.high - apart.low)


def test_cannot_tell() -> None:
    flat = score("mae", np.arange(6.0), np.arange(6.0) + 1, how="")
    assert (flat.value, flat.low, flat.high, flat.n) == (1.0, None, None, 6)
    assert score("rmse", np.array([1.0]), np.array([3.0]), how="").low is None
    assert score("mae", np.arange(6.0), np.ones(6), how="", groups=np.zeros(6)).low is None
    with pytest.raises(UserError, match="does not vary"):
        score("roc_auc", np.zeros(5, int), np.linspace(0, 1, 5), how="")


def test_same_seed_same_interval() -> None:
    rng = np.random.default_rng(1)
    y = rng.normal(size=50)
    p = y + rng.normal(size=50)
    assert score("mae", y, p, how="", seed=3) == score("mae", y, p, how="", seed=3)
    assert score("mae", y, p, how="", seed=3) != score("mae", y, p, how="", seed=4)


def test_draws_are_bounded_and_whole() -> None:
    rng = np.random.default_rng(1)
    chunks = list(resampling.draws(resampling.CHUNK // 10, 25, rng))
    assert [len(chunk) for chunk in chunks] == [10, 10, 5]
    assert all((chunk.sum(axis=1) == chunk.shape[1]).all() for chunk in chunks)
    groups = np.array([3, 3, 1, 1, 1, 8])
    weights = np.concatenate(list(resampling.draws(6, 50, rng, groups=groups)))
    assert (weights[:, 0] == weights[:, 1]).all()
    assert (weights[:, 2] == weights[:, 4]).all()
    blocks = np.concatenate(list(resampling.draws(10, 200, rng, block=4)))
    assert (blocks.sum(axis=1) == 12).all()
    assert blocks.mean(axis=0) == pytest.approx(np.full(10, 1.2), abs=0.2)
    assert resampling.replicates_for(1000, 1000) == 1000
    assert resampling.replicates_for(400_000, 1000) == 125


def test_two_rows_of_a_class_keep_the_metric_defined_in_most_draws() -> None:
    y = np.r_[np.ones(2, int), np.zeros(30, int)]
    found = score("average_precision", y, np.linspace(1, 0, 32), how="")
    assert found.value == METRICS["average_precision"].compute(y, np.linspace(1, 0, 32)) == 1
    assert found.low is None


def test_few_replicates_on_many_rows_agree_with_many() -> None:
    replicates = np.random.default_rng(1).normal(3, 1, 4000)
    many, few = resampling.interval(3, replicates, 10_000), resampling.interval(3, replicates[:200], 10_000)
    assert many is not None
    assert few is not None
    assert few == pytest.approx(many, abs=0.25)
    assert resampling.p_value(3, replicates[:200], 10_000) == pytest.approx(
        resampling.p_value(3, replicates, 10_000), abs=0.003
    )

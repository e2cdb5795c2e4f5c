"""Clusters: found where there are some, not where there are none, told in words, and shipped as the same arithmetic."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.cluster import KMeans
from sklearn.mixture import GaussianMixture

from engine.clustering.choose import choose
from engine.clustering.models import KINDS, Kind, code_of, fit
from engine.clustering.shipped import network
from engine.clustering.stability import agreement, by_gap, stability, uniform
from engine.clustering.words import described
from engine.data import seal

CENTERS = ((0.0, 0.0), (6.0, 0.0), (0.0, 6.0))


def blobs(seed: int, each: int = 60) -> np.ndarray:
    rng = np.random.default_rng(seed)
    x = np.vstack([rng.normal(center, 1.0, (each, 2)) for center in CENTERS])
    return (x - x.mean(axis=0)) / x.std(axis=0)


@pytest.mark.parametrize("seed", range(3))
def test_three_blobs_are_found(seed: int) -> None:
    chosen = choose(blobs(seed), seed)
    assert chosen.found and chosen.best.k == 3 and chosen.best.stability.value > 0.9
    truth = np.repeat(np.arange(3), 60)
    own = fit(chosen.best.kind, blobs(seed), 3, seed).assign(blobs(seed))
    assert agreement(truth, own, "all", 1).value > 0.95


@pytest.mark.slow
def test_one_gaussian_has_no_stable_clusters_whatever_its_shape() -> None:
    """False alarms in at most 5 % of seeds; a long one can always be cut in two halves, and is caught by the gap."""
    shapes = (np.eye(2), np.diag([3.0, 1.0]), np.array([[2.0, 1.5], [0.0, 0.7]]))
    alarms = 0
    for seed in range(20):
        x = np.random.default_rng(100 + seed).normal(size=(120, 2)) @ shapes[seed % 3]
        chosen = choose(x, seed)
        alarms += chosen.found
        assert chosen.found or chosen.sentence.startswith("No stable clusters")
    assert alarms <= 1


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_those_of_scikit_learn_and_of_the_network(kind: Kind) -> None:
    x = blobs(4)
    for k in (2, 3):
        found = fit(kind, x, k, 7)
        if kind == "k-means":
            wanted = KMeans(k, n_init=4, random_state=7).fit(x).predict(x)
        else:
            model = GaussianMixture(k, covariance_type="diag", n_init=2, reg_covar=1e-3, max_iter=200, random_state=7)
            wanted = model.fit(x).predict(x)
            shares = np.exp(found.scores(x))
            assert shares / shares.sum(axis=1, keepdims=True) == pytest.approx(model.predict_proba(x), abs=1e-9)
            assert found.bic == pytest.approx(model.bic(x), rel=1e-12)
        assert (found.assign(x) == wanted).all()
        said = network(found).predict(x, verbose=0)
        told = (said[:, 0] >= 0.5).astype(int) if k == 2 else said.argmax(axis=1)
        assert (told == wanted).all()


def test_in_many_columns_of_noise_clusters_are_found_on_the_code_and_shipped_so() -> None:
    rng = np.random.default_rng(8)
    x = np.hstack([np.repeat(blobs(5), 4, axis=1) + rng.normal(0, 0.4, (180, 8)), rng.normal(0, 0.5, (180, 6))])
    assert code_of(x).axes.shape == (14, code_of(x).axes.shape[1]) and code_of(x).axes.shape[1] < 10
    chosen = choose(x, 1)
    assert chosen.found and chosen.best.k == 3 and any(each.coded for each in chosen.tried)
    found = fit("k-means", x, 3, 1, coded=True)
    assert agreement(found.assign(x), np.repeat(np.arange(3), 60), "all", 1).value > 0.95
    assert (network(found).predict(x, verbose=0).argmax(axis=1) == found.assign(x)).all()
    code, centred = found.code, x - x.mean(axis=0)
    assert code is not None
    share = 1 - ((code.of(x) @ code.axes.T - centred) ** 2).sum() / (centred**2).sum()
    assert share > 0.9


def test_stability_is_high_for_blobs_and_low_for_rows_spread_evenly() -> None:
    x = blobs(2)
    even = uniform(x, np.random.default_rng(3))
    assert even.shape == x.shape and abs(float(even.mean()) - float(x.mean())) < 0.5
    assert stability("k-means", x, 3, 1, pairs=5).min() > 0.9
    assert stability("k-means", even, 5, 1, pairs=5).mean() < 0.8
    assert (stability("k-means", x, 3, 1, pairs=3) == stability("k-means", x, 3, 1, pairs=3)).all()


def test_the_gap_rule_takes_the_least_number_that_the_next_does_not_beat() -> None:
    ks, error = [1, 2, 3, 4], np.full(4, 0.05)
    assert by_gap(ks, np.array([0.1, 0.3, 0.9, 0.92]), error) == 3
    assert by_gap(ks, np.array([0.5, 0.2, 0.9, 0.9]), error) == 1
    assert by_gap(ks, np.array([0.1, 0.3, 0.5, 0.9]), error) == 4


def test_a_cluster_is_told_by_the_columns_in_which_it_differs_most() -> None:
    own = np.repeat([0, 1], 50)
    frame = pd.DataFrame(
        {
            "noise": np.tile([1.0, 2.0], 50),
            "spend": np.where(own == 1, 90.0, 10.0) + np.tile([0.0, 1.0], 50),
            "plan": np.where(own == 1, "gold", "basic"),
        }
    )
    first, second = described(frame, own, 2)
    assert (first.name, first.rows, first.share) == ("cluster 1", 50, 0.5)
    assert "plan is gold in 100% against 0%" in second.apart or "plan is basic in 0% against 100%" in second.apart
    assert "spend 90.5 against 10.5 (+2.0 sd)" in second.apart and "noise" not in second.apart


def test_rows_are_sealed_without_a_target(tmp_path: Path) -> None:
    frame = pd.DataFrame(blobs(1), columns=["a", "b"])
    drawn = seal.draw(frame, share=0.2, seed=1, kind="random")
    written = seal.write(tmp_path, frame, drawn)
    assert written.rows + written.development == len(frame) and 0 < written.rows < len(frame) / 2
    assert len(seal.load_development(tmp_path)) == written.development

"""Agreement of annotators against scikit-learn, published worked examples, and answers that are known."""

import numpy as np
import pytest
from sklearn.metrics import cohen_kappa_score

from engine.stats.agreement import (
    Scale,
    agreement_share,
    cohen_kappa,
    confused,
    fleiss_kappa,
    interval,
    krippendorff_alpha,
    pairwise_kappa,
    rater_error,
)

GAP = np.nan
KRIPPENDORFF = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, GAP, GAP, GAP],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, GAP, 3],
        [GAP, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, GAP],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, GAP],
    ]
).T
"""The reliability data of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability", section D."""

FLEISS = [
    [0, 0, 0, 0, 14],
    [0, 2, 6, 4, 2],
    [0, 0, 3, 5, 6],
    [0, 3, 9, 2, 0],
    [2, 2, 8, 1, 1],
    [7, 7, 0, 0, 0],
    [3, 2, 6, 3, 0],
    [2, 5, 3, 2, 2],
    [6, 5, 2, 1, 0],
    [0, 2, 2, 3, 7],
]
"""How many of 14 raters gave each of 5 categories to each of 10 items: a worked example whose kappa is .210."""


def drawn(raters: int, error: float, classes: int = 3, n: int = 400, seed: int = 1) -> np.ndarray:
    """Ratings of raters that give another label with chance `error`."""
    draw = np.random.default_rng(seed)
    truth = draw.integers(0, classes, n)
    moved = (truth[:, None] + draw.integers(1, classes, (n, raters))) % classes
    return np.where(draw.random((n, raters)) < error, moved, truth[:, None]).astype(float)


@pytest.mark.parametrize("seed", range(5))
def test_cohens_kappa_is_that_of_scikit_learn(seed: int) -> None:
    a, b = drawn(2, 0.3, seed=seed).T
    assert cohen_kappa(a, b) == pytest.approx(cohen_kappa_score(a, b), abs=1e-9)
    assert pairwise_kappa(np.stack([a, b], axis=1)) == pytest.approx(cohen_kappa_score(a, b), abs=1e-9)


@pytest.mark.parametrize(("scale", "alpha"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849)])
def test_alpha_is_that_of_the_published_example(scale: Scale, alpha: float) -> None:
    assert krippendorff_alpha(KRIPPENDORFF, scale) == pytest.approx(alpha, abs=5e-4)


def test_fleiss_kappa_is_that_of_the_worked_example_and_needs_equally_many_raters() -> None:
    ratings = np.array([[value for value, count in enumerate(row) for _ in range(count)] for row in FLEISS], float)
    assert fleiss_kappa(ratings) == pytest.approx(0.210, abs=5e-4)
    ratings[0, 0] = GAP
    assert np.isnan(fleiss_kappa(ratings))


def test_the_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    truth = krippendorff_alpha(drawn(2, 0.2, n=200_000))
    hits = 0
    for seed in range(40):
        found = interval(drawn(2, 0.2, n=80, seed=seed + 2), krippendorff_alpha, seed)
        assert found is not None
        hits += found[0] <= truth <= found[1]
    assert 34 <= hits <= 40


@pytest.mark.parametrize("classes", [2, 3, 10])
def test_the_error_of_a_rater_follows_from_how_often_two_agree(classes: int) -> None:
    share = agreement_share(drawn(3, 0.15, classes, n=60_000))
    assert rater_error(share, classes) == pytest.approx(0.15, abs=0.005)
    assert rater_error(0.3 / classes, classes) is None


def test_confused_labels_are_counted_by_pairs_of_raters() -> None:
    ratings = np.array([[0, 0, 1], [0, 1, 1], [2, 2, 2], [2, GAP, 1]])
    assert confused(ratings, ["a", "b", "c"]) == (("a", "b", 4), ("b", "c", 1))


def test_where_nothing_varies_agreement_beyond_chance_is_not_a_number() -> None:
    same = np.zeros((10, 2))
    assert np.isnan(krippendorff_alpha(same))
    assert np.isnan(pairwise_kappa(same))
    assert interval(same, krippendorff_alpha, 1) is None

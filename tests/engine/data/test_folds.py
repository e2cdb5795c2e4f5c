"""Folds: disjoint, complete, balanced, whole groups, forward in time, and the same for the same seed."""

from typing import Any

import numpy as np
import pytest

from engine.data.folds import Fold, make
from engine.errors import UserError


def covered_once(folds: tuple[Fold, ...], n: int) -> bool:
    return sorted(np.concatenate([fold.test for fold in folds]).tolist()) == list(range(n))


def complete(fold: Fold, n: int) -> bool:
    return sorted([*fold.train, *fold.test]) == list(range(n))


CLASSES = np.random.default_rng(1).choice(4, 503, p=[0.6, 0.3, 0.08, 0.02])
GROUPS = np.random.default_rng(2).integers(0, 60, 503)


@pytest.mark.parametrize("k", [2, 5, 10])
@pytest.mark.parametrize("stratify", [None, CLASSES])
def test_kfold_covers_every_row_once(k: int, stratify: np.ndarray | None) -> None:
    folds = make("kfold", n=503, k=k, seed=1, stratify=stratify)
    assert len(folds) == k
    assert covered_once(folds, 503)
    assert all(complete(fold, 503) for fold in folds)
    sizes = [len(fold.test) for fold in folds]
    assert max(sizes) - min(sizes) <= 1


@pytest.mark.parametrize("k", [2, 5, 10])
def test_every_class_is_spread_within_one_row(k: int) -> None:
    folds = make("kfold", n=503, k=k, seed=1, stratify=CLASSES)
    counts = np.array([np.bincount(CLASSES[fold.test], minlength=4) for fold in folds])
    assert (counts.max(axis=0) - counts.min(axis=0)).max() <= 1


def test_two_rows_of_a_class_leave_one_for_training() -> None:
    classes = np.array([0] * 40 + [1] * 2)
    assert all(1 in classes[fold.train] for fold in make("kfold", n=42, k=10, seed=1, stratify=classes))


def test_seed_and_repeats() -> None:
    first = make("iterated", n=100, k=5, repeats=3, seed=1)
    assert len(first) == 15
    assert all(covered_once(first[start : start + 5], 100) for start in (0, 5, 10))
    tests = {tuple(fold.test) for fold in first}
    assert len(tests) == 15
    assert [tuple(fold.test) for fold in make("iterated", n=100, k=5, repeats=3, seed=1)] == [
        tuple(fold.test) for fold in first
    ]
    assert not tests & {tuple(fold.test) for fold in make("iterated", n=100, k=5, repeats=3, seed=2)}


def test_holdout_share_and_classes() -> None:
    (fold,) = make("holdout", n=503, seed=1, share=0.2, stratify=CLASSES)
    assert complete(fold, 503)
    counts = np.bincount(CLASSES[fold.test], minlength=4)
    assert (np.abs(counts - 0.2 * np.bincount(CLASSES)) <= 1).all()
    lonely = np.array([0] * 20 + [1])
    (fold,) = make("holdout", n=21, seed=1, share=0.2, stratify=lonely)
    assert 20 in fold.train


@pytest.mark.parametrize("kind", ["holdout", "kfold", "iterated"])
@pytest.mark.parametrize("stratify", [None, CLASSES])
def test_groups_are_never_on_both_sides(kind: str, stratify: np.ndarray | None) -> None:
    folds = make(kind, n=503, k=5, repeats=2, seed=1, groups=GROUPS, stratify=stratify)
    for fold in folds:
        assert complete(fold, 503)
        assert not set(GROUPS[fold.train]) & set(GROUPS[fold.test])
        assert abs(len(fold.test) / 503 - 0.2) < 0.05
    if kind != "holdout":
        assert covered_once(folds[:5], 503)
    if kind == "iterated":
        assert {tuple(fold.test) for fold in folds[:5]} != {tuple(fold.test) for fold in folds[5:]}


def test_grouped_folds_keep_the_share_of_a_class() -> None:
    groups = np.repeat(np.arange(40), 10)
    classes = (groups % 4 == 0).astype(int)
    for fold in make("kfold", n=400, k=5, seed=1, groups=groups, stratify=classes):
        assert classes[fold.test].mean() == pytest.approx(0.25, abs=0.07)


@pytest.mark.parametrize("sizes", [[90, 5, 5], [1, 1, 1], [50, 40, 1]])
def test_as_many_groups_as_folds_fill_every_fold(sizes: list[int]) -> None:
    groups = np.repeat(np.arange(3), sizes)
    folds = make("kfold", n=len(groups), k=3, seed=1, groups=groups)
    assert sorted(len(fold.test) for fold in folds) == sorted(sizes)


@pytest.mark.parametrize("gap", [0, 7])
def test_time_goes_forward_with_its_gap(gap: int) -> None:
    order = np.random.default_rng(3).permutation(400)
    folds = make("kfold", n=400, k=4, seed=1, order=order, gap=gap)
    assert len(folds) == 4
    for fold in folds:
        assert order[fold.test].min() - order[fold.train].max() == gap + 1
        assert len(fold.test) == 80
    assert order[folds[-1].test].max() == 399
    (held,) = make("holdout", n=400, seed=1, order=order, gap=gap, share=0.2)
    assert len(held.test) == 80
    assert len(held.train) == 320 - gap


def test_equal_times_stay_together() -> None:
    order = np.random.default_rng(3).integers(0, 30, 400)
    for fold in make("kfold", n=400, k=5, seed=1, order=order):
        assert order[fold.train].max() < order[fold.test].min()


def test_rows_without_a_time_are_in_no_fold() -> None:
    order = np.arange(100.0)
    order[::10] = np.nan
    for fold in make("kfold", n=100, k=3, seed=1, order=order):
        assert order[fold.train].max() < order[fold.test].min()
        assert not np.isnan(order[[*fold.train, *fold.test]]).any()


def test_groups_in_time_are_not_trained_on_while_validated() -> None:
    groups = np.arange(400) // 30 + np.random.default_rng(4).integers(0, 3, 400)
    for fold in make("kfold", n=400, k=3, seed=1, order=np.arange(400), groups=groups):
        assert not set(groups[fold.train]) & set(groups[fold.test])


@pytest.mark.parametrize(
    ("kind", "options", "sentence"),
    [
        ("kfold", {"n": 3, "k": 5}, "3 rows cannot be divided into 5 folds"),
        ("kfold", {"n": 10, "k": 5, "groups": np.arange(10) % 3}, "3 groups cannot be divided into 5 folds"),
        ("holdout", {"n": 10, "groups": np.zeros(10)}, "1 groups cannot be divided"),
        ("iterated", {"n": 10, "k": 2, "order": np.arange(10)}, "a time order forbids"),
        ("kfold", {"n": 10, "k": 5, "order": np.arange(10) // 5}, "2 different times cannot be divided into 5 folds"),
        ("kfold", {"n": 10, "k": 2, "order": np.arange(10), "gap": 5}, "a gap of 5 rows leaves nothing"),
        ("kfold", {"n": 10, "k": 2, "order": np.array([np.nan] * 10)}, "cannot be divided into 2 folds in time order"),
        (
            *("kfold", {"n": 10, "k": 2, "order": np.arange(10), "groups": np.zeros(10)}),
            "leaving out the validated groups leaves nothing",
        ),
        ("leave-one-out", {"n": 10}, "is not one of holdout, kfold, iterated"),
    ],
)
def test_refusals(kind: str, options: dict[str, Any], sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        make(kind, seed=1, **options)

"""Metrics of masks agree with scikit-learn on the known points, and with boundaries drawn by hand."""

import numpy as np
import pytest
from sklearn.metrics import accuracy_score, f1_score, jaccard_score

from engine.stats.intervals import score
from engine.stats.metrics import named
from engine.stats.paired import compare
from engine.stats.void import VOID

Array = np.ndarray


@pytest.fixture(scope="module")
def masks() -> tuple[Array, Array]:
    """12 pictures of 9 x 7 points and 4 classes, of which answers get most right; some points are not known."""
    rng = np.random.default_rng(3)
    y = rng.integers(0, 4, (12, 9, 7)).astype(np.uint8)
    said = np.where(rng.random(y.shape) < 0.3, rng.integers(0, 4, y.shape), y)
    y[rng.random(y.shape) < 0.1] = VOID
    return y, np.eye(4, dtype=np.float32)[said] * 0.7 + 0.075


def test_areas_agree_with_flat_points(masks: tuple[Array, Array]) -> None:
    y, p = masks
    known, told = y != VOID, p.argmax(axis=-1)
    for name, theirs in (
        ("mean_iou", jaccard_score(y[known], told[known], average="macro")),
        ("mean_dice", f1_score(y[known], told[known], average="macro")),
        ("pixel_accuracy", accuracy_score(y[known], told[known])),
    ):
        assert named(name).compute(y, p) == pytest.approx(theirs, abs=1e-12)


def test_a_weight_of_two_is_the_picture_twice(masks: tuple[Array, Array]) -> None:
    y, p = masks
    twice = np.r_[np.arange(12), 3, 5]
    weights = np.bincount(twice).astype(float)
    for name in ("mean_iou", "mean_dice", "pixel_accuracy", "boundary_f1"):
        assert named(name).compute(y, p, weights) == pytest.approx(named(name).compute(y[twice], p[twice]), abs=1e-12)


def test_a_class_that_is_nowhere_does_not_count() -> None:
    y = np.zeros((1, 4, 4), np.uint8)
    y[0, :2] = 1
    p = np.eye(5, dtype=np.float32)[y]
    assert named("mean_iou").compute(y, p) == 1.0


def test_outlines_may_be_off_by_one_point_and_not_by_two() -> None:
    y = np.zeros((1, 20, 20), np.uint8)
    y[0, 5:15, 5:15] = 1

    def moved(by: int) -> float:
        return named("boundary_f1").compute(y, np.eye(2, dtype=np.float32)[np.roll(y, by, axis=2)])

    assert moved(0) == moved(1) == 1.0
    assert moved(3) < 0.9
    assert moved(6) < moved(3)


def test_points_that_are_not_known_make_no_outline() -> None:
    y = np.zeros((1, 12, 12), np.uint8)
    said = y.copy()
    y[0, 3:9, 3:9] = VOID
    said[0, 4:8, 4:8] = 1
    assert named("boundary_f1").compute(y, np.eye(2, dtype=np.float32)[said]) == 1.0


def test_pictures_are_drawn_anew_and_not_points(masks: tuple[Array, Array]) -> None:
    y, p = masks
    found = score("mean_iou", y, p, how="")
    assert found.n == 12
    assert found.low is not None
    assert found.high is not None
    assert found.low < found.value < found.high
    always = np.zeros_like(p)
    always[..., 0] = 1
    compared = compare("mean_iou", y, p, always, delta=0.02)
    assert compared.low > 0
    assert compared.p < 0.01

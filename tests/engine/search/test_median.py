"""The median rule: what is given up, what never is, and what a killed trial finds again."""

from pathlib import Path

from engine.search.median import WARM_UP_EPOCHS, WARM_UP_TRIALS, Curve, CurveFile, MedianRule, read_points


def curve(value: float, folds: int = 3, epochs: int = 20) -> Curve:
    return Curve((fold, epoch, value) for fold in range(folds) for epoch in range(1, epochs + 1))


def rule(trials: int = WARM_UP_TRIALS) -> MedianRule:
    made = MedianRule()
    made.finished = {number: curve(number / 10) for number in range(trials)}
    return made


def test_below_the_median_is_given_up_and_at_it_is_not() -> None:
    assert not rule().goes_on(9, curve(0.19), fold=1, epoch=1)
    assert rule().goes_on(9, curve(0.2), fold=1, epoch=1)


def test_nothing_is_given_up_before_enough_trials_and_epochs() -> None:
    assert rule(WARM_UP_TRIALS - 1).goes_on(9, curve(-1.0), fold=2, epoch=20)
    assert rule().goes_on(9, curve(-1.0), fold=0, epoch=WARM_UP_EPOCHS - 1)
    assert not rule().goes_on(9, curve(-1.0), fold=0, epoch=WARM_UP_EPOCHS)


def test_a_trial_is_compared_with_earlier_ones_only() -> None:
    assert rule().goes_on(2, curve(-1.0), fold=2, epoch=20)


def test_the_value_is_the_mean_of_finished_folds_and_the_best_so_far() -> None:
    points = Curve([(0, 1, 0.5), (0, 2, 0.4), (1, 1, 0.1), (1, 2, 0.3)])
    assert points.at(0, 2) == 0.5
    assert points.at(1, 1) == (0.5 + 0.1) / 2
    assert points.at(1, 9) == points.last == (0.5 + 0.3) / 2
    assert points.at(2, 1) is None


def test_a_fold_begun_again_replaces_what_it_had(tmp_path: Path) -> None:
    first = CurveFile(tmp_path)
    for point in ((0, 1, 0.5), (1, 1, 0.9), (1, 2, 0.95)):
        first.add(*point)
    again = CurveFile(tmp_path)
    assert again.curve.last == (0.5 + 0.95) / 2
    again.add(1, 1, 0.2)
    assert again.curve.last == Curve(read_points(tmp_path)).last == (0.5 + 0.2) / 2

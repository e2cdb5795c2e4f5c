"""A forecast as a kind of prediction: what it starts from, its unit of error, its range, and how it is compared."""

import msgspec
import numpy as np
import pandas as pd
import pytest

from engine.data.folds import Fold, make
from engine.stats.quantiles import ENDS
from engine.training.cross_validate import cross_validate
from engine.training.decide import Decision, Recipe
from engine.training.hyper import Hyper
from engine.training.kind import fit_target
from engine.training.kinds.forecast import KIND, measured_by, told, with_anchors, with_range
from engine.training.naive import NaiveInput
from engine.training.network import build
from engine.training.past import looked_back
from engine.training.spec_past import Past
from engine.training.target_forecast import ForecastTarget

PAST = Past(target="sold", seasons=(6,), scale=10.0)


def series(rows: int = 160, slope: float = 0.0, seed: int = 2) -> pd.DataFrame:
    """A season of six steps on a line, with noise, and what is known before each row."""
    rng = np.random.default_rng(seed)
    at = np.arange(rows)
    frame = pd.DataFrame({"sold": 100 + slope * at + 20 * np.sin(at * np.pi / 3) + rng.normal(0, 2, rows)})
    return frame.assign(**looked_back(PAST, frame))


def recipe(frame: pd.DataFrame) -> Recipe:
    """Anchors first, then every other number of the past, as the preparation decides."""
    anchors = [Decision(column=name, action="anchor", why="test") for name in PAST.anchors]
    rest = [name for name in frame if name not in {"sold", *PAST.anchors, *PAST.answers}]
    return Recipe(
        decisions=(*anchors, *(Decision(column=name, action="standard", why="test") for name in rest)), unit=10
    )


def code_of(frame: pd.DataFrame) -> ForecastTarget:
    found = fit_target("forecast", {"sold": frame["sold"]})
    assert isinstance(found, ForecastTarget)
    return measured_by(found, PAST, frame["sold"].to_numpy(), frame)


@pytest.mark.parametrize("members", [1, 3])
def test_a_network_that_has_nothing_to_say_says_the_last_known_value(members: int) -> None:
    layout = with_anchors(code_of(series()))
    model = build(layout, 1, Hyper(members=members), head="anchored", loss="mean_absolute_error")
    scores = model.get_layer("scores")
    scores.set_weights([np.zeros_like(each) for each in scores.get_weights()])
    # As many rows as members: Keras adds what looks like a bias as one.
    x = np.random.default_rng(1).normal(size=(3, layout.width)).astype(np.float32)
    assert np.allclose(model(x), x[:, :1])
    scores.set_weights([scores.get_weights()[0], np.full_like(scores.get_weights()[1], 2.0)])
    assert np.allclose(model(x), x[:, :1] + 2 * x[:, 1:2], atol=1e-6)


def test_a_trained_network_follows_a_line_beyond_all_that_it_has_seen() -> None:
    frame = series(slope=1.0)
    y, unseen = frame["sold"].to_numpy(), np.arange(110, 160)
    learned = cross_validate(
        frame,
        y,
        [Fold(train=np.arange(12, 110), test=unseen)],
        recipe(frame),
        Hyper(learning_rate=0.01),
        code=code_of(frame),
        head="anchored",
        loss="mean_absolute_error",
        metric="mae",
        epochs=60,
        seed=1,
    )
    error = np.abs(learned.predictions - y[unseen]).mean()
    assert y[unseen].mean() > y[:110].max() and error < 4
    assert error < 0.4 * np.abs(frame[PAST.last] - y)[unseen].mean()


def test_naive_answers_are_what_was_known() -> None:
    frame = series()
    rows = np.arange(30, 60)
    part = NaiveInput(y=frame["sold"].to_numpy()[:30], score=frame.iloc[rows], classes=0, train=frame[:30])
    said = {name: answer(part) for name, answer in KIND.naive.items()}
    sold = frame["sold"].to_numpy()
    assert np.allclose(said["persistence"], sold[rows - 1])
    assert np.allclose(said["seasonal_naive"], sold[rows - 6])
    mean_step = [(sold[row - 1] - sold[0]) / (row - 1) for row in rows]
    assert np.allclose(said["drift"], sold[rows - 1] + mean_step)


def test_mase_is_the_error_in_units_of_the_seasonal_naive_forecast() -> None:
    frame = series()
    code = code_of(frame)
    sold = frame["sold"].to_numpy()
    seasonal = np.abs(sold[6:] - sold[:-6])
    known = np.concatenate([np.abs(np.diff(sold[:6])), seasonal])
    assert code.naive_error == pytest.approx(known.mean())
    p = sold + np.resize([1.0, -3.0], len(sold))
    (mase,) = (each.score for each in told(code, sold, p) if each.name == "MASE")
    assert mase.value == pytest.approx(2.0 / code.naive_error)
    assert mase.low is not None and mase.low <= mase.value <= mase.high
    unseasonal = measured_by(code, msgspec.structs.replace(PAST, seasons=()), sold, frame)
    assert unseasonal.naive_error == pytest.approx(np.abs(np.diff(sold)).mean())


def test_the_range_holds_nine_of_ten_new_errors() -> None:
    """Split conformal prediction: over many draws the mean coverage lies between 0.9 and 0.9 + 2/(n + 1)."""
    rng = np.random.default_rng(8)
    code, n, runs, covered = code_of(series()), 60, 4000, []
    for _ in range(runs):
        errors = rng.gamma(2.0, 1.0, n + 1)
        made = with_range(code, errors[:n], np.zeros(n))
        covered.append(made.below <= errors[n] <= made.above)
    wanted, error = ENDS[1] - ENDS[0], np.sqrt(0.09 / runs)
    assert wanted - 3 * error < np.mean(covered) < wanted + 2 / (n + 1) + 3 * error
    assert with_range(code, np.arange(10.0), np.zeros(10)) == code
    made = with_range(code, errors[:n], np.zeros(n))
    word, ends = made.details(np.array([5.0]))
    assert word == "quantiles" and [float(end[0]) for end in ends.values()] == [5 + made.below, 5 + made.above]
    (inside,) = (each.score for each in told(made, errors, np.zeros(n + 1)) if each.name == "inside the range")
    assert inside.value == np.mean((errors >= made.below) & (errors <= made.above))


def test_no_fold_of_a_series_learns_from_less_than_what_is_asked() -> None:
    found = make("kfold", n=100, k=4, order=np.arange(100), least=48)
    assert [len(fold.train) for fold in found] == [48, 61, 74, 87]
    assert [len(fold.train) for fold in make("kfold", n=100, k=4, order=np.arange(100))] == [20, 40, 60, 80]

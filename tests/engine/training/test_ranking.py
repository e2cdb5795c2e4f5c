"""Rows in lists: metrics as in scikit-learn, a loss of whole lists, batches and looks that keep lists together."""

import numpy as np
import pandas as pd
import pytest
from scipy.special import log_softmax, xlogy
from sklearn.metrics import ndcg_score

from engine.stats.intervals import score
from engine.stats.list_metrics import ndcg_of_lists, out_of_order, reciprocal_of_lists
from engine.stats.metrics import METRICS
from engine.training.compiled import batches, epoch_order, loss_of_scores
from engine.training.fit import Trainer
from engine.training.hyper import Hyper
from engine.training.kinds import ranking
from engine.training.layout import Block, Layout
from engine.training.lists import listwise
from engine.training.naive import NaiveInput
from engine.training.network import build

RNG = np.random.default_rng(11)
LISTS = RNG.integers(0, 40, 500)
GRADES = RNG.integers(0, 5, 500).astype(float)
SCORES = np.round(RNG.normal(size=500) + 0.3 * GRADES, 1)  # rounded: ties
Y = np.column_stack([GRADES, LISTS])


@pytest.mark.parametrize("k", [5, 10])
def test_ndcg_is_that_of_scikit_learn_on_the_worth_of_grades(k: int) -> None:
    _, found = ndcg_of_lists(Y, SCORES, k)
    for number, value in zip(np.unique(LISTS), found, strict=True):
        own = number == LISTS
        assert value == pytest.approx(ndcg_score(2.0 ** GRADES[own][None] - 1, SCORES[own][None], k=k), abs=1e-9)


def test_the_reciprocal_rank_is_expected_over_the_orders_of_ties() -> None:
    y = np.column_stack([[0, 1, 0, 2, 0, 0, 1, 0], [1, 1, 1, 1, 2, 2, 2, 2]]).astype(float)
    p = np.array([5.0, 3.0, 3.0, 3.0, 1.0, 1.0, 1.0, 1.0])
    # The first list: one row ahead, then two relevant of three tied ones; the second: one of four tied ones.
    wanted = [2 / 3 / 2 + 1 / 3 / 3, (1 + 1 / 2 + 1 / 3 + 1 / 4) / 4]
    assert reciprocal_of_lists(y, p)[1] == pytest.approx(wanted, abs=1e-12)
    sampled = np.argsort(np.argsort(np.random.default_rng(2).random((20_000, 4)), axis=1), axis=1)[:, 2] + 1
    assert float((1 / sampled).mean()) == pytest.approx(wanted[1], abs=0.01)


def test_a_list_of_one_row_or_of_equal_grades_counts_for_nothing_and_weights_are_of_lists() -> None:
    dull = np.array([[3.0, 90], [2.0, 91], [2.0, 91], [0.0, 92], [0.0, 92]])
    for name in ("ndcg_5", "ndcg_10", "mrr"):
        metric = METRICS[name]
        alone = metric.compute(Y, SCORES)
        assert metric.compute(np.vstack([Y, dull]), np.append(SCORES, np.zeros(5))) == pytest.approx(alone, abs=1e-12)
        twice = np.where(LISTS < 20, 2.0, 1.0)
        again = np.vstack([Y, Y[LISTS < 20] + [0, 100]])
        both = metric.compute(again, np.append(SCORES, SCORES[LISTS < 20]))
        assert metric.compute(Y, SCORES, twice) == pytest.approx(both, abs=1e-12)
        assert "bootstrap of 40 groups" in score(name, Y, SCORES, how="all").how


def test_the_share_of_rows_on_the_wrong_side_is_counted_pair_by_pair() -> None:
    y = np.column_stack([[2, 1, 0, 0], [1, 1, 1, 1]]).astype(float)
    assert out_of_order(y, np.array([3.0, 2.0, 1.0, 0.0])).tolist() == [0, 0, 0, 0]
    assert out_of_order(y, np.array([0.0, 2.0, 1.0, 1.0])) == pytest.approx([1, 1 / 3, 1 / 2, 1 / 2])


def test_the_loss_is_the_relative_entropy_of_each_list_whole_or_cut() -> None:
    import tensorflow as tf

    order = np.argsort(LISTS, kind="stable")
    y, scores = Y[order], SCORES[order]
    found = np.array(listwise(tf.constant(y, tf.float32), tf.constant(scores[:, None], tf.float32)))
    sums, wanted = [], []
    for number in np.unique(LISTS):
        own = y[:, 1] == number
        sums.append(found[own].sum())
        worth = 2.0 ** y[own, 0] - 1
        truth, told = worth / worth.sum(), log_softmax(scores[own])
        wanted.append((xlogy(truth, truth) - truth * told).sum())
    assert np.array(sums) * len(sums) / len(y) == pytest.approx(np.array(wanted), abs=1e-4)
    assert float(found.mean()) == pytest.approx(float(np.mean(wanted)), abs=1e-4)
    members = np.stack([scores, -scores], axis=1)[:, :, None]
    both = loss_of_scores("listwise")(tf.constant(y, tf.float32), tf.constant(members, tf.float32))
    assert np.array(both).shape == (len(y),)


def test_an_epoch_visits_the_rows_of_a_list_one_after_the_other() -> None:
    rows = RNG.permutation(500)[:300]
    order = epoch_order(rows, 3, 1, LISTS)
    assert sorted(order) == sorted(rows) and (order == epoch_order(rows, 3, 1, LISTS)).all()
    assert (np.diff(LISTS[order]) != 0).sum() == len(np.unique(LISTS[rows])) - 1
    assert not (order == epoch_order(rows, 3, 2, LISTS)).all()
    assert batches(order, 64)[0].shape == (5, 64)


def test_a_network_learns_an_order_within_lists_and_looks_tell_every_row_in_its_place() -> None:
    """The level of each list is noise that a loss row by row would have to learn."""
    rng = np.random.default_rng(5)
    x = rng.normal(size=(600, 3)).astype(np.float32)
    lists = rng.integers(0, 60, 600)
    noise = rng.normal(0, 0.3, 600)
    grades = np.digitize(x[:, 0] - x[:, 1] + noise, [-1.5, 0.0, 1.5]).astype(float)
    y = np.column_stack([grades, lists])
    layout = Layout((Block(column="a", kind="number", start=0, width=3),))
    model = build(layout, 1, Hyper(units=8, batch=64, learning_rate=0.01), head="linear", loss="listwise")
    trainer = Trainer(model, rows=400, batch=64)
    train, rest = np.flatnonzero(lists < 40), np.flatnonzero(lists >= 40)
    history = trainer.train(x, y, train, rest, epochs=15, seed=1, keep_rows=True)
    assert not trainer.notes
    said = trainer.predict(x)
    assert said == pytest.approx(model.predict(x, verbose=0)[:, 0], abs=1e-5)
    assert METRICS["ndcg_5"].compute(y[rest], said[rest]) > 0.9
    assert history.row_losses is not None and history.row_losses.shape == (15, len(rest))
    assert history.val_loss[-1] < history.val_loss[0]


def test_naive_answers_are_any_order_popularity_and_one_column() -> None:
    rng = np.random.default_rng(7)
    things = rng.integers(0, 10, 400)
    grades = np.clip(things // 3 + rng.integers(-1, 2, 400), 0, 4).astype(float)
    y = np.column_stack([grades, np.repeat(np.arange(40), 10)])
    frame = pd.DataFrame({"thing": [f"t{each}" for each in things], "price": -grades, "noise": rng.normal(size=400)})
    fold = NaiveInput(y[:300], frame[:300], frame[300:], 0)
    told = {name: found for name, naive in ranking.KIND.naive.items() if (found := naive(fold)) is not None}
    scores = {name: METRICS["ndcg_5"].compute(y[300:], found) for name, found in told.items()}
    assert scores["one_feature"] == pytest.approx(1.0)
    assert scores["constant"] + 0.15 < scores["popularity"] < 1
    assert ranking.popularity(NaiveInput(y[:300], frame[["noise"]][:300], frame[["noise"]][300:], 0)) is None

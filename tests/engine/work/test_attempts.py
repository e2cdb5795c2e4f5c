"""Attempts are few, of several kinds, and share one error rate; rivals are told openly."""

import numpy as np
import pytest
from msgspec import structs

from engine.steps import Plan
from engine.steps.baseline import Attempt, Baseline
from engine.steps.metric import Metric
from engine.training.curation import DataTrial
from engine.training.layout import Block, Layout
from engine.values import Comparison, Named, Score
from engine.work.attempts import ALPHA, Tried, best_of, configurations, level, one_of_the_others, planned
from engine.work.baseline import _judged
from engine.work.drawing_board import advice, sentence
from engine.work.networks import Validated
from engine.work.rivals import enough
from engine.work.rivals import sentence as against

NUMBERS = Layout(blocks=(Block(column="size", kind="number", start=0, width=3),))
WORDS = Layout(blocks=(Block(column="said", kind="plain", start=0, width=5000),))


@pytest.mark.parametrize("count", [1, 2, 5, 9])
def test_all_tests_together_keep_the_error_rate(count: int) -> None:
    levels = [level(number, count) for number in range(1, count + 1)]
    assert sum(levels) == pytest.approx(ALPHA)
    assert levels[0] == max(levels)


def test_a_refusal_comes_after_two_of_at_least_three_families() -> None:
    found = configurations(Plan(), 2_000, NUMBERS)
    families = [family for family, _ in found]
    assert len(found) == len({hyper for _, hyper in found}) == 8
    assert sum(families.count(family) >= 2 for family in set(families)) >= 3
    assert planned(Plan()) == 3
    assert planned(Plan(baseline=Baseline(attempts=2, curate=False))) == 2


def test_only_what_fits_the_inputs_is_tried() -> None:
    hypers = [hyper for _, hyper in configurations(Plan(), 2_000, WORDS)]
    assert len(hypers) >= 6
    assert all(hyper.numbers == "plain" and hyper.members == 1 for hyper in hypers)
    assert max(hyper.dropout for hyper in hypers) == 0.5
    assert max(hyper.dropout for _, hyper in configurations(Plan(), 2_000, NUMBERS)) < 0.5


def test_of_the_later_networks_the_best_learner_is_tested_and_no_other() -> None:
    def tried(watched: float, difference: float, needed: float = 0.0) -> Tried:
        found = Validated(np.zeros(1), 1, Layout(blocks=()), 1, "", watched=watched)
        made = Attempt(units=1, layers=1, learning_rate=1.0, batch=1, epochs=1, score=0.0)
        return Tried(made, found, Comparison("test", difference, difference - 0.01, difference + 0.01, 1e-4), needed)

    first, lucky, learner = tried(0.1, -0.2, 0.025), tried(0.6, 0.5), tried(0.4, 0.3)
    found = one_of_the_others([first, lucky, learner], 0.0125)
    assert [each.level for each in found] == [0.025, 0.0, 0.0125]
    assert [each.beats(0.02) for each in found] == [False, False, True]
    assert best_of(found, 0.02) is found[2]
    assert best_of(found[:2], 0.02) is found[0]


def test_a_network_that_beats_the_bar_but_loses_to_the_linear_model_on_words_does_not_pass() -> None:
    found = Validated(np.zeros(1), 1, Layout(blocks=()), 1, "")
    made = Attempt(units=1, layers=1, learning_rate=1.0, batch=1, epochs=1, score=0.0)
    bar = Comparison("test", 0.3, 0.25, 0.35, 1e-6)
    floors = [Comparison("test", -0.02, -0.03, -0.01, 1e-3), Comparison("test", -0.02, -0.05, 0.01, 0.2), None]
    tried = [Tried(made, found, bar, 0.025, floor) for floor in floors]
    assert [each.beats(0.02) for each in tried] == [False, True, True]
    outcome, said = _judged(tried[0], 0.02)
    assert outcome == "not shown"
    assert "Of linear model the score is better than the network's by 0.02" in said
    assert _judged(tried[1], 0.02)[0] == "beats"


def test_the_network_that_was_asked_for_is_tried_first() -> None:
    first = configurations(Plan(baseline=Baseline(units=5, layers=3, attempts=1)), 500, NUMBERS)
    assert [(hyper.units, hyper.layers) for _, hyper in first] == [(5, 3)]


def test_rivals_are_told_by_their_intervals() -> None:
    better = Comparison("test", -0.05, -0.08, -0.02, 0.001)
    assert "Of boosted trees the score is better than the network's by 0.05 [0.02, 0.08]" in against(
        "boosted_trees", better
    )
    assert "consider shipping" in against("boosted_trees", better)
    same = structs.replace(better, difference=0.001, low=-0.02, high=0.022, p=0.8)
    assert "No evidence of a difference" in against("boosted_trees", same)
    assert "may not need machine learning" in enough("two_questions", structs.replace(same, high=0.015), 0.02)


def test_a_refusal_says_how_large_an_improvement_can_still_be() -> None:
    assert "an improvement over it is below 0.031 (95 %)" in sentence("not shown", "p = 0.2", "prior", 0.031, 8)
    assert "below" not in sentence("beats", "p = 0.001", "prior", None, 1)


def test_the_drawing_board_asks_for_rows_and_says_what_helped() -> None:
    plan = Plan(metric=Metric(primary="roc_auc", gain=0.02))
    tested = Comparison("test", 0.01, -0.05, 0.07, 0.6, 0.08, 4_800)
    named = (Named("one_rule", Score("roc_auc", 0.6)),)
    board = advice(plan, "underpowered", tested, named, (), ())
    assert any("about 4,800 would show the gain of 0.02" in line for line in board)
    kept = DataTrial(kind="create", what="with a / b", accepted=True, why="better")
    assert any("with a / b" in line for line in advice(plan, "beats", tested, named, (), (kept,)))

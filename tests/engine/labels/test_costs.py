"""Votes, batches, days and tools: against values worked out by hand and scipy's hypergeometric distribution."""

import math

import pytest
from scipy.stats import hypergeom

from engine.labels.costs import accepted, break_even, cheapest, days, sampling_plan


def test_three_votes_of_people_who_err_on_a_fifth_err_on_a_tenth() -> None:
    way = cheapest(0.05, 0.2, 0.11)
    assert way is not None
    assert (way.votes, way.error, way.cost) == (3, pytest.approx(0.104), pytest.approx(0.15))
    five = cheapest(0.05, 0.2, 0.06)
    assert five is not None
    assert (five.votes, five.error) == (5, pytest.approx(0.05792))


def test_without_a_wanted_error_the_cheapest_label_for_what_it_teaches_is_taken() -> None:
    way = cheapest(1.0, 0.1, None)
    assert way is not None
    assert way.votes == 1
    assert way.effective == pytest.approx(1 / 0.8**2)


def test_no_vote_helps_people_who_guess_or_reaches_what_is_too_much() -> None:
    assert cheapest(0.05, 0.5, 0.1) is None
    assert cheapest(0.05, 0.45, 0.01) is None


@pytest.mark.parametrize("bad", [0.0, 0.01, 0.05, 0.2])
@pytest.mark.parametrize(("checked", "allowed"), [(20, 0), (80, 2), (300, 9)])
def test_the_operating_characteristic_is_that_of_scipy(bad: float, checked: int, allowed: int) -> None:
    expected = hypergeom.cdf(allowed, 500, round(bad * 500), checked)
    assert accepted(checked, allowed, 500, bad) == pytest.approx(expected, abs=1e-9)


def test_a_plan_keeps_both_risks_and_one_row_less_does_not() -> None:
    plan = sampling_plan(1000, 0.01, 0.05)
    assert plan is not None
    checked, allowed = plan
    assert accepted(checked, allowed, 1000, 0.01) >= 0.95
    assert accepted(checked, allowed, 1000, 0.05) <= 0.10
    assert accepted(checked - 1, allowed, 1000, 0.05) > 0.10
    assert sampling_plan(20, 0.01, 0.02) is None


def test_days_and_break_even() -> None:
    assert days(1200, 3, 10, 20) == pytest.approx(3.5)
    assert math.isinf(days(1200, 3, 10, 0))
    assert break_even(500, 2, 30) == pytest.approx(30_000)

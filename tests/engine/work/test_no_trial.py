"""A search from which nothing can be chosen says why and what to do."""

from engine.search.trial import TrialResult
from engine.work.tuning import without_score


def test_a_search_that_ended_before_its_first_trial_says_how_to_go_on() -> None:
    assert "run tuning again" in without_score([])
    assert "tuning.minutes" in without_score([])


def test_a_search_whose_trials_failed_says_how_the_last_one_did() -> None:
    failed = [TrialResult(number=number, values={}, state="failed", note=f"cause {number}") for number in (0, 1)]
    assert without_score(failed) == "no trial has a score; the last one: cause 1"

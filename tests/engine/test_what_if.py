"""Other limits, the places under them, and that trying stores nothing."""

import pytest

from engine.advice import with_answers
from engine.errors import UserError
from engine.steps import Plan
from engine.targets.limits import LIMITS
from engine.what_if import answers, asked, moved, read, values_of, what_if, words

PLAN = with_answers(Plan(), "framing", latency_ms=300.0)


def test_every_limit_is_a_question_whose_first_value_rules_nothing_out() -> None:
    free = what_if(PLAN, {name: limit.free for name, limit in LIMITS.items()})
    assert all(place.would for place in free.places) and free.relax == ""
    assert not all(place.fits for place in free.places)
    for name, limit in LIMITS.items():
        known = values_of(PLAN, name)
        assert asked(name).ask.prompt and known[0] == limit.free and len(set(known)) == len(known) > 1
    assert 300.0 in values_of(PLAN, "latency_ms")


def test_places_are_told_now_and_then() -> None:
    found = what_if(PLAN, {"secret": True})
    told = {place.target: (place.fits, place.would) for place in found.places}
    assert told["rest"] == (False, False) and told["device"] == (True, False)
    assert {place.why_not for place in found.places if place.target == "device"} == {("the weights are secret",)}
    assert "framing.latency_ms" in found.relax and "slower answers" in found.relax


def test_a_limit_moves_through_its_values_and_back_to_what_it_was() -> None:
    changes = moved(PLAN, {}, "latency_ms", 1)
    assert changes == {"latency_ms": 200.0}
    assert moved(PLAN, changes, "latency_ms", -1) == {}
    assert moved(PLAN, {}, "latency_ms", 99) == {"latency_ms": 1.0}
    assert moved(PLAN, changes, "private", 1) == {"latency_ms": 200.0, "private": True}
    assert moved(PLAN, {}, "internet", -1) == {}
    assert answers(PLAN)["latency_ms"] == 300.0


def test_words_become_limits_or_a_sentence() -> None:
    assert read(PLAN, ["framing.private=yes", "size_mb=2.5"]) == {"private": True, "size_mb": 2.5}
    assert read(PLAN, ["framing.latency_ms=none"]) == {"latency_ms": None}
    assert words("latency_ms", None) == "no limit" and words("internet", "none") == "none"
    with pytest.raises(UserError, match=r"'framing.target=x': what can be tried is .*framing.private"):
        read(PLAN, ["framing.target=x"])
    with pytest.raises(UserError, match=r"framing.internet: found 'never'"):
        read(PLAN, ["framing.internet=never"])

"""Where a model may run: over every combination of the framing's limits something fits, or what to relax is named."""

import dataclasses
import re
from itertools import product
from typing import Any

import pytest
from filled import full

from engine.advice import with_answers
from engine.questions import questions
from engine.steps import STEPS, Plan
from engine.steps.deployment import options, relax
from engine.targets import TARGETS
from engine.targets.limits import LIMITS as PRICED
from engine.targets.limits import price

LIMITS: dict[str, tuple[Any, ...]] = {
    "private": (False, True),
    "internet": ("reliable", "unreliable", "none"),
    "latency_ms": (None, 20.0),
    "memory_mb": (None, 0.01),
    "size_mb": (None, 0.01),
    "updates": ("rarely", "daily"),
    "server_cost": (True, False),
    "secret": (False, True),
    "accuracy_first": (False, True),
}
"""What each answer is without a limit, and with it. The final model has 6,529 parameters: 0.026 MB."""

FREE: dict[str, Any] = {name: values[0] for name, values in LIMITS.items()}


def framed(**limits: Any) -> Plan:
    """A plan with a final model, and no limits but these."""
    return with_answers(full(), "framing", **{**FREE, **limits})


def fitting(plan: Plan) -> set[str]:
    return {option.target for option in options(plan) if option.fits}


def test_without_limits_everything_fits() -> None:
    assert fitting(framed()) == set(TARGETS)


@pytest.mark.parametrize(
    ("limits", "rest", "device", "browser"),
    [
        ({"private": True}, False, True, True),
        ({"internet": "unreliable"}, False, True, True),
        ({"internet": "none"}, False, True, False),
        ({"latency_ms": 499.0}, False, True, None),
        ({"latency_ms": 500.0}, True, True, None),
        ({"memory_mb": 0.01}, True, False, None),
        ({"size_mb": 0.01}, True, False, False),
        ({"accuracy_first": True}, True, None, None),
        ({"server_cost": False}, False, True, True),
        ({"updates": "daily"}, True, None, None),
        ({"secret": True}, True, None, False),
    ],
    ids=str,
)
def test_each_limit_rules_out_what_the_table_says(
    limits: dict[str, Any], rest: bool, device: bool | None, browser: bool | None
) -> None:
    """METHODS D18 line by line; None where the table leaves it to the numbers."""
    found = fitting(framed(**limits))
    wanted = {"rest": rest, "device": device, "browser": browser}
    assert {name: name in found for name, said in wanted.items() if said is not None} == {
        name: said for name, said in wanted.items() if said is not None
    }


def test_every_combination_fits_somewhere_or_names_what_to_relax() -> None:
    asked, unexplained, nothing = questions("framing", STEPS["framing"].section), [], 0
    for values in product(*LIMITS.values()):
        limits = dict(zip(LIMITS, values, strict=True))
        plan = framed(**limits)
        named = re.findall(r"framing\.(\w+)", relax(plan))
        nothing += bool(named)
        explained = relax(plan) == "" if fitting(plan) else bool(named)
        if not explained or not set(named) <= set(asked):
            unexplained.append(limits)
    assert unexplained == []
    assert nothing > 0


def test_giving_way_as_told_makes_something_fit() -> None:
    """Where the size of the model is no obstacle, what is named is enough."""
    for values in product(*LIMITS.values()):
        limits = dict(zip(LIMITS, values, strict=True))
        named = re.findall(r"framing\.(\w+)", relax(framed(**limits)))
        if limits["memory_mb"] is None:
            assert fitting(framed(**{**limits, **{name: FREE[name] for name in named}})), limits


def test_what_is_named_is_the_cheapest_way_out() -> None:
    assert set(LIMITS) == set(PRICED)
    for values in product(*LIMITS.values()):
        plan = framed(**dict(zip(LIMITS, values, strict=True)))
        named = tuple(f"framing.{name}" for name in re.findall(r"framing\.(\w+)", relax(plan)))
        if named:
            ways = [{c.relax for c in option.conditions if not c.holds} for option in options(plan)]
            assert price(named) == min(price(tuple(way)) for way in ways)


def test_every_condition_says_why_and_what_would_change_it() -> None:
    for values in product(*LIMITS.values()):
        for option in options(framed(**dict(zip(LIMITS, values, strict=True)))):
            for condition in option.conditions:
                assert condition.text
                assert condition.relax.removeprefix("framing.") in LIMITS


def test_before_there_is_a_model_its_size_rules_nothing_out() -> None:
    assert fitting(with_answers(Plan(), "framing", **{**FREE, "size_mb": 0.01})) == set(TARGETS)


def test_a_place_whose_packages_are_not_here_is_not_built_and_says_what_to_install() -> None:
    there, away = (dataclasses.replace(TARGETS["onnx"], packages=(name,)) for name in ("numpy", "not_a_package"))
    assert there.built and not away.built
    assert "pip install 'modelwright[onnx]'" in away.missing

"""What is known against a place is told when places are offered, and again before anything is built."""

import re
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest
from filled import full

from engine.advice import with_answers
from engine.serving.artifact import classes_of
from engine.steps import Plan
from engine.steps.deployment import advise, options, relax
from engine.targets import TARGETS
from engine.targets.browser_bundle import RUNTIMES
from engine.targets.device_forms import FORMS
from engine.targets.refusals import REFUSALS, of_network, of_plan
from engine.tasks import TASKS
from engine.training.decide import ACTIONS, Decision
from engine.training.references import REFERENCES
from engine.training.target_code import TargetCode

ROOT = Path(__file__).resolve().parents[2]
FORMS_OF: dict[str, Any] = {"browser": RUNTIMES, "device": FORMS}


def prepared(action: str) -> Plan:
    """A plan with a column that is prepared by this action."""
    plan = full()
    result = plan.preparation.result
    assert result is not None
    recipe = msgspec.structs.replace(
        result.recipe, decisions=(*result.recipe.decisions, Decision(column="file", action=action, why=""))
    )
    changed = msgspec.structs.replace(plan.preparation, result=msgspec.structs.replace(result, recipe=recipe))
    return msgspec.structs.replace(plan, preparation=changed)


def test_every_refusal_names_what_there_is() -> None:
    import keras

    for known in REFUSALS:
        assert known.target in TARGETS
        assert set(known.forms) <= set(FORMS_OF.get(known.target, ()))
        assert known.reason and known.seen and known.source
        there = {
            "encoder": ACTIONS,
            "task": tuple(TASKS),
            "layer": tuple(dir(keras.layers)),
            "model": tuple(REFERENCES),
        }[known.of]
        assert set(known.what) <= set(there), known
        assert bool(known.forms) == (known.of == "layer"), "a form is of a network, a place is of a plan"


@pytest.mark.parametrize("action", ["picture", "sound"])
def test_a_place_that_cannot_prepare_files_is_not_offered_and_says_why(action: str) -> None:
    plan = prepared(action)
    offered = {option.target: option for option in options(plan)}
    for target in ("browser", "tfserving"):
        assert not offered[target].fits
        assert action in offered[target].conditions[0].text
        assert any(action in note.text for note in advise(plan).notes)
    assert of_plan("rest", plan) == of_plan("device", plan) == ()


def test_what_cannot_be_relaxed_is_not_named_to_relax() -> None:
    plan = with_answers(prepared("picture"), "framing", server_cost=False, secret=True)
    assert not any(option.fits for option in options(plan))
    assert "browser" not in relax(plan).lower()
    assert "framing." in relax(plan)


def test_masks_are_refused_where_they_cannot_be_said() -> None:
    plan = with_answers(full(), "framing", task="segmentation")
    assert [target for target in TARGETS if of_plan(target, plan)] == ["tfserving"]


def test_a_page_knows_every_form_of_a_target_but_masks_which_need_pictures() -> None:
    script = (ROOT / "engine/serving/js/answer.js").read_text()
    known = set(re.findall(r"^  (\w+)\(target, given", script, re.MULTILINE))
    forms = {str(form.__struct_config__.tag) for form in get_args(TargetCode)}
    assert forms - {"masks"} == known
    assert of_plan("browser", prepared("picture"))


def test_layers_of_a_saved_network_rule_out_forms_before_they_are_made(tmp_path: Path) -> None:
    import keras

    members = keras.layers.EinsumDense("bij,jk->bik", (None, 4))
    around = keras.layers.Bidirectional(keras.layers.LSTM(2))
    cases = ((around, {"int8"}), (members, set()), (keras.layers.Flatten(), None))
    for layer, device in cases:
        inputs = keras.Input((6,))
        keras.Model(inputs, layer(keras.layers.Reshape((3, 2))(inputs))).save(tmp_path / "model.keras")
        found = classes_of(tmp_path)
        assert type(layer).__name__ in found
        browser = of_network("browser", found)
        assert set(browser) == (set() if device is None else {"tfjs-wasm", "tfjs-cpu"})
        assert all("LSTM" in reason or "EinsumDense" in reason for reason in browser.values())
        assert set(of_network("device", found)) == (device or set())

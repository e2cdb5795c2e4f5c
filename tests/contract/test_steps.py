"""Every step: advice that is pure and acceptable, a job that exists, a result that survives the way to the plan."""

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from random import Random
from typing import Any, get_type_hints

import msgspec
import pytest
import tomli_w
from examples import example, plans
from reading import package

from engine.advice import resolve
from engine.modalities import MODALITIES
from engine.questions import check, questions
from engine.step import Step
from engine.steps import STEPS, Plan
from engine.targets import TARGETS

ROOT = Path(__file__).resolve().parents[2]
each_step = pytest.mark.parametrize("step", STEPS.values(), ids=lambda step: step.name)
watching: list[str] | None = None


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    if watching is not None and event.split(".")[0] in ("open", "os", "socket", "subprocess", "import", "shutil"):
        watching.append(f"{event} {arguments[:1]}")


sys.addaudithook(_audit)


@each_step
def test_advice_is_pure(step: Step) -> None:
    """The same plan gives the same advice, and giving it touches no file, process or network."""
    global watching
    for name, plan in plans():
        whole = resolve(plan).plan
        before, first = msgspec.json.encode(whole), (step.advise(whole), step.verdict(whole))
        watching = []
        try:
            again = step.advise(whole), step.verdict(whole)
        finally:
            seen, watching = watching, None
        assert again == first, name
        assert seen == [], name
        assert msgspec.json.encode(whole) == before


@each_step
def test_what_is_advised_is_an_acceptable_answer(step: Step) -> None:
    for name, plan in plans():
        whole = resolve(plan).plan
        advice, asked = step.advise(whole), questions(step.name, step.section)
        for field, advised in advice.answers.items():
            assert check(asked[field], advised.value, whole) == advised.value, name
            assert advised.reason and advised.reason[-1] != ".", field
        for note in advice.notes:
            assert note.text


@each_step
def test_a_verdict_says_why(step: Step) -> None:
    for name, plan in plans():
        verdict = step.verdict(resolve(plan).plan)
        assert len(verdict.reason.split()) > 2, name


@each_step
@pytest.mark.parametrize("seed", range(5))
def test_a_result_survives_the_job_and_the_file(step: Step, seed: int) -> None:
    declared = get_type_hints(step.section)["result"]
    result = example(declared, Random(seed))
    assert issubclass(type(result), msgspec.Struct)
    assert msgspec.convert(json.loads(msgspec.json.encode(result)), declared) == result
    section = step.section(result=result)  # type: ignore[call-arg]
    plan = msgspec.structs.replace(Plan(), **{step.name: section})
    assert msgspec.convert(tomllib.loads(tomli_w.dumps(msgspec.to_builtins(plan))), Plan) == plan


@each_step
def test_what_it_names_exists(step: Step) -> None:
    assert set(step.needs) <= set(list(STEPS)[: list(STEPS).index(step.name)])
    assert not step.budget or step.budget in questions(step.name, step.section)
    assert len(step.word) <= 10
    module, _, name = step.job.partition(":")
    assert (module, name) in package()


def dotted() -> list[str]:
    """Every function that a registry names as text."""
    parts = [f for modality in MODALITIES.values() for f in (modality.read, modality.decide, modality.space)]
    exports = [target.export for target in TARGETS.values() if target.export]
    return [*(step.job for step in STEPS.values()), *parts, *exports, "engine.work.entry:run"]


@pytest.mark.slow
def test_every_named_function_is_there_and_a_job_gives_its_own_result() -> None:
    """In a process of its own, because some of them import tensorflow."""
    program = (
        "import json, sys, inspect\n"
        "from engine.dotted import load\n"
        "from engine.search.driver import ALGORITHMS\n"
        "found = {name: load(name) for name in json.loads(sys.argv[1])}\n"
        "assert all(callable(each) for each in found.values())\n"
        "signatures = {name: inspect.signature(each) for name, each in found.items()}\n"
        "given = {name: each.return_annotation for name, each in signatures.items()}\n"
        "returns = {name: getattr(each, '__name__', each) for name, each in given.items()}\n"
        "arguments = {name: list(each.parameters) for name, each in signatures.items()}\n"
        "print(json.dumps([returns, arguments, list(ALGORITHMS)]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, json.dumps(dotted())], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-2000:]
    returns, arguments, oracles = json.loads(done.stdout.splitlines()[-1])
    for step in STEPS.values():
        result = get_type_hints(step.section)["result"]
        assert returns[step.job] == next(part.__name__ for part in result.__args__ if part is not type(None))
        assert arguments[step.job] == ["plan", "context"]
    asked = questions("tuning", STEPS["tuning"].section)["algorithm"]
    assert {choice.value for choice in asked.choices(Plan())} == set(oracles)

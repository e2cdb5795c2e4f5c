"""The plan with every open question filled by its advice, and the plan as a job may see it."""

import msgspec
import pytest
from filled import full

from engine.advice import against, resolve, restricted, with_answers
from engine.steps import STEPS, Plan
from engine.values import Advice, Advised


def test_open_questions_get_the_advised_answer_and_given_ones_stay() -> None:
    plan = with_answers(full(), "protocol", folds=7, kind="kfold")
    whole = resolve(plan).plan
    assert whole.protocol.folds == 7
    assert whole.protocol.order == "stratified"
    assert whole.metric.positive == "1"
    assert plan.protocol.order is None


def test_later_steps_see_the_filled_answers_of_earlier_ones() -> None:
    plan = with_answers(full(), "framing", time="sailed")
    plan = with_answers(plan, "framing", forecast=True)
    assert resolve(plan).plan.protocol.order == "time"


def test_a_question_that_does_not_apply_has_no_answer() -> None:
    plan = with_answers(full(), "labels", origin="log", who="crowd", delay_days=3.0)
    whole = resolve(plan).plan
    assert whole.labels.who is None
    assert whole.labels.delay_days == 3.0
    assert plan.labels.who == "crowd"


def test_applying_follows_from_advised_answers_too() -> None:
    assert resolve(full()).plan.protocol.kind == "kfold"
    assert resolve(full()).plan.protocol.folds is not None
    assert resolve(with_answers(full(), "protocol", kind="holdout")).plan.protocol.folds is None


def test_what_a_person_has_to_settle_is_never_filled() -> None:
    plan = with_answers(full(), "data", decisions=None)
    found = resolve(plan)
    assert found.plan.data.decisions is None
    assert found.advice["data"].answers["decisions"].value


def test_resolving_twice_changes_nothing() -> None:
    for plan in (Plan(), full()):
        whole = resolve(plan).plan
        assert msgspec.json.encode(resolve(whole).plan) == msgspec.json.encode(whole)


@pytest.mark.parametrize("step", STEPS)
def test_a_job_sees_its_answers_what_it_reads_and_nothing_else(step: str) -> None:
    whole = resolve(full()).plan
    part = restricted(whole, STEPS[step])
    assert part.project == whole.project
    for name in STEPS:
        section, given = getattr(part, name), getattr(whole, name)
        for field in section.__struct_fields__:
            own = name == step and field not in ("result", "record")
            wanted = getattr(given, field) if own or f"{name}.{field}" in STEPS[step].reads else None
            assert msgspec.json.encode(getattr(section, field)) == msgspec.json.encode(wanted), f"{name}.{field}"


def test_only_answers_that_differ_from_the_advice_are_against_it() -> None:
    advice = Advice({"folds": Advised(5, "five is enough"), "order": Advised("random", "no groups")})
    plan = with_answers(Plan(), "protocol", folds=7, order="random")
    assert against(plan, STEPS["protocol"], advice) == {"folds": "five is enough"}
    assert against(Plan(), STEPS["protocol"], advice) == {}


def test_rows_of_one_group_that_follow_each_other_are_no_sign_of_time() -> None:
    plan = full()
    assert plan.framing.result is not None and plan.framing.result.target is not None
    target = msgspec.structs.replace(plan.framing.result.target, lag1=0.95)
    result = msgspec.structs.replace(plan.framing.result, target=target)
    open_time = with_answers(plan, "framing", result=result, time=None, forecast=None, group=None)
    assert resolve(open_time).plan.framing.time == "(row order)"
    assert resolve(with_answers(open_time, "framing", group="ticket")).plan.framing.time is None

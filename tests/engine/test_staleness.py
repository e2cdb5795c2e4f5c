"""Whether a result still belongs to the answers it came from."""

import msgspec
import pytest
from filled import fresh, full

from engine.advice import resolve, with_answers
from engine.staleness import LONGEST, seen, staleness, token
from engine.steps import STEPS, Plan


@pytest.fixture
def plan() -> Plan:
    return fresh(full())


def stale(plan: Plan) -> dict[str, tuple[str, ...]]:
    """The stale steps with their reasons."""
    return {step: reasons for step, reasons in staleness(resolve(plan).plan).items() if reasons}


def test_what_was_just_made_is_fresh(plan: Plan) -> None:
    assert stale(plan) == {}


def test_a_step_without_a_result_is_never_stale() -> None:
    assert stale(with_answers(Plan(), "framing", task="binary")) == {}


def test_the_reason_names_both_values_and_the_change_can_be_taken_back(plan: Plan) -> None:
    changed = with_answers(plan, "framing", task="multiclass")
    assert "framing.task was binary when this ran, now multiclass" in stale(changed)["baseline"]
    assert stale(with_answers(changed, "framing", task="binary")) == {}


def test_an_answer_given_or_taken_back_is_open_on_one_side(plan: Plan) -> None:
    given = with_answers(plan, "framing", group="name")
    assert "framing.group was open when this ran, now name" in stale(given)["data"]
    assert (
        "framing.group was name when this ran, now open"
        in stale(with_answers(fresh(given), "framing", group=None))["data"]
    )


def test_answers_that_say_the_same_are_the_same(plan: Plan) -> None:
    assert stale(with_answers(plan, "data", drop=())) == {}
    assert stale(with_answers(plan, "protocol", folds=5)) == {}


def test_staleness_goes_on_to_what_reads_the_result(plan: Plan) -> None:
    found = stale(with_answers(plan, "protocol", folds=7))
    assert found["protocol"] == ("protocol.folds was 5 when this ran, now 7",)
    assert found["baseline"] == ("protocol is stale itself",)
    assert {"overfit", "tuning", "evaluation", "deployment", "monitoring"} <= set(found)
    assert not {"framing", "data", "labels", "metric", "preparation"} & set(found)


def test_a_decision_about_a_finding_reaches_who_uses_the_rows_and_not_the_audit(plan: Plan) -> None:
    decisions = {**(plan.data.decisions or {}), "target_copy:boat": "override: it is known in time"}
    found = stale(with_answers(plan, "data", decisions=decisions))
    assert "data" not in found
    assert found["preparation"][0].startswith("data.decisions")


def test_advice_that_follows_from_the_result_does_not_make_it_stale(plan: Plan) -> None:
    """Ten folds are advised where rows are few, which is only known when k-fold was taken; nobody asked for them."""
    assert plan.protocol.folds is None
    assert plan.data.result is not None and plan.data.result.sealed is not None
    few = msgspec.structs.replace(plan.data.result.sealed, development=300)
    smaller = with_answers(plan, "data", result=msgspec.structs.replace(plan.data.result, sealed=few))
    reasons = stale(smaller)["protocol"]
    assert not any("folds" in reason for reason in reasons)
    assert "data.result has changed since this ran" in reasons


def test_words_in_the_framing_do_not_reopen_the_seal(plan: Plan) -> None:
    """What is only printed concerns the first look and who reads it; what sizes the A/B test leaves the test be."""
    said = {"purpose": "to know", "actor": "a nurse", "unit": "a visit", "moment": "at noon", "explain": False}
    assert set(stale(with_answers(plan, "framing", **said))) == {"framing", "metric"}
    found = stale(with_answers(plan, "framing", volume=12.0))
    assert "monitoring" in found and "evaluation" not in found


def test_the_name_of_a_project_is_no_reason(plan: Plan) -> None:
    other = msgspec.structs.replace(plan, project=msgspec.structs.replace(plan.project, name="renamed"))
    assert stale(other) == {}


def test_long_values_are_remembered_by_digest() -> None:
    short, long = "x" * LONGEST, "x" * (LONGEST + 1)
    assert token(short) == short
    assert token(long).startswith("sha256:") and token(long) != token(long + "y")
    assert token({"b": 1, "a": 2}) == token({"a": 2, "b": 1})
    changed = with_answers(full(), "framing", late=(long,))
    assert "sha256" not in "".join(stale(with_answers(fresh(changed), "framing", late=(long + "y",)))["data"])


def test_what_a_job_saw_holds_only_what_it_may_see(plan: Plan) -> None:
    whole = resolve(plan).plan
    for step in STEPS.values():
        assert {path for path in seen(whole, step) if not path.startswith(f"{step.name}.")} <= set(step.reads)
    assert "data.decisions" not in seen(whole, STEPS["data"])
    assert "data.decisions" in seen(whole, STEPS["preparation"])

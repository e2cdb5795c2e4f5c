"""What decisions about findings mean: which wait, which columns, rows and numbers they take out."""

from pathlib import Path

import msgspec
import pytest
from filled import full

from engine import store
from engine.advice import with_answers
from engine.errors import UserError
from engine.findings import (
    accepted,
    asking,
    blanks,
    by_key,
    carried,
    left_out,
    merged,
    overridden,
    renamed,
    rows_left_out,
    undecided,
    waiting,
)
from engine.session import Session
from engine.steps import Plan
from engine.values import Finding


def finding(detector: str, *columns: str, severity: str = "ask", **more: object) -> Finding:
    return Finding(
        detector=detector,
        columns=columns,
        severity=severity,  # type: ignore[arg-type]
        evidence=f"seen in {'+'.join(columns)}",
        proposal="leave it out",
        **more,  # type: ignore[arg-type]
    )


FINDINGS = (
    finding("missingness", "boat", drop=("boat",)),
    finding("target_copy", "casual", "registered", severity="block", drop=("casual", "registered")),
    finding("sentinel", "fare", blank=(0.0,)),
    finding("sentinel", "age", blank=(-1.0, 999.0)),
    finding("duplicates_across_split", severity="block", row_ids=(3, 8), rows_out=True),
    finding("constant", "flag", severity="note", drop=("flag",)),
)


@pytest.fixture
def plan() -> Plan:
    made = full()
    assert made.data.result is not None
    return with_answers(
        made, "data", decisions=None, result=msgspec.structs.replace(made.data.result, findings=FINDINGS)
    )


def test_every_finding_but_a_note_waits_for_its_decision(plan: Plan) -> None:
    assert asking(plan) == undecided(plan) == FINDINGS[:5]
    (note,) = waiting(plan)
    assert note.level == "blocker"
    assert note.text.startswith("5 findings") and "missingness:boat" in note.text
    decided = with_answers(plan, "data", decisions={each.key: "accept" for each in FINDINGS})
    assert undecided(decided) == () and waiting(decided) == ()


def test_nothing_waits_before_the_audit() -> None:
    assert asking(Plan()) == () and waiting(Plan()) == ()
    assert left_out(Plan()) == {} and rows_left_out(Plan()) == frozenset()


def test_accepting_takes_out_columns_rows_and_numbers(plan: Plan) -> None:
    assert "boat" not in left_out(plan)
    done = with_answers(plan, "data", decisions={each.key: "accept" for each in FINDINGS})
    assert set(left_out(done)) == {"boat", "casual", "registered", "survived"}
    assert left_out(done)["boat"] == "missingness: seen in boat"
    assert rows_left_out(done) == {3, 8}
    assert blanks(done) == {"fare": (0.0,), "age": (-1.0, 999.0)}
    assert accepted(done) == FINDINGS[:5]


def test_overriding_keeps_everything_and_the_reason(plan: Plan) -> None:
    done = with_answers(plan, "data", decisions={each.key: "override: the customer insists" for each in FINDINGS})
    assert accepted(done) == () and undecided(done) == ()
    assert set(left_out(done)) == {"survived"}
    assert rows_left_out(done) == frozenset() and blanks(done) == {}
    assert {reason for _, reason in overridden(done)} == {"the customer insists"}


def test_columns_are_left_out_for_other_reasons_too(plan: Plan) -> None:
    told = with_answers(plan, "framing", late=("body",), existing_column="score")
    told = with_answers(told, "data", drop=("name",))
    assert {"body", "score", "name", "survived"} == set(left_out(told))
    assert left_out(told)["body"] == "known only after the outcome"


@pytest.mark.parametrize(
    ("word", "keys"),
    [
        ("missingness:boat", {"missingness:boat"}),
        ("boat", {"missingness:boat"}),
        ("registered", {"target_copy:casual+registered"}),
        ("sentinel", {"sentinel:fare", "sentinel:age"}),
        ("duplicates_across_split", {"duplicates_across_split"}),
    ],
)
def test_a_decision_may_name_finding_column_or_detector(plan: Plan, word: str, keys: set[str]) -> None:
    assert by_key(plan, {word: "accept"}) == dict.fromkeys(keys, "accept")


@pytest.mark.parametrize(
    ("word", "decision", "said"),
    [
        ("boot", "accept", "no finding of that name"),
        ("missingness:boot", "accept", "'missingness:boat'"),
        ("boat", "maybe", "accepted is 'accept' or 'override: REASON'"),
        ("boat", "override", "needs its reason"),
        ("boat", "override:  ", "needs its reason"),
        ("flag", "accept", "no finding of that name"),
    ],
)
def test_a_decision_that_means_nothing_is_refused(plan: Plan, word: str, decision: str, said: str) -> None:
    with pytest.raises(UserError, match=r"data\.decisions\.") as refused:
        by_key(plan, {word: decision})
    assert said in str(refused.value)


def test_decisions_given_before_the_audit_find_their_findings_later(plan: Plan) -> None:
    early = by_key(Plan(), {"boat": "accept", "sentinel": "override: they are real", "nobody": "accept"})
    assert set(early) == {"boat", "sentinel", "nobody"}
    later = renamed(with_answers(plan, "data", decisions=early))
    assert later == {
        "missingness:boat": "accept",
        "sentinel:fare": "override: they are real",
        "sentinel:age": "override: they are real",
        "nobody": "accept",
    }
    assert renamed(plan) is None


def test_accepting_answers_other_questions(plan: Plan) -> None:
    assert plan.data.result is not None
    groups = finding("group_overlap", "subject", answers={"framing.group": "subject"})
    plan = with_answers(plan, "data", result=msgspec.structs.replace(plan.data.result, findings=(groups,)))
    plan = with_answers(plan, "framing", group=None)
    accepting = with_answers(plan, "data", decisions={groups.key: "accept"})
    assert carried(accepting, [groups.key]).framing.group == "subject"
    assert carried(accepting, []).framing.group is None
    overriding = with_answers(plan, "data", decisions={groups.key: "override: one row each"})
    assert carried(overriding, [groups.key]).framing.group is None
    answered = with_answers(accepting, "framing", group="town")
    assert carried(answered, [groups.key], open_only=True).framing.group == "town"
    assert carried(answered, [groups.key]).framing.group == "subject"


def test_an_answer_that_is_a_table_is_added_to_the_one_there_is(plan: Plan) -> None:
    assert plan.data.result is not None
    mixed = finding("mixed_types", "price", answers={"framing.kinds": "price=numeric"})
    plan = with_answers(plan, "data", result=msgspec.structs.replace(plan.data.result, findings=(mixed,)))
    plan = with_answers(plan, "data", decisions={mixed.key: "accept"})
    plan = with_answers(plan, "framing", kinds={"zip": "text"})
    assert carried(plan, [mixed.key]).framing.kinds == {"zip": "text", "price": "numeric"}


def test_a_session_carries_out_what_accepting_answers(plan: Plan, tmp_path: Path) -> None:
    assert plan.data.result is not None
    groups = finding("group_overlap", "subject", answers={"framing.group": "subject"})
    order = finding("row_order", answers={"framing.time": "(row order)"})
    result = msgspec.structs.replace(plan.data.result, findings=(groups, order))
    plan = with_answers(with_answers(plan, "data", result=result), "framing", group=None, time="ordered")
    store.save(tmp_path, plan)
    session = Session(tmp_path)
    session.decide(groups.key, "accept")
    assert session.plan.framing.group == store.load(tmp_path).framing.group == "subject"
    session.settle("data")
    assert session.plan.framing.time == "ordered"
    assert session.plan.data.decisions == {groups.key: "accept", order.key: "accept"}
    session.answer("data", "decisions", {order.key: "accept"})
    assert session.plan.framing.time == "(row order)"
    session.close()


def test_merged_words_are_those_of_accepted_findings() -> None:
    plan = full()
    result = plan.data.result
    assert result is not None
    spelling = finding("spellings", "net", merged={"dsl": "DSL"})
    garbled = finding("garbled", "net", merged={"MÃ¼": "Mü"})
    result = msgspec.structs.replace(result, findings=(spelling, garbled))
    assert merged(with_answers(plan, "data", result=result, decisions={spelling.key: "accept"})) == {
        "net": {"dsl": "DSL"}
    }

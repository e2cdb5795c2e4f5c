"""What an attempt found goes along to the next one: to the framing's advice, to the plan's header and to the export."""

from pathlib import Path

import msgspec
from filled import full

from engine import store
from engine.advice import with_answers
from engine.before import told
from engine.report.document import document
from engine.session import Session
from engine.steps import STEPS, Plan


def refused() -> Plan:
    plan = full()
    assert plan.baseline.result is not None
    lost = msgspec.structs.replace(plan.baseline.result, outcome="refuted", sentence="not better", upper=0.0123)
    return with_answers(plan, "baseline", result=lost)


def test_the_next_attempt_knows_what_the_one_before_found(tmp_path: Path) -> None:
    project = tmp_path / "noise"
    project.mkdir()
    store.save(project, refused())
    session = Session(project)
    archive = session.redraw("the inputs do not tell")
    session.close()
    again = Session(project)
    (before,) = again.plan.project.before
    assert store.load(archive).baseline == refused().baseline
    assert again.plan.project.attempt == before.attempt + 1
    assert again.plan.baseline.result is None
    assert (before.verdict, before.upper, before.reason) == ("not better", 0.0123, "the inputs do not tell")
    assert before.best == "boosted trees 0.861"
    assert len(before.tried) == 2
    assert before.inputs == ("with a / b",)
    notes = [note.text for note in STEPS["framing"].advise(again.plan).notes]
    assert told(before) in notes
    assert "could improve by less than 0.0123" in told(before)
    assert "Earlier attempts" in str(document(again))
    again.redraw("a third try")
    assert [each.attempt for each in again.plan.project.before] == [before.attempt, before.attempt + 1]
    again.close()


def test_an_attempt_without_a_baseline_is_told_by_its_reason(tmp_path: Path) -> None:
    store.save(tmp_path, Plan())
    session = Session(tmp_path)
    session.redraw("the wrong file")
    assert "the wrong file" in told(session.plan.project.before[0])
    session.close()

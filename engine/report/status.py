"""Where a project stands, as the tree of plain values that `status --json` prints."""

from __future__ import annotations

from math import isfinite
from typing import Any

import msgspec

from engine import ledger
from engine.jobs import folder as job_folders
from engine.session import Session
from engine.steps import STEPS
from engine.values import Finding


def plain(value: Any) -> Any:
    """A value of the plan as JSON has it: every field is there, null where unknown or not finite."""
    if isinstance(value, msgspec.Struct):
        fields = {name: plain(getattr(value, name)) for name in value.__struct_fields__}
        return {**fields, "key": value.key} if isinstance(value, Finding) else fields
    if isinstance(value, dict):
        return {key: plain(part) for key, part in value.items()}
    if isinstance(value, tuple | list):
        return [plain(part) for part in value]
    return None if isinstance(value, float) and not isfinite(value) else value


def status(session: Session) -> dict[str, Any]:
    """Errors: UserError when the ledger was edited."""
    acts = [entry.kind for entry in ledger.entries(session.project)]
    return {
        "project": session.name,
        "schema": session.plan.project.schema,
        "steps": {name: _step(session, name) for name in STEPS},
        "ledger": {"validation_looks": acts.count("look"), "test_openings": acts.count("opening")},
        "job": _job(session),
    }


def _step(session: Session, name: str) -> dict[str, Any]:
    section = getattr(session.plan, name)
    advised = advised_answers(session, name)
    return {
        "state": session.state(name),
        "answers": {**given_answers(session, name), **plain(advised)},
        "advised": list(advised),
        "against_advice": session.against(name),
        "result": {} if section.result is None else plain(section.result),
        "verdict": plain(session.verdict(name)),
        "stale_because": list(session.stale_because(name)),
    }


def given_answers(session: Session, step: str) -> dict[str, Any]:
    """What somebody answered, by question."""
    section = getattr(session.plan, step)
    values = {name: getattr(section, name) for name in session.questions(step)}
    return {name: plain(value) for name, value in values.items() if value is not None}


def advised_answers(session: Session, step: str) -> dict[str, Any]:
    """The advised answers with which a step ran because nobody had given any, by question."""
    record = getattr(session.plan, step).record
    if record is None or record.skipped:
        return {}
    given, resolved = given_answers(session, step), session.section(step)
    found = {name: getattr(resolved, name) for name in session.questions(step) if name not in given}
    return {name: value for name, value in found.items() if value is not None}


def _job(session: Session) -> dict[str, Any] | None:
    job = session.running()
    if job is None:
        return None
    started = job.started()
    return {
        "name": job.path.name,
        "step": job.step,
        "state": job_folders.state(job),
        "pid": started.pid if started else None,
    }

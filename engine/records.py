"""Attaching what a finished job found to the plan, with the record of how it came to be."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import msgspec

from engine.advice import with_answers
from engine.findings import renamed
from engine.jobs.folder import JobFolder, JobResult, latest, state
from engine.questions import questions
from engine.step import Step
from engine.steps import STEPS
from engine.values import Record, Section

if TYPE_CHECKING:
    from engine.steps import Plan


class Inputs(msgspec.Struct, frozen=True):
    """What a step's job was given: the plan it may see, and the tokens of what it saw."""

    step: str
    plan: dict[str, Any]
    seen: dict[str, str]
    earlier: str = ""
    """The job whose work this one goes on with."""


def earlier(job: JobFolder | None, step: Step, now: dict[str, str]) -> str:
    """The name of a job when one that sees `now` can go on with its work, else empty. Errors: as `inputs`."""
    if job is None or not step.extends:
        return ""
    free = {f"{step.name}.{name}" for name in step.extends}
    then = inputs(job).seen
    same = {key: value for key, value in then.items() if key not in free} == {
        key: value for key, value in now.items() if key not in free
    }
    return job.path.name if same else ""


def inputs(job: JobFolder) -> Inputs:
    """Errors: UserError when the request is damaged."""
    return msgspec.json.decode(job.request().inputs, type=Inputs)


def known(record: Record | None, job: JobFolder) -> bool:
    """Whether a record is of this job or a later one; one whose own job was left behind elsewhere knows no job here."""
    if record is None or not (job.path.parent / record.job).is_dir():
        return False
    return record.job >= job.path.name


def attached(project: Path, plan: Plan) -> tuple[Plan, tuple[str, ...]]:
    """The plan with the results of jobs that finished since, and the steps that got one."""
    changed = []
    for step in STEPS.values():
        job, record = latest(project, step.name), getattr(plan, step.name).record
        if job is None or known(record, job) or state(job) != "done":
            continue
        found = job.result()
        assert found is not None
        result = msgspec.convert(found.result, get_type_hints(step.section)["result"])
        made = _record(step, getattr(plan, step.name), job, found)
        plan = with_answers(plan, step.name, result=result, record=made)
        if step.name == "data":
            plan = with_answers(plan, "data", decisions=renamed(plan))
        changed.append(step.name)
    return plan, tuple(changed)


def _record(step: Step, section: Section, job: JobFolder, found: JobResult) -> Record:
    given = inputs(job)
    own = given.plan.get(step.name, {})
    return Record(
        seen=given.seen,
        finished=datetime.fromtimestamp(found.finished, UTC).isoformat(timespec="seconds"),
        seconds=round(found.seconds, 2),
        engine=found.engine,
        seed=found.seed,
        job=job.path.name,
        advised=tuple(
            name for name in questions(step.name, step.section) if getattr(section, name) is None and name in own
        ),
    )

"""The one object that both faces hold: answer, advise, start, stop, skip. What the wizard can do, it does here."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Literal

import msgspec

from engine import __version__, ledger, store
from engine.advice import Resolved, against, resolve, restricted, with_answers
from engine.before import given_up
from engine.errors import UserError
from engine.findings import OVERRIDE, by_key, carried
from engine.jobs import folder as job_folders
from engine.jobs import launch
from engine.jobs.folder import JobFolder
from engine.paths import existing_data
from engine.questions import Question, check, nearest, parse, questions, show
from engine.records import attached, earlier, inputs, known
from engine.staleness import seen, staleness
from engine.step import Step
from engine.steps import STEPS, Plan, steps_of
from engine.values import Advice, Record, Section, Verdict

State = Literal["open", "running", "done", "stale", "failed", "skipped"]
WORKING = ("queued", "running")
RESUMABLE = ("interrupted", "stopped", "failed")


class Session:
    """A project that is open, for writing while this process holds its lock and for reading otherwise."""

    def __init__(self, project: Path, write: bool = True) -> None:
        """Errors: UserError when project.toml is missing or damaged."""
        self.project = project
        self._lock = store.Lock(project)
        self.plan = store.load(project)
        self.writable = write and self._lock.take()
        self.collect()

    # -- reading -----------------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        return self.project.name

    @property
    def holder(self) -> store.Holder | None:
        """Who writes this project, when this session may not."""
        return None if self.writable else self._lock.holder()

    @property
    def plan(self) -> Plan:
        return self._plan

    @plan.setter
    def plan(self, plan: Plan) -> None:
        self._plan = plan
        for derived in ("resolved", "staleness"):
            self.__dict__.pop(derived, None)

    @cached_property
    def resolved(self) -> Resolved:
        """The plan with advised answers filled in, and the advice of every step."""
        return resolve(self._plan)

    @cached_property
    def staleness(self) -> dict[str, tuple[str, ...]]:
        """Why each step's result is stale; empty where it is not."""
        return staleness(self.resolved.plan)

    def step(self, name: str) -> Step:
        """Errors: UserError naming the nearest step."""
        if name not in STEPS:
            raise UserError(f"{name!r} is not a step{nearest(name, list(STEPS))}; the steps are {', '.join(STEPS)}")
        return steps_of(self._plan)[name]

    def questions(self, step: str) -> dict[str, Question]:
        return questions(step, self.step(step).section)

    def asked(self, step: str) -> tuple[Question, ...]:
        """The questions of a step that apply as things stand."""
        return tuple(q for q in self.questions(step).values() if q.ask.applies(self.resolved.plan))

    def advice(self, step: str) -> Advice:
        return self.resolved.advice[step]

    def section(self, step: str) -> Section:
        """The section with advised answers filled in."""
        part: Section = getattr(self.resolved.plan, step)
        return part

    def against(self, step: str) -> dict[str, str]:
        return against(self.plan, self.step(step), self.advice(step))

    def stale_because(self, step: str) -> tuple[str, ...]:
        return self.staleness[self.step(step).name]

    def verdict(self, step: str) -> Verdict:
        record = getattr(self.plan, step).record
        if record and record.skipped and getattr(self.plan, step).result is None:
            return Verdict(outcome="undecided", reason=f"skipped: {record.skipped}")
        failed = self.failed_job(step)
        if failed is not None:
            return Verdict(outcome="failed", reason=failed)
        return self.step(step).verdict(self.resolved.plan)

    def state(self, step: str) -> State:
        job = job_folders.latest(self.project, step)
        if job is not None and job_folders.state(job) in WORKING:
            return "running"
        section = getattr(self.plan, step)
        if self.failed_job(step) is not None:
            return "failed"
        if section.result is not None:
            if self.stale_because(step):
                return "stale"
            return "failed" if self.verdict(step).outcome == "failed" else "done"
        return "skipped" if section.record and section.record.skipped else "open"

    def failed_job(self, step: str) -> str | None:
        """The sentence of a job of this step that failed after its last result."""
        job, record = job_folders.latest(self.project, step), getattr(self.plan, step).record
        if job is None or job_folders.state(job) != "failed" or known(record, job):
            return None
        result = job.result()
        return result.sentence if result else f"{job.path.name} cannot be read; run the step again"

    def running(self) -> JobFolder | None:
        """The job that is queued or running, if any."""
        return next(
            (job for job in reversed(job_folders.all_jobs(self.project)) if job_folders.state(job) in WORKING), None
        )

    # -- answering ---------------------------------------------------------------------------------------------

    def answer(self, step: str, name: str, value: Any) -> None:
        """Store an answer; text is parsed, None takes the answer back. Errors: UserError."""
        asked = self.questions(step)
        if name not in asked:
            raise UserError(f"{step}.{name} is not a question{nearest(name, list(asked))}")
        question = asked[name]
        if isinstance(value, str):
            value = parse(question, value, self.resolved.plan)
        elif value is not None:
            value = check(question, value, self.resolved.plan)
        if name == "decisions" and value is not None:
            value = by_key(self.plan, value)
        elif question.key in ("framing.data", "data.production") and value is not None:
            value = existing_data(value)
        plan = with_answers(self.plan, step, **{name: value})
        self._write(carried(plan, value) if name == "decisions" and value else plan)
        reason = self.against(step).get(name)
        if reason is not None:
            ledger.record(self.project, "against", step, f"{name} = {show(value)}, though: {reason}")

    def decide(self, finding: str, decision: str) -> None:
        """Accept a finding's proposal ('accept') or override it ('override: REASON'). Errors: UserError."""
        changed = by_key(self.plan, {finding: decision})
        decided = with_answers(self.plan, "data", decisions={**(self.plan.data.decisions or {}), **changed})
        self._write(carried(decided, changed))
        if decision.startswith(OVERRIDE):
            ledger.record(self.project, "override", "data", f"{', '.join(changed)}: {decision}")

    def settle(self, step: str) -> tuple[str, ...]:
        """Take the advised answer for what a person should have decided, marked so; returns in words what was taken."""
        taken = []
        for name, question in self.questions(step).items():
            advised = self.advice(step).answers.get(name)
            if not question.ask.settle or advised is None or not advised.value:
                continue
            value = advised.value
            if isinstance(value, dict):
                value = {**value, **(getattr(getattr(self.plan, step), name) or {})}
            if value != getattr(getattr(self.plan, step), name):
                plan = with_answers(self.plan, step, **{name: value})
                self._write(carried(plan, value, open_only=True) if name == "decisions" else plan)
                ledger.record(self.project, "advised", step, f"{name} = {show(value)}")
                taken.append(f"{question.key} = {show(value)} (advised: {advised.reason})")
        return tuple(taken)

    def skip(self, step: str, reason: str) -> None:
        """Leave a step out, with the reason that the plan will show. Errors: UserError."""
        if not reason.strip():
            raise UserError(f"{step}: skipping needs a reason of one line")
        last = job_folders.latest(self.project, step)
        job = last.path.name if last is not None else ""
        record = Record(skipped=reason.strip(), finished=_now(), engine=__version__, job=job)
        self._write(with_answers(self.plan, step, result=None, record=record))
        ledger.record(self.project, "skip", step, reason.strip())

    def _write(self, plan: Plan) -> None:
        if not self.writable:
            raise UserError(f"{self.name} is open elsewhere ({self.holder}): take it over there, or close it first")
        store.save(self.project, plan)
        self.plan = plan

    # -- working -----------------------------------------------------------------------------------------------

    def warm(self) -> None:
        """Start the supervisor, so that it has imported what it needs by the time a job comes."""
        launch.ensure_supervisor(self.project)

    def blockers(self, step: str) -> tuple[str, ...]:
        """Why a step cannot run now, each with what to do."""
        idle = () if self.step(step).job else (self.verdict(step).reason,)
        found = [*self.resolved.advice[step].blockers, *idle]
        for needed in self.step(step).needs:
            section = getattr(self.plan, needed)
            if section.result is None and not (section.record and section.record.skipped):
                found.append(f"{needed} has no result yet: run it first")
        if step == "evaluation" and self.plan.evaluation.open_seal != self.name:
            found.append(f"the test set is sealed: to open it, answer evaluation.open_seal with {self.name!r}")
        busy = self.running()
        if busy is not None:
            found.append(f"{busy.path.name} is running: wait for it or stop it")
        return tuple(found)

    def start(self, step: str, budget_minutes: float | None = None) -> JobFolder:
        """Start the job of a step, or go on with one that was interrupted. Errors: UserError naming the blocker."""
        if not self.writable:
            raise UserError(f"{self.name} is open elsewhere ({self.holder}): jobs are started there")
        blockers = self.blockers(step)
        if blockers:
            raise UserError(f"{step} cannot run: {blockers[0]}")
        described, plan = self.step(step), self.resolved.plan
        limit = budget_minutes
        if described.budget:
            own = getattr(getattr(plan, step), described.budget)
            limit = own if limit is None else min(limit, own)
        before, fingerprint = job_folders.latest(self.project, step), seen(plan, described)
        if before is not None and job_folders.state(before) in RESUMABLE and inputs(before).seen == fingerprint:
            return launch.resume(before, None if limit is None else limit * 60)
        part = msgspec.to_builtins(restricted(plan, described))
        given = {"step": step, "job": described.job, "seen": fingerprint}
        given |= {"plan": part, "earlier": earlier(before, described, fingerprint)}
        seconds = None if limit is None else limit * 60
        return launch.submit(self.project, step, "engine.work.entry:run", given, seconds, plan.project.seed)

    def stop(self) -> JobFolder | None:
        """Ask the running job to end after its epoch."""
        job = self.running()
        if job is not None:
            launch.stop(job)
        return job

    def collect(self) -> tuple[str, ...]:
        """Attach the results of finished jobs to the plan; returns the steps that got one."""
        plan, changed = attached(self.project, self.plan)
        if changed and self.writable:
            self._write(plan)
        elif changed:
            self.plan = plan
        return changed

    # -- the life of a project ---------------------------------------------------------------------------------

    def reload(self) -> None:
        """Read the file again, as another process may have written it."""
        self.plan = store.load(self.project)
        self.collect()

    def take_over(self) -> bool:
        """Become the writer when the lock is free, else leave a note for its holder. True when this session writes."""
        if not self.writable:
            self.writable = self._lock.take()
            if self.writable:
                self.reload()
            else:
                self._lock.ask()
        return self.writable

    def yield_if_wanted(self) -> bool:
        """Let go of the lock when another process asked for it. True when it was given away."""
        if not self._lock.wanted():
            return False
        self._lock.release()
        self.writable = False
        return True

    def archive(self) -> Path:
        """A copy of this attempt as it stands, so that no later one erases it; returns its folder."""
        archive = self.project / "attempts" / f"{self.plan.project.attempt:02d}"
        archive.mkdir(parents=True, exist_ok=True)
        shutil.copy2(self.project / store.FILE, archive / store.FILE)
        return archive

    def redraw(self, reason: str) -> Path:
        """Back to the drawing board: archive this attempt and reopen the framing. Errors: UserError."""
        archive = self.archive()
        ledger.record(self.project, "redraw", "framing", reason)
        fresh: dict[str, Any] = {name: _unanswered(getattr(self.plan, name)) for name in STEPS}
        self._write(Plan(project=given_up(self.resolved.plan, reason), **fresh))
        return archive

    def close(self) -> None:
        self._lock.release()


def _unanswered(section: Section) -> Section:
    """The section with its answers and without its result; its record keeps an old job from being collected again."""
    return msgspec.structs.replace(section, result=None)


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


def set_answers(session: Session, settings: Iterable[str]) -> None:
    """Apply `step.key=value` settings. Errors: UserError naming the setting."""
    for setting in settings:
        path, equals, value = setting.partition("=")
        step, dot, name = path.strip().partition(".")
        if not equals or not dot:
            raise UserError(f"{setting!r}: settings look like step.key=value")
        session.step(step)
        if step == "data" and name.startswith("decisions."):
            session.decide(name.removeprefix("decisions."), value.strip())
        else:
            session.answer(step, name, value)

"""Carrying out steps: start a job, follow it to its end, take the advised answers, and stop where a verdict says so."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass

from engine import ledger
from engine.errors import JobFailed, UserError
from engine.jobs import launch
from engine.jobs.events import Line, Started, read
from engine.jobs.folder import JobFolder
from engine.jobs.follow import wait
from engine.questions import show
from engine.session import Session
from engine.steps import STEPS
from tui.commandline.narrate import Narrator

ELASTIC = 0.8
"""Share of what is left of the budget that a step with a budget of its own may take, so that later ones get some."""


@dataclass(frozen=True, slots=True)
class Budget:
    """Minutes for a whole run, counted from now on."""

    minutes: float | None
    began: float

    @classmethod
    def of(cls, minutes: float | None) -> Budget:
        return cls(minutes, time.monotonic())

    def left(self) -> float | None:
        """Minutes left; None without a budget."""
        return None if self.minutes is None else self.minutes - (time.monotonic() - self.began) / 60

    def for_step(self, session: Session, step: str) -> float | None:
        left = self.left()
        return left * ELASTIC if left is not None and session.step(step).budget else left


class BudgetUsedUp(Exception):
    """The minutes given to the run are over; what was finished is kept."""


class Teller:
    """Tells each event of a job once, however often its file is read from the beginning."""

    def __init__(self, narrator: Narrator, seen: int) -> None:
        self._narrator, self._seen = narrator, seen

    def fresh(self, lines: list[Line]) -> None:
        self._narrator.events([line for line in lines if line.seq > self._seen])
        self._seen = max(self._seen, lines[-1].seq)


def _told_before(job: JobFolder) -> int:
    """Up to which event a resumed job was told when it ran before."""
    earlier, _ = read(job.events) if job.request().attempt > 1 else ([], 0)
    starts = [line.seq for line in earlier if isinstance(line.event, Started)]
    return max(starts, default=0) if len(starts) == job.request().attempt else len(earlier)


def follow(job: JobFolder, narrator: Narrator) -> None:
    """Until a job has ended. Ctrl+C asks it to stop. Errors: UserError, JobFailed, BudgetUsedUp, KeyboardInterrupt."""
    tell = Teller(narrator, _told_before(job))
    try:
        view = wait(job, tell.fresh)
    except KeyboardInterrupt:
        launch.stop(job)
        narrator.say("stopping after the present epoch; Ctrl+C again leaves the job to itself")
        wait(job, tell.fresh)
        raise
    finally:
        narrator.end()
    result = job.result()
    advice = f" ({view.advice})" if view.advice else ""
    if view.state == "failed":
        if result is not None and result.kind == "user":
            raise UserError(view.sentence)
        log = "" if str(job.log) in view.sentence else f"; log: {job.log}"
        raise JobFailed(f"{job.step}: {view.sentence}{advice}{log}")
    if view.state == "stopped" and result is not None and result.kind == "budget":
        raise BudgetUsedUp(f"{job.step}: {view.sentence}{advice}")
    if view.state == "stopped":
        raise KeyboardInterrupt
    if view.state == "interrupted":
        raise JobFailed(f"{job.step}: its process died; run it again to go on from its checkpoint; log: {job.log}")


def carry_out(
    session: Session, step: str, narrator: Narrator, minutes: float | None = None, settle: bool = True
) -> None:
    """Run one step and attach its result, telling which answers were taken as advised. Errors: as `follow`.

    With `settle` the advised answer is taken for what a person should have decided.
    """
    narrator.say(f"{step}: {session.step(step).title}")
    _tell_advised(session, step, narrator)
    job = session.start(step, minutes)
    if job.request().attempt > 1:
        narrator.say(f"  going on with {job.path.name}: what it had finished is kept")
    try:
        follow(job, narrator)
    finally:
        session.collect()
    _tell_confirm(session, step, narrator)
    settled = session.settle(step) if settle else ()
    for taken in settled:
        narrator.say(f"  nobody decided, so as advised: {taken}")
    narrator.say(f"  {session.verdict(step).outcome}: {session.verdict(step).reason}")
    # What was decided may answer a question of this step or an earlier one.
    for again in (*needed(step), step) if settled else ():
        if unfinished(session, again):
            carry_out(session, again, narrator, minutes, settle)


def _tell_advised(session: Session, step: str, narrator: Narrator) -> None:
    answers, given = session.advice(step).answers, getattr(session.plan, step)
    taken = [
        f"{question.name} = {show(answers[question.name].value) or 'none'}"
        for question in session.asked(step)
        if question.name in answers and getattr(given, question.name) is None and not question.ask.settle
    ]
    if taken:
        narrator.say(f"  as advised: {'; '.join(taken)}")


def _tell_confirm(session: Session, step: str, narrator: Narrator) -> None:
    """Answers that follow from the result and that a person should look at."""
    given = getattr(session.plan, step)
    for question in session.asked(step):
        advised = session.advice(step).answers.get(question.name)
        if advised and advised.confirm and getattr(given, question.name) is None and not question.ask.settle:
            narrator.say(
                f"  ! {question.key} = {show(advised.value)}, because {advised.reason}; to choose otherwise: "
                f"modelwright set {session.name} {question.key}=…"
            )


def needed(step: str) -> list[str]:
    """The steps whose results a step needs, directly or through others, in order; the framing always."""
    found = {"framing"}

    def add(name: str) -> None:
        for before in STEPS[name].needs:
            found.add(before)
            add(before)

    add(step)
    return [name for name in STEPS if name in found and name != step]


def unfinished(session: Session, step: str) -> bool:
    """Whether a step has to run: it never did, its answers changed since, or its job broke down."""
    return session.state(step) in ("open", "stale") or session.failed_job(step) is not None


def refused(session: Session, steps: Iterable[str]) -> str | None:
    """The first of the steps whose verdict says stop."""
    return next((name for name in steps if session.verdict(name).outcome == "failed"), None)


def go_on_against(session: Session, step: str) -> None:
    """Record that a step is run although an earlier one says stop."""
    earlier = list(STEPS)[: list(STEPS).index(step)]
    name = refused(session, [name for name in earlier if session.failed_job(name) is None])
    if name is not None:
        what = f"{step} was run although {name} says stop: {session.verdict(name).reason}"
        ledger.record(session.project, "against", step, what)

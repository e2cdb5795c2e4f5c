"""`run`, `attach` and `stop`: carrying out the plan, watching it, ending it."""

import os
import signal
import subprocess
import sys
import time
from argparse import ArgumentParser, ArgumentTypeError, Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from engine import runs
from engine.errors import JobFailed, UserError
from engine.jobs import launch
from engine.jobs.folder import JobFolder
from engine.jobs.follow import wait
from engine.projects import find
from engine.search import control as trials
from engine.session import Session
from engine.steps import STEPS
from tui.commandline import pages
from tui.commandline.carry import Budget, BudgetUsedUp, carry_out, follow, go_on_against, needed, refused, unfinished
from tui.commandline.command import Command, Exit, name_argument
from tui.commandline.narrate import Narrator

SEALED = "evaluation"
PAUSE = 0.5
"""Seconds between two looks at a run that is between two jobs."""


def minutes(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = 0.0
    if not 0 < value < float("inf"):
        raise ArgumentTypeError(f"found {text!r}, accepted are minutes above 0")
    return value


def run_arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument("step", metavar="STEP", nargs="?", help="only this step, and what it needs")
    parser.add_argument("--through", metavar="STEP", help="no further than this step")
    parser.add_argument("--budget", metavar="MINUTES", type=minutes, help="minutes for the whole run")
    parser.add_argument("--workers", metavar="N", type=int, help="processes that search (answers tuning.workers)")
    parser.add_argument("--storage", metavar="URL", help="PostgreSQL for workers elsewhere (answers tuning.storage)")
    parser.add_argument("--open-test", action="store_true", help="open the sealed test set, which is meant to be once")
    parser.add_argument("--detach", action="store_true", help="return at once; the run goes on without the terminal")
    parser.add_argument("--json", action="store_true", help="print the status as JSON at the end, and nothing else")


def run(given: Namespace) -> int:
    """Carry out what is not fresh, in order, until a verdict says stop or the test set is next."""
    project = find(given.projects, given.name)
    other = runs.going_on(project)
    if other is not None and other.pid != os.getpid():
        raise UserError(f"{project.name} is being run already: watch it with `modelwright attach {project.name}`")
    if given.detach:
        return _detach(given, project)
    narrator = Narrator(bar=given.bar)
    session = Session(project)
    try:
        _check_writable(session)
        for name in ("workers", "storage"):
            if (value := getattr(given, name, None)) is not None:
                session.answer("tuning", name, value)
        steps = steps_of(session, given.step, given.through)
        try:
            with announced(session):
                return carry_out_all(session, steps, given, narrator)
        finally:
            print(pages.as_json(session) if given.json else pages.standing(session))
    finally:
        session.close()


def _check_writable(session: Session) -> None:
    """Errors: UserError naming who writes the project now."""
    if not session.writable:
        raise UserError(f"{session.name} is open elsewhere ({session.holder}): close it there first")


def steps_of(session: Session, step: str | None, through: str | None) -> list[str]:
    """The steps of a run in order. Errors: UserError naming the nearest step."""
    names = list(STEPS)
    for name in filter(None, (step, through)):
        session.step(name)
    last = names.index(through or step or names[-1])
    if step is None:
        return names[: last + 1]
    if last < names.index(step):
        raise UserError(f"--through {through}: it comes before {step}")
    return [*needed(step), *names[names.index(step) : last + 1]]


def carry_out_all(session: Session, steps: list[str], given: Namespace, narrator: Narrator) -> int:
    """Returns the exit code. Errors: UserError, JobFailed, KeyboardInterrupt."""
    budget, idle = Budget.of(given.budget), ""
    for step in steps:
        _join(session, narrator)
        if not session.step(step).job:
            if session.verdict(step).reason != idle:
                idle = session.verdict(step).reason
                narrator.say(f"{step}: {idle}")
            continue
        if step == given.step:
            go_on_against(session, step)
        elif not unfinished(session, step):
            if given.step is None and refused(session, [step]):
                return _stop(session, step, given, narrator)
            continue
        if step == SEALED and not _opened(session, given, narrator):
            return Exit.DONE
        left = budget.for_step(session, step)
        if left is not None and left <= 0:
            narrator.say(f"the budget is used up before {step}; go on with: modelwright run {session.name}")
            return Exit.DONE
        try:
            carry_out(session, step, narrator, left)
        except BudgetUsedUp as end:
            narrator.say(f"{end}; go on with: modelwright run {session.name}")
            return Exit.DONE
        if refused(session, [step]):
            return _stop(session, step, given, narrator)
    return Exit.DONE


def _join(session: Session, narrator: Narrator) -> None:
    """Wait for a job that somebody else began."""
    job = session.running()
    if job is not None:
        narrator.say(f"{job.path.name} is running already: following it")
        try:
            follow(job, narrator)
        finally:
            session.collect()


def _opened(session: Session, given: Namespace, narrator: Narrator) -> bool:
    """Whether the seal may be broken: by --open-test, or by the answer of who names the step."""
    if given.open_test:
        session.answer(SEALED, "open_seal", session.name)
        return True
    if given.step == SEALED:
        return True
    narrator.say(f"stopped before the sealed test set; to open it, once: modelwright run {session.name} --open-test")
    return False


def _stop(session: Session, step: str, given: Namespace, narrator: Narrator) -> int:
    page = pages.drawing_board(session, step, session.archive())
    if given.json:
        narrator.say(page)
    else:
        print(f"{page}\n")
    return Exit.STOP


@contextmanager
def announced(session: Session) -> Iterator[None]:
    """While the run goes on others can see it, and a request to end reaches it as Ctrl+C would."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    if session.writable:
        runs.announce(session.project, os.getpid())
    try:
        yield
    finally:
        runs.over(session.project)


def _detach(given: Namespace, project: Path) -> int:
    """The same command in an operating-system session of its own, which a dropped connection does not end."""
    session = Session(project)
    session.close()
    _check_writable(session)
    again = [word for word in given.words if word != "--detach"]
    command = [sys.executable, "-P", "-m", "tui.cli", *again]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    log = project / runs.LOG
    with open(log, "ab") as out:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, env=environment, start_new_session=True
        )
    runs.announce(project, process.pid)
    print(f"{log}")
    print(
        f"running as process {process.pid}; watch: modelwright attach {project.name}; "
        f"end: modelwright stop {project.name}",
        file=sys.stderr,
    )
    return Exit.DONE


def attach(given: Namespace) -> int:
    """Follow what is running until nothing is. Ctrl+C leaves it running."""
    project, narrator = find(given.projects, given.name), Narrator(bar=given.bar)
    session = Session(project, write=False)
    seen = False
    while True:
        job = session.running()
        if job is not None:
            seen = True
            narrator.say(f"following {job.path.name}; Ctrl+C leaves it running")
            _watch(job, narrator)
        elif runs.going_on(project) is not None:
            seen = True
            time.sleep(PAUSE)
        else:
            break
    if not seen:
        narrator.say(f"nothing is running in {project.name}")
    session = Session(project)
    try:
        return _how_it_ended(session, seen)
    finally:
        session.close()


def _watch(job: JobFolder, narrator: Narrator) -> None:
    try:
        view = wait(job, narrator.events)
    finally:
        narrator.end()
    narrator.say(f"{job.path.name} {view.state}{': ' + view.sentence if view.sentence else ''}")


def _how_it_ended(session: Session, seen: bool) -> int:
    print(pages.standing(session))
    if not seen:
        return Exit.DONE
    broken = [text for name in STEPS if (text := session.failed_job(name)) is not None]
    if broken:
        raise JobFailed(broken[0])
    return Exit.STOP if refused(session, STEPS) else Exit.DONE


def stop(given: Namespace) -> int:
    """Ask the running job, and the run that began it, to end."""
    project, narrator = find(given.projects, given.name), Narrator(bar=False)
    run, session = runs.going_on(project), Session(project, write=False)
    job = session.stop()
    if run is not None:
        run.stop()
    if job is not None:
        narrator.say(f"{job.path.name} ends after its present epoch; what is finished is kept")
    elif run is None:
        narrator.say(f"nothing is running in {project.name}")
    return Exit.DONE


def skip(given: Namespace) -> int:
    """Leave out a trial of the running search. Errors: UserError when none is under way."""
    project = find(given.projects, given.name)
    left = session_job(project)
    number = trials.skip(left, given.trial)
    print(f"trial {number} is left out", file=sys.stderr)
    return Exit.DONE


def skip_arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument("trial", metavar="TRIAL", nargs="?", type=int, help="its number (default: the first under way)")


def pause(given: Namespace) -> int:
    """Let the running job stand still; its memory is kept."""
    launch.pause(session_job(find(given.projects, given.name)))
    return Exit.DONE


def resume(given: Namespace) -> int:
    """Let a paused job go on."""
    launch.unpause(session_job(find(given.projects, given.name)))
    return Exit.DONE


def session_job(project: Path) -> JobFolder:
    """The running job of a project. Errors: UserError when there is none."""
    job = Session(project, write=False).running()
    if job is None:
        raise UserError(f"nothing is running in {project.name}")
    return job


COMMANDS = (
    Command("run", "carry out the plan, or one step", run_arguments, run),
    Command("attach", "follow what is running", name_argument, attach),
    Command("stop", "end what is running", name_argument, stop),
    Command("skip", "leave out a trial of the running search", skip_arguments, skip),
    Command("pause", "let what is running stand still", name_argument, pause),
    Command("resume", "let what stands still go on", name_argument, resume),
)

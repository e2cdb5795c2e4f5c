"""`new` and `set`: making a project and answering its questions."""

from argparse import ArgumentParser, Namespace

from engine.errors import UserError
from engine.projects import create, find, remove
from engine.questions import show
from engine.session import Session, set_answers
from engine.steps import STEPS
from tui.commandline.carry import carry_out
from tui.commandline.command import Command, Exit, name_argument
from tui.commandline.narrate import Narrator


def new_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="letters, digits, '-', '_' and '.'")
    parser.add_argument("--data", metavar="PATH", default="", help="a CSV, TSV or Parquet file")
    parser.add_argument("--target", metavar="COL", action="append", default=[], help="the column to predict")
    parser.add_argument("--task", metavar="T", default="", help="the kind of prediction; found out when left away")
    parser.add_argument("--set", metavar="step.key=value", action="append", default=[], help="any other answer")


def new(given: Namespace) -> int:
    """Make a project; with data, look at the file at once, so that what is wrong with it is said now."""
    narrator = Narrator(bar=given.bar)
    session = create(given.projects, given.name, given.data, tuple(given.target), given.task, given.set)
    try:
        if given.data:
            carry_out(session, "framing", narrator)
    except UserError:
        remove(session.project)
        raise
    finally:
        session.close()
    print(session.project)
    narrator.say(f"next: modelwright run {session.name}")
    return Exit.DONE


def set_arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument("answers", metavar="step.key=value", nargs="+", help="an empty value takes the answer back")


def set_(given: Namespace) -> int:
    """Answer questions; what follows from them is told."""
    narrator = Narrator(bar=False)
    session = Session(find(given.projects, given.name))
    fresh = {name for name in STEPS if not session.stale_because(name)}
    try:
        set_answers(session, given.answers)
    finally:
        session.close()
    for step in dict.fromkeys(answer.partition(".")[0].strip() for answer in given.answers):
        for name, question in session.questions(step).items():
            value = getattr(getattr(session.plan, step), name)
            if value is not None and any(answer.strip().startswith(question.key) for answer in given.answers):
                narrator.say(f"{question.key} = {show(value)}")
        for reason in session.against(step).items():
            narrator.say(f"against the advice: {step}.{reason[0]} ({reason[1]})")
        for note in session.advice(step).notes:
            narrator.say(f"{note.level}: {note.text}")
    for name in STEPS:
        if name in fresh and (because := session.stale_because(name)):
            narrator.say(f"{name} is stale now: {'; '.join(because)}")
    return Exit.DONE


COMMANDS = (
    Command("new", "make a project", new_arguments, new),
    Command("set", "answer questions without the wizard", set_arguments, set_),
)

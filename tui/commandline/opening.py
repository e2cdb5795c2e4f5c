"""The wizard, `open`, `ask` and `doctor`: the faces that talk with a person."""

import os
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.dotted import load
from engine.errors import UserError
from engine.projects import find
from engine.session import Session
from tui.commandline.command import Command, Exit, name_argument


def no_arguments(parser: ArgumentParser) -> None:
    """The command has none."""


def wizard(given: Namespace, project: Path | None = None) -> int:
    """The wizard on the whole terminal; with --plain the same questions line by line."""
    if given.plain and project is not None:
        return ask(given)
    if not (sys.stdin.isatty() and sys.stdout.isatty()) or os.environ.get("TERM", "dumb") == "dumb":
        raise UserError(
            "the wizard needs a terminal that can draw; without one use `modelwright status`, `modelwright ask NAME` "
            "or `modelwright run NAME`"
        )
    ended = load("tui.app:run_wizard")(given.projects, project, ascii=given.ascii, mouse=given.mouse)
    return int(ended or Exit.DONE)


def open_(given: Namespace) -> int:
    return wizard(given, find(given.projects, given.name))


def ask(given: Namespace) -> int:
    """The questions as plain prompts."""
    from tui.ask import Conversation

    session = Session(find(given.projects, given.name))
    try:
        return int(Conversation(session).hold())
    finally:
        session.close()


def doctor(given: Namespace) -> int:
    from tui.doctor import report

    works, text = report(given.projects)
    print(text)
    return Exit.DONE if works else Exit.WRONG


COMMANDS = (
    Command("open", "the wizard in a project, where it was left", name_argument, open_),
    Command("ask", "the same questions as plain prompts, line by line", name_argument, ask),
    Command("doctor", "what works on this machine, and what to do", no_arguments, doctor),
)

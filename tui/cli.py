"""`modelwright`: reads the command line, calls the command, turns every error into one sentence and an exit code."""

import os
import sys
import traceback
from argparse import SUPPRESS, ArgumentParser, Namespace
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from engine import __version__
from engine.errors import JobFailed, UserError
from engine.questions import nearest
from engine.report.words import clean
from tui.commandline import demo, labelling, making, opening, seeing, showing, using, whatif, worker, working
from tui.commandline.command import Command, Exit

COMMANDS: tuple[Command, ...] = (
    *opening.COMMANDS,
    *making.COMMANDS,
    *working.COMMANDS,
    *worker.COMMANDS,
    *labelling.COMMANDS,
    *showing.COMMANDS,
    *seeing.COMMANDS,
    *using.COMMANDS,
    *whatif.COMMANDS,
    *demo.COMMANDS,
)
PROJECTS = "MODELWRIGHT_PROJECTS"


class Parser(ArgumentParser):
    """Says what is wrong with a command line in one sentence."""

    def error(self, message: str) -> NoReturn:
        said = message
        if "invalid choice" in message and "COMMAND" in message:
            word = message.split("'")[1]
            said = f"{word!r} is not a command{nearest(word, [command.name for command in COMMANDS])}"
        self.exit(Exit.WRONG, f"modelwright: {said}; `{self.prog} --help` tells more\n")


def parser() -> Parser:
    """The whole command line."""
    top = Parser(prog="modelwright", description="From a question to a model whose reported number is true.")
    top.add_argument("--version", action="version", version=f"modelwright {__version__}")
    _everywhere(top, first=True)
    commands = top.add_subparsers(metavar="COMMAND", title="commands (none: the wizard)", parser_class=Parser)
    for command in COMMANDS:
        part = commands.add_parser(command.name, help=command.help, description=f"{command.help}.".capitalize())
        command.arguments(part)
        _everywhere(part, first=False)
        part.set_defaults(call=command.call)
    return top


def _everywhere(part: ArgumentParser, first: bool) -> None:
    """Options that may stand before the command or after it; after it they have no default that would win."""

    def default(value: object) -> object:
        return value if first else SUPPRESS

    folder = f"folder of projects (default: ${PROJECTS}, else ./projects)"
    part.add_argument("--projects", metavar="DIR", default=default(None), help=folder)
    part.add_argument("--ascii", action="store_true", default=default(False), help="draw with ASCII characters only")
    part.add_argument(
        "--no-mouse", dest="mouse", action="store_false", default=default(True), help="leave the mouse to the terminal"
    )
    part.add_argument("--plain", action="store_true", default=default(False), help="plain lines, nothing is redrawn")


def main(words: Sequence[str] | None = None) -> int:
    """Carry out a command line; returns the exit code. Never shows a traceback."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(AttributeError):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    words = sys.argv[1:] if words is None else words
    given = parser().parse_args(words, Namespace(words=list(words), call=opening.wizard))
    given.projects = Path(given.projects or os.environ.get(PROJECTS) or "projects").expanduser().absolute()
    given.bar = False if given.plain else None
    try:
        code = given.call(given)
        sys.stdout.flush()
        return int(code)
    except UserError as error:
        return _tell(str(error), Exit.WRONG)
    except JobFailed as error:
        return _tell(str(error), Exit.JOB_FAILED)
    except KeyboardInterrupt:
        return _tell("interrupted", Exit.INTERRUPTED)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.DONE
    except Exception as error:
        return _tell(_fault(error, given.projects), Exit.FAULT)


def _tell(sentence: str, code: Exit) -> Exit:
    print(f"modelwright: {clean(sentence)}", file=sys.stderr)
    return code


def _fault(error: Exception, projects: Path) -> str:
    """What happened, with the traceback in a file where one can be written."""
    log = projects / "error.log"
    text = next(iter(str(error).splitlines()), "")
    try:
        with open(log, "a", encoding="utf-8") as file:
            traceback.print_exc(file=file)
    except OSError:
        return f"a fault in Modelwright: {type(error).__name__}: {text}; {log} could not be written"
    return f"a fault in Modelwright: {type(error).__name__}: {text}; please report it with {log}"


if __name__ == "__main__":
    sys.exit(main())

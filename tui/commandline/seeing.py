"""`see`: the rows to learn from as plain lines or JSON, with the same numbers as in the wizard."""

import shutil
from argparse import ArgumentParser, Namespace

import msgspec

from engine.errors import UserError
from engine.projects import find
from engine.seeing.kept import drawn
from engine.session import Session
from tui.commandline.command import Command, Exit, name_argument


def see_arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument("page", metavar="PAGE", nargs="?", help="columns, missing, together, time, map, texts or rows")
    parser.add_argument("--json", action="store_true", help="all that is drawn, as JSON")


def see(given: Namespace) -> int:
    """Errors: UserError when the data step has not run, its file is gone, or there is no such page."""
    session = Session(find(given.projects, given.name), write=False)
    seen = drawn(session)
    if seen is None:
        raise UserError(f"{given.name}: nothing is drawn yet; `modelwright run {given.name} data` does")
    if given.json:
        print(msgspec.json.format(msgspec.json.encode(seen), indent=2).decode())
        return Exit.DONE
    from tui.seeing.plain import pages
    from tui.views.parts import Look
    from tui.widgets.cells import ASCII, UNICODE

    look = Look(max(40, shutil.get_terminal_size().columns - 1), ASCII if given.ascii else UNICODE)
    print("\n".join(pages(seen, look, given.page)))
    return Exit.DONE


COMMANDS = (Command("see", "the rows to learn from: columns, gaps, time, map, texts", see_arguments, see),)

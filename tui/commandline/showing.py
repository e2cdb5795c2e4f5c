"""`status` and `export`: where projects stand, and the plan as others read it."""

import json
import sys
from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine import report
from engine.projects import all_projects, find
from engine.report.status import status as status_tree
from engine.session import Session
from tui.commandline import pages
from tui.commandline.command import Command, Exit, name_argument

SUFFIXES: dict[str, report.Format] = {"html": "html", "htm": "html", "json": "json", "py": "py"}


def status_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", nargs="?", help="one project; without it, all of them")
    parser.add_argument("--json", action="store_true", help="as JSON")


def status(given: Namespace) -> int:
    if given.name is not None:
        session = Session(find(given.projects, given.name), write=False)
        print(pages.as_json(session) if given.json else pages.standing(session))
        return Exit.DONE
    paths = all_projects(given.projects)
    if given.json:
        trees = [status_tree(Session(path, write=False)) for path in paths]
        print(json.dumps(trees, ensure_ascii=False, indent=2))
    elif paths:
        print(pages.projects(paths))
    else:
        print(f"no projects in {given.projects}; `modelwright new NAME --data FILE` makes one", file=sys.stderr)
    return Exit.DONE


def export_arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument(
        "--format",
        choices=report.FORMATS,
        help="default: what the file's name says, else md; py: the Keras script of the model",
    )
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: stdout")


def export(given: Namespace) -> int:
    """The plan so far; possible at any time."""
    session = Session(find(given.projects, given.name), write=False)
    named = given.output.suffix.lstrip(".").lower() if given.output else ""
    kind = given.format or SUFFIXES.get(named, "md")
    if given.output is None:
        sys.stdout.write(report.render(session, kind))
    else:
        print(report.write(session, kind, given.output))
    return Exit.DONE


COMMANDS = (
    Command("status", "where projects stand", status_arguments, status),
    Command(
        "export", "the plan as Markdown, HTML or JSON, or the final model as a Keras script", export_arguments, export
    ),
)

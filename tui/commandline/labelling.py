"""`label`: rows labelled by keyboard, and their way to and from Label Studio."""

import sys
from argparse import ArgumentParser, Namespace
from concurrent.futures import ProcessPoolExecutor
from getpass import getuser
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from engine.dotted import load
from engine.errors import UserError
from engine.findings import left_out
from engine.labels.label_studio import exported, imported
from engine.labels.record import FOLDER, read_queue, record_path, write_ratings
from engine.projects import find
from engine.session import Session
from tui.commandline.command import Command, Exit, name_argument
from tui.labeller import KEYS, label

ROWS = 200


def arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument("--as", dest="annotator", metavar="WHO", help="who labels (default: your user name)")
    parser.add_argument("--classes", metavar="A,B", help="default: the classes of the target")
    parser.add_argument("--rows", metavar="N", type=int, default=ROWS, help=f"rows to draw at first (default: {ROWS})")
    parser.add_argument("--import", dest="taken", metavar="FILE", type=Path, help="take in Label Studio's JSON")
    parser.add_argument("--question", metavar="NAME", help="with --import: which control's answers are the labels")
    parser.add_argument("--export", dest="given", metavar="FILE", type=Path, help="write Label Studio's JSON")


def run(given: Namespace) -> int:
    """Import, export, or label what is left of the queue."""
    session = Session(find(given.projects, given.name), write=False)
    if given.rows < 1:
        raise UserError(f"--rows: found {given.rows}, accepted is 1 or more")
    if given.taken:
        taken = imported(session.project, given.taken, given.question)
        print("\n".join((f"{taken.new:,} labels taken in", *taken.left)))
    elif given.given:
        given.given.write_text(exported(session.project), encoding="utf-8")
        print(f"{len(read_queue(session.project)):,} rows written to {given.given}")
    else:
        _label(session, given)
    if (session.project / FOLDER).exists():
        path = write_ratings(session.project).relative_to(session.project)
        print(f"all labels are in {path}; with two annotators: modelwright set {session.name} labels.ratings={path}")
    return Exit.DONE


def _label(session: Session, given: Namespace) -> None:
    plan = session.resolved.plan
    target = plan.data.result.target if plan.data.result else None
    if target is None:
        raise UserError(f"no target is known: `modelwright run {session.name} data` first")
    classes = given.classes.split(",") if given.classes else sorted(top.value for top in target.counts)
    if not 2 <= len(classes) <= len(KEYS):
        raise UserError(f"--classes: found {len(classes)} classes, accepted are 2 to {len(KEYS)}")
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UserError("label needs a terminal; --import and --export do without one")
    record = record_path(session.project, given.annotator or getuser())
    wanted = (session.project, target.column, tuple(left_out(plan)), given.rows, plan.project.seed)
    # The process that draws loads no library of tables.
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        pool.submit(_prepared, *wanted).result()
    done = label(read_queue(session.project), classes, record)
    print(f"{done:,} rows have a label by {record.name.removesuffix('.said.jsonl')}")


def _prepared(*wanted: Any) -> int:
    return int(load("engine.labels.queue:prepare")(*wanted))


COMMANDS = (Command("label", "label rows by keyboard, one key per class", arguments, run),)

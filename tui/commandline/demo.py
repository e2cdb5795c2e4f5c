"""`demo`: the whole workflow on a shipped real dataset, without a question."""

import shutil
import sys
import tempfile
from argparse import ArgumentParser, Namespace
from pathlib import Path

import engine
from engine import report
from engine.errors import UserError
from engine.projects import create
from engine.steps import STEPS
from tui.commandline import pages
from tui.commandline.command import Command
from tui.commandline.narrate import Narrator
from tui.commandline.working import announced, carry_out_all, minutes

NAME = "penguins"
TARGET = "Species"
SETTINGS = ("tuning.trials=4",)
"""A search of a few minutes; everything else is as advised."""


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--budget", metavar="MINUTES", type=minutes, help="minutes for all of it")
    parser.set_defaults(step=None, through=None, open_test=True, json=False)


def shipped() -> Path:
    """The dataset: inside an installed package, or in the checkout. Errors: UserError."""
    package = Path(engine.__file__).parent
    for path in (package / "demo" / f"{NAME}.csv", package.parent / "projects" / NAME / f"{NAME}.csv"):
        if path.is_file():
            return path
    raise UserError(f"{package / 'demo' / NAME}.csv is missing: install Modelwright again")


def demo(given: Namespace) -> int:
    """Frame, audit, train, tune, test and ship in a folder of its own, then say where everything is."""
    narrator = Narrator(bar=given.bar)
    folder = Path(tempfile.mkdtemp(prefix="modelwright-demo-"))
    data = shutil.copy(shipped(), folder / f"{NAME}.csv")
    session = create(folder, NAME, str(data), (TARGET,), settings=SETTINGS)
    try:
        with announced(session):
            code = carry_out_all(session, list(STEPS), given, narrator)
        plan = report.write(session, "md", session.project / "plan.md")
        print(pages.standing(session))
        print(f"\nThe plan: {plan}\nTo look around: modelwright --projects {folder} open {NAME}", file=sys.stdout)
        return code
    finally:
        session.close()


COMMANDS = (Command("demo", "the whole workflow on a shipped dataset", arguments, demo),)

"""What a command is, and the exit codes that scripts rely on."""

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    FAULT = 1
    WRONG = 2
    STOP = 3
    JOB_FAILED = 4
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Command:
    """A command by name: its help in one line, its arguments, and what it does (returns the exit code)."""

    name: str
    help: str
    arguments: Callable[[ArgumentParser], object]
    call: Callable[[Namespace], int]


def name_argument(parser: ArgumentParser) -> None:
    parser.add_argument("name", metavar="NAME", help="the project")

"""`worker`: joining a search that runs on another machine."""

import os
import signal
import subprocess
import sys
from argparse import ArgumentParser, Namespace
from contextlib import suppress

from engine.projects import find
from tui.commandline.command import Command, name_argument


def arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument("--storage", metavar="URL", default="", help="database of the search (default: as answered)")
    parser.add_argument("--workers", metavar="N", type=int, default=1, help="processes here (default: 1)")
    parser.add_argument("--wait", metavar="MINUTES", type=float, default=10.0, help="for the search to begin (10)")


def worker(given: Namespace) -> int:
    """Work for the search until it is over; returns the exit code. A request to end reaches the worker."""
    project = find(given.projects, given.name)
    words = [str(project), "--storage", given.storage, "--workers", str(given.workers), "--wait", str(given.wait)]
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "engine.search.join", *words],
        stdin=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
    )
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        return process.wait()
    except KeyboardInterrupt:
        with suppress(ProcessLookupError):
            process.terminate()
        process.wait()
        raise


COMMANDS = (Command("worker", "join a search that runs on another machine", arguments, worker),)

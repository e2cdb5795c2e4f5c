"""`predict`, `serve` and `monitor`: the shipped model at work."""

import json
from argparse import ArgumentParser, Namespace
from pathlib import Path

from engine.dotted import load
from engine.errors import UserError
from engine.paths import existing_data
from engine.projects import find
from engine.session import Session
from tui.commandline.command import Command, Exit, name_argument

HOST = "127.0.0.1"
PORT = 8080
TARGET = "rest"


def file_arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument("file", metavar="FILE", help="a table, or a folder of files, as the model was trained on")


def predict_arguments(parser: ArgumentParser) -> None:
    file_arguments(parser)
    parser.add_argument("-o", "--output", metavar="FILE", type=Path, help="default: stdout")


def predict(given: Namespace) -> int:
    """One line per row of the file, in its order."""
    project, file = find(given.projects, given.name), Path(existing_data(given.file))
    load("engine.serving.predict:predict_file")(project, file, given.output)
    return Exit.DONE


def serve_arguments(parser: ArgumentParser) -> None:
    name_argument(parser)
    parser.add_argument("--port", metavar="N", type=int, default=PORT, help=f"default: {PORT}")


def serve(given: Namespace) -> int:
    """Answer over HTTP until interrupted."""
    if not 0 <= given.port < 65536:
        raise UserError(f"--port: found {given.port}, accepted is 0 to 65535")
    session = Session(find(given.projects, given.name), write=False)
    result = session.plan.deployment.result
    if result is None or not result.artifacts:
        raise UserError(f"{session.name} has nothing to serve yet: run it through deployment first")
    bundle = next((built for built in result.artifacts if built.target == TARGET), result.artifacts[0])
    load("engine.serving.server:serve")(session.project / bundle.path, HOST, given.port)
    return Exit.DONE


def monitor_arguments(parser: ArgumentParser) -> None:
    file_arguments(parser)
    parser.add_argument("--json", action="store_true", help="as JSON")


def monitor(given: Namespace) -> int:
    """Compare a new file with the rows the model learned from."""
    project, file = find(given.projects, given.name), Path(existing_data(given.file))
    found = load("engine.monitoring.check:monitor_file")(project, file)
    if given.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return Exit.DONE
    for alarm in found["alarms"]:
        print(f"{alarm['kind']}: {', '.join(alarm['columns'])}: {alarm['evidence']}")
    if not found["alarms"]:
        print(f"no alarm in {found['rows']:,} rows")
    return Exit.DONE


COMMANDS = (
    Command("predict", "predict the rows of a file", predict_arguments, predict),
    Command("serve", "answer over HTTP", serve_arguments, serve),
    Command("monitor", "compare a new file with the training rows", monitor_arguments, monitor),
)

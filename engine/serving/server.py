"""Serves a bundle over HTTP until it is told to stop; runs in the project and, copied, inside the bundle itself."""

from __future__ import annotations

import os
import signal
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import uvicorn

from engine.errors import UserError
from engine.serving import checksums, schema, workers
from engine.serving.app import application
from engine.serving.guard import SECONDS, Guard
from engine.serving.measured import Meter
from engine.serving.opened import open_bundle

HOST = "127.0.0.1"
PORT = 8000
KEY = "MODELWRIGHT_KEY"
"""Environment variable of the key that requests must send."""
LAST_REQUESTS = 10
"""Seconds that requests in flight are given when the server is told to stop."""


class _Server(uvicorn.Server):
    """Ends with exit code 0 on SIGTERM, after the requests in flight; an interrupt stays an interrupt."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        told: list[int] = []

        def end(number: int, frame: object) -> None:
            told.append(number)
            self.should_exit = True

        before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGINT)}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        if signal.SIGINT in told:
            raise KeyboardInterrupt


class Settings(NamedTuple):
    """How a bundle is served; port 0 takes any free one, `key` empty asks for none."""

    host: str = HOST
    port: int = PORT
    workers: int = 1
    key: str = ""
    seconds: float = SECONDS
    logs: bool = False


def serve(folder: Path, settings: Settings) -> int:
    """Answer for the bundle in `folder` until told to stop; stderr tells where. Returns the exit code.

    Errors: UserError when the bundle is damaged or the port is taken.
    """
    if settings.workers > 1:
        checksums.check(folder)
        with _listening(settings.host, settings.port) as listener:
            _say(folder, settings.host, listener)
            return workers.run(settings.workers, lambda number: _answer(_app(folder, settings, number), listener))
    app = _app(folder, settings, 0)
    with _listening(settings.host, settings.port) as listener:
        _say(folder, settings.host, listener)
        _answer(app, listener)
    return 0


def main(folder: Path) -> int:
    """The command line of a bundle: `serve.py [--host HOST] [--port N] …`. The key comes from the environment."""
    parser = ArgumentParser(description="Answer over HTTP for the model in this folder.")
    parser.add_argument("--host", default=HOST, help=f"default: {HOST}")
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}; 0 takes a free one")
    parser.add_argument("--workers", type=int, default=1, help="processes that answer; default: 1")
    parser.add_argument("--timeout", type=float, default=SECONDS, help=f"seconds for a request; default: {SECONDS:g}")
    parser.add_argument("--log", action="store_true", help="one line of JSON per request on standard output")
    given = parser.parse_args()
    key = os.environ.get(KEY, "")
    try:
        return serve(folder, Settings(given.host, given.port, given.workers, key, given.timeout, given.log))
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def _app(folder: Path, settings: Settings, number: int) -> Guard:
    meter, predictor = Meter(number), open_bundle(folder)
    app = application(predictor, schema.load(folder), folder, meter)
    return Guard(app, settings.key, settings.seconds, settings.logs, meter)


def _say(folder: Path, host: str, listener: socket.socket) -> None:
    place = listener.getsockname()
    print(f"{folder.name} answers at http://{host}:{place[1]} (Ctrl+C ends it)", file=sys.stderr, flush=True)


def _answer(app: Guard, listener: socket.socket) -> None:
    config = uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        server_header=False,
        timeout_graceful_shutdown=LAST_REQUESTS,
    )
    _Server(config).run(sockets=[listener])


def _listening(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # The event loop sends small answers at once only where the socket names its protocol.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except (OSError, OverflowError) as error:
        listener.close()
        said = getattr(error, "strerror", None) or error
        raise UserError(
            f"cannot listen on {host}:{port} ({said}): stop what uses it, or choose another --port"
        ) from None
    return listener

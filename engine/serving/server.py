"""Serves a bundle over HTTP until it is told to stop; runs in the project and, copied, inside the bundle itself."""

from __future__ import annotations

import signal
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn

from engine.errors import UserError
from engine.serving import schema
from engine.serving.app import application
from engine.serving.model import open_bundle

HOST = "127.0.0.1"
PORT = 8000
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


def serve(folder: Path, host: str = HOST, port: int = PORT) -> None:
    """Answer for the bundle in `folder`; port 0 takes any free one, and stderr tells which.

    Errors: UserError when the bundle is damaged or the port is taken.
    """
    app = application(open_bundle(folder), schema.load(folder))
    with _listening(host, port) as listener:
        place = listener.getsockname()
        print(f"{folder.name} answers at http://{host}:{place[1]} (Ctrl+C ends it)", file=sys.stderr, flush=True)
        config = uvicorn.Config(
            app,
            log_level="warning",
            access_log=False,
            lifespan="off",
            server_header=False,
            timeout_graceful_shutdown=LAST_REQUESTS,
        )
        _Server(config).run(sockets=[listener])


def main(folder: Path) -> int:
    """The command line of a bundle: `serve.py [--host HOST] [--port N]`."""
    parser = ArgumentParser(description="Answer over HTTP for the model in this folder.")
    parser.add_argument("--host", default=HOST, help=f"default: {HOST}")
    parser.add_argument("--port", type=int, default=PORT, help=f"default: {PORT}; 0 takes a free one")
    given = parser.parse_args()
    try:
        serve(folder, given.host, given.port)
    except UserError as error:
        print(error, file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    return 0


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

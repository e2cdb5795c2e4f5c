"""A folder served to a browser on this machine, for as long as it is proven; counts what is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any


@dataclass
class Site:
    """A served folder: its address, and the files that were asked for in their order."""

    url: str
    server: ThreadingHTTPServer
    asked: list[str] = field(default_factory=list)

    def stop(self) -> None:
        """No answer from now on, as without a connection."""
        self.server.shutdown()
        self.server.server_close()


class _Files(SimpleHTTPRequestHandler):
    extensions_map = {
        "": "application/octet-stream",
        ".html": "text/html",
        ".css": "text/css",
        ".js": "text/javascript",
        ".mjs": "text/javascript",
        ".json": "application/json",
        ".wasm": "application/wasm",
    }

    def __init__(self, asked: list[str], *given: Any, **named: Any) -> None:
        self.asked = asked
        super().__init__(*given, **named)

    def end_headers(self) -> None:
        # Only what the page itself keeps may help it when the connection is gone.
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def do_GET(self) -> None:
        self.asked.append(self.path.partition("?")[0].lstrip("/") or "index.html")
        super().do_GET()

    def log_message(self, format: str, *words: Any) -> None:
        """Nothing is said."""


@contextmanager
def served(folder: Path) -> Iterator[Site]:
    """The folder at a free port of this machine."""
    asked: list[str] = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Files, asked, directory=str(folder)))
    server.daemon_threads = True
    Thread(target=server.serve_forever, daemon=True).start()
    site = Site(f"http://127.0.0.1:{server.server_address[1]}/", server, asked)
    try:
        yield site
    finally:
        site.stop()

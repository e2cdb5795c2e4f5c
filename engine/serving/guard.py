"""What stands before a model's application: a key, a limit on the time of a request, counts, and one log line each."""

from __future__ import annotations

import asyncio
import hmac
import sys
import time
from dataclasses import dataclass, field
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from engine.serving.measured import Meter

OPEN = ("/health",)
"""Paths that ask for no key: whoever watches over the server has none."""
KNOWN = ("/predict", "/health", "/schema", "/openapi.json", "/metrics")
SECONDS = 30.0


@dataclass
class Guard:
    """The application with what every request passes; `key` empty asks for none, `logs` writes to standard output."""

    app: ASGIApp
    key: str = ""
    seconds: float = SECONDS
    logs: bool = False
    meter: Meter = field(default_factory=Meter)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 0

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        said: dict[str, Any] = scope.setdefault("state", {})
        try:
            if self.key and scope["path"] not in OPEN and not _holds(scope, self.key):
                await refusal(401, "no valid key: send it as the header x-api-key")(scope, receive, noted)
            else:
                async with asyncio.timeout(self.seconds):
                    await self.app(scope, receive, noted)
        except TimeoutError:
            if status == 0:
                sentence = f"not answered after {self.seconds:g} seconds: send fewer rows, or send them faster"
                await refusal(503, sentence)(scope, receive, noted)
        finally:
            self._note(scope, status, time.perf_counter() - began, said)

    def _note(self, scope: Scope, status: int, seconds: float, said: dict[str, Any]) -> None:
        path = scope["path"] if scope["path"] in KNOWN else "other"
        rows, warnings = said.get("rows", 0), said.get("warnings", 0)
        self.meter.count(path, status, seconds, rows, warnings)
        if self.logs:
            line = {
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
                "worker": self.meter.worker,
                "path": path,
                "status": status,
                "rows": rows,
                "warnings": warnings,
                "ms": round(1000 * seconds, 2),
            }
            sys.stdout.write(msgspec.json.encode(line).decode() + "\n")
            sys.stdout.flush()


def refusal(status: int, sentence: str) -> Response:
    """An answer that says in one sentence why there is no other."""
    content = msgspec.json.encode({"error": sentence, "problems": []})
    return Response(content, status, media_type="application/json")


def _holds(scope: Scope, key: str) -> bool:
    given = dict(scope["headers"]).get(b"x-api-key", b"")
    return hmac.compare_digest(given, key.encode())

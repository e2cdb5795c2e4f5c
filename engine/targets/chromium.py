"""A headless Chromium that opens pages, spoken to through a pipe; it sees its errors and everything it asks for."""

from __future__ import annotations

import fcntl
import json
import os
import select
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

from engine.errors import UserError

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # Whatever else a page may want from the network fails, and so is noticed.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--remote-debugging-pipe",
)
SECONDS = 120.0
STEP = 0.5
LOWEST = 10
"""The first descriptor that is surely none of those on which Chromium reads and writes, 3 and 4."""
MOVE = """\
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def program() -> str | None:
    """Where a Chromium is, None where there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), None)


class Page:
    """One page of a running browser; `errors` and `requests` grow as it says and asks for things."""

    def __init__(self, write: int, read: int, check: Callable[[], object]) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        self._write, self._read, self._check = write, read, check
        self._rest, self._number, self._loaded = b"", 0, False
        target = self._ask("Target.createTarget", {"url": "about:blank"}, "")["targetId"]
        asked = {"targetId": target, "flatten": True}
        self._session = self._ask("Target.attachToTarget", asked, "")["sessionId"]
        for domain in ("Network", "Runtime", "Log", "Page"):
            self._ask(f"{domain}.enable", {}, self._session)

    def forget(self) -> None:
        """Begin to watch anew, with nothing said or asked for yet."""
        self.errors.clear()
        self.requests.clear()

    def open(self, url: str) -> None:
        """Go to a page, and wait until it is loaded. Errors: UserError when it cannot be reached."""
        self._loaded = False
        found = self._ask("Page.navigate", {"url": url}, self._session)
        if found.get("errorText"):
            raise UserError(f"Chromium cannot open {url}: {found['errorText']}")
        while not self._loaded:
            self._heard(self._next())

    def evaluate(self, expression: str) -> Any:
        """The value of an expression of JavaScript, waited for if it is a promise. Errors: UserError with its error."""
        asked = {"expression": expression, "awaitPromise": True, "returnByValue": True}
        found = self._ask("Runtime.evaluate", asked, self._session)
        if "exceptionDetails" in found:
            told = found["exceptionDetails"]
            said = told.get("exception", {}).get("description") or told.get("text", "")
            raise UserError(f"the page failed in Chromium: {said.splitlines()[0][:300]}")
        return found["result"].get("value")

    def _ask(self, method: str, params: dict[str, Any], session: str) -> dict[str, Any]:
        self._number += 1
        content = {"id": self._number, "method": method, "params": params} | ({"sessionId": session} if session else {})
        data = json.dumps(content).encode() + b"\0"
        try:
            while data:
                data = data[os.write(self._write, data) :]
        except BrokenPipeError:
            raise UserError("Chromium ended by itself; try again with less load") from None
        while True:
            message = self._next()
            if message.get("id") == self._number:
                if "error" in message:
                    raise UserError(f"Chromium refused {method}: {message['error'].get('message', '')}")
                found: dict[str, Any] = message["result"]
                return found
            self._heard(message)

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + SECONDS
        while b"\0" not in self._rest:
            self._check()
            ready, _, _ = select.select([self._read], [], [], STEP)
            if ready:
                data = os.read(self._read, 1 << 16)
                if not data:
                    raise UserError("Chromium ended by itself; try again with less load")
                self._rest += data
            elif time.monotonic() > until:
                raise UserError(f"Chromium said nothing for {SECONDS:g} seconds; try again with less load")
        line, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(line)
        return found

    def _heard(self, message: dict[str, Any]) -> None:
        told = message.get("params", {})
        match message.get("method"):
            case "Page.loadEventFired":
                self._loaded = True
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Runtime.exceptionThrown":
                details = told["exceptionDetails"]
                self.errors.append(details.get("exception", {}).get("description") or details.get("text", ""))
            case "Runtime.consoleAPICalled" if told["type"] in ("error", "assert"):
                self.errors.append(" ".join(str(each.get("value", each.get("description"))) for each in told["args"]))
            case "Log.entryAdded" if told["entry"]["level"] == "error":
                self.errors.append(told["entry"]["text"])


def _pipe() -> tuple[int, int]:
    """The two ends of a pipe, on descriptors from LOWEST on."""
    low = os.pipe()
    read, write = (fcntl.fcntl(each, fcntl.F_DUPFD_CLOEXEC, LOWEST) for each in low)
    for each in low:
        os.close(each)
    return read, write


@contextmanager
def page(check: Callable[[], object] = lambda: None) -> Iterator[Page]:
    """A page in a browser of its own with an empty profile. Errors: UserError when there is none or it fails."""
    found = program()
    if found is None:
        raise UserError("there is no Chromium here to prove the page in: install chromium, then try again")
    command = [found, *FLAGS, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    (their_read, our_write), (our_read, their_write) = _pipe(), _pipe()
    with tempfile.TemporaryDirectory(prefix="modelwright-", ignore_cleanup_errors=True) as profile:
        moved = [sys.executable, "-I", "-S", "-c", MOVE, str(their_read), str(their_write)]
        browser = subprocess.Popen(
            [*moved, *command, f"--user-data-dir={profile}", "about:blank"],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(their_read, their_write),
            start_new_session=True,
        )
        os.close(their_read)
        os.close(their_write)
        try:
            yield Page(our_write, our_read, check)
        finally:
            os.close(our_write)
            os.close(our_read)
            with suppress(ProcessLookupError):
                os.killpg(browser.pid, 9)
            browser.wait()

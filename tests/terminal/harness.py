"""A real terminal for tests: a program on a pty, its screen kept by pyte, its bytes counted.

Waiting is for what the program writes, never for time; the limits are generous and only end a test that hangs.
"""

import codecs
import fcntl
import os
import pty
import select
import signal
import struct
import sys
import termios
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Self

import pyte

REPOSITORY = Path(__file__).resolve().parents[2]
PATIENCE = 90.0
"""Seconds after which a wait is given up; the machine may be busy."""
KEYS = {
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "backtab": "\x1b[Z",
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "space": " ",
    "backspace": "\x7f",
    "pagedown": "\x1b[6~",
    "f1": "\x1bOP",
    "f5": "\x1b[15~",
    "f6": "\x1b[17~",
    "f7": "\x1b[18~",
    "f8": "\x1b[19~",
    "f9": "\x1b[20~",
    "ctrl+p": "\x10",
    "ctrl+q": "\x11",
    "ctrl+u": "\x15",
}


class Terminal:
    """A program that runs on a pty of its own, in a session of its own."""

    def __init__(
        self,
        *arguments: str,
        size: tuple[int, int] = (80, 24),
        env: Mapping[str, str] | None = None,
        cwd: Path = REPOSITORY,
    ) -> None:
        """`arguments` go to the Python of the tests; `env` replaces or (empty value) removes variables."""
        columns, rows = size
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self.raw = bytearray()
        self._mark = 0
        self.code: int | None = None
        inherited = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLORTERM", "TMUX", "PYTHONUTF8")}
        inherited |= {"TERM": "xterm-256color", "LC_ALL": "C.UTF-8", "PYTHONPATH": str(REPOSITORY), **(env or {})}
        inherited = {key: value for key, value in inherited.items() if value}
        self.pid, self._fd = pty.fork()
        if self.pid == 0:
            os.chdir(cwd)
            os.execve(sys.executable, [sys.executable, *arguments], inherited)
        self._set_size(columns, rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.code is None:
            self.kill(signal.SIGKILL)
            self.wait()
        os.close(self._fd)

    # -- doing -------------------------------------------------------------------------------------------------

    def send(self, *keys: str) -> None:
        """Press keys by name, or type text."""
        for key in keys:
            os.write(self._fd, KEYS.get(key, key).encode())

    def resize(self, columns: int, rows: int) -> None:
        self._screen.resize(rows, columns)
        self._set_size(columns, rows)

    def kill(self, number: int) -> None:
        os.kill(self.pid, number)

    def _set_size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self._fd, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    # -- waiting -----------------------------------------------------------------------------------------------

    def read(self, seconds: float) -> bytes:
        """What the program writes next, within so many seconds; empty when nothing."""
        ready, _, _ = select.select([self._fd], [], [], seconds)
        if not ready:
            return b""
        try:
            content = os.read(self._fd, 65536)
        except OSError:
            return b""
        self.raw += content
        self._stream.feed(self._decoder.decode(content))
        return content

    def until(self, holds: Callable[[], bool], what: str = "") -> None:
        """Read until something holds. Fails, with the screen, when it never does."""
        end = time.monotonic() + PATIENCE
        while not holds():
            if time.monotonic() > end:
                raise AssertionError(f"never seen: {what}\n{self.screen()}")
            self.read(0.1)

    def wait_for(self, *texts: str) -> None:
        """Read until all these texts stand on the screen."""
        self.until(lambda: all(text in self.screen() for text in texts), ", ".join(texts))

    def wait_for_file(self, path: Path, *texts: str) -> None:
        """Read until a file holds all these texts."""

        def holds() -> bool:
            content = path.read_text(encoding="utf-8") if path.exists() else ""
            return all(text in content for text in texts)

        self.until(holds, f"{', '.join(texts)} in {path}")

    def settle(self, quiet: float = 1.0) -> None:
        """Read until the program has written nothing for so long."""
        while self.read(quiet):
            pass

    def wait(self) -> int:
        """Read until the program has ended; its exit code, negative for a signal."""
        end = time.monotonic() + PATIENCE
        while self.code is None:
            self.read(0.05)
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.code = os.waitstatus_to_exitcode(status)
            elif time.monotonic() > end:
                raise AssertionError(f"did not end\n{self.screen()}")
        while self.read(0.05):
            pass
        return self.code

    # -- seeing ------------------------------------------------------------------------------------------------

    def screen(self) -> str:
        """The screen as text, without the spaces at the ends of lines."""
        return "\n".join(line.rstrip() for line in self._screen.display)

    def cells(self) -> list[str]:
        """Every cell of the screen, line after line."""
        return [self._screen.buffer[y][x].data for y in range(self._screen.lines) for x in range(self._screen.columns)]

    def mark(self) -> None:
        """Count bytes from here."""
        self._mark = len(self.raw)

    @property
    def bytes(self) -> int:
        """Bytes written since the mark."""
        return len(self.raw) - self._mark


def bytes_until_painted(raw: bytes, size: tuple[int, int], share: float = 0.97) -> int:
    """How many of these bytes it took until so large a share of the final screen's cells was right."""
    columns, rows = size

    def cells(content: bytes) -> list[str]:
        screen = pyte.Screen(columns, rows)
        pyte.Stream(screen).feed(content.decode("utf-8", "replace"))
        return [screen.buffer[y][x].data for y in range(rows) for x in range(columns)]

    final = cells(raw)
    low, high = 0, len(raw)
    while high - low > 64:
        middle = (low + high) // 2
        right = sum(a == b for a, b in zip(cells(raw[:middle]), final, strict=True))
        low, high = (low, middle) if right >= share * len(final) else (middle, high)
    return high

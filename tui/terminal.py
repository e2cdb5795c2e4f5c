"""What the terminal can do, asked before anything is drawn; and leaving it as it was found, however we go."""

import os
import signal
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import Any

from textual.app import App

from tui.widgets.cells import clean

HEADLESS = "`modelwright status`, `modelwright run NAME` and `modelwright ask NAME` work here"
RESTORE = (
    "\x1b[?1000l\x1b[?1002l\x1b[?1003l\x1b[?1006l\x1b[?1015l\x1b[?1004l\x1b[?2004l\x1b[<u\x1b[?7h\x1b[?25h\x1b[?1049l"
)
"""Mouse, focus, paste and keyboard reports off; wrapping and cursor on; the screen from before."""
KEEP_TITLE, OLD_TITLE = "\x1b[22;2t", "\x1b[23;2t"


def unfit() -> str:
    """Why the wizard cannot be drawn here, in one sentence; empty when it can."""
    if not (sys.stdin.isatty() and sys.stdout.isatty() and sys.stderr.isatty()):
        return f"the wizard needs a terminal, and input or output is redirected: {HEADLESS}"
    name = os.environ.get("TERM", "")
    if name in ("", "dumb", "unknown"):
        return f"the wizard cannot be drawn on a terminal of type {name or 'unknown'!r}: {HEADLESS}"
    return ""


def mend_locale() -> None:
    """Start over once in UTF-8 mode where the locale says another encoding, because every column would be broken."""
    encoding = (sys.stderr.encoding or "").lower().replace("_", "-")
    told = os.environ.pop("PYTHONIOENCODING", None)
    if encoding in ("utf-8", "utf8") or (os.environ.get("PYTHONUTF8") == "1" and told is None):
        return
    os.environ["PYTHONUTF8"] = "1"
    sys.stdout.flush()
    sys.stderr.flush()
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def few_colours() -> bool:
    """Whether the terminal has 16 colours at most, or none are wanted (NO_COLOR, when it is not empty)."""
    if os.environ.get("NO_COLOR") == "":
        del os.environ["NO_COLOR"]
    if "NO_COLOR" in os.environ:
        return True
    if os.environ.get("COLORTERM", "").strip().lower() in ("truecolor", "24bit"):
        return False
    name = os.environ.get("TERM", "").strip().lower()
    return not (name == "kitty" or name.endswith(("-256color", "-kitty")))


def title(app: App[Any], text: str) -> None:
    """Name the terminal's window."""
    if app._driver is not None and not app.is_headless:
        app._driver.write(f"\x1b]2;{clean(text)}\x07")
        app._driver.flush()


@contextmanager
def kept() -> Iterator[None]:
    """Give the terminal back when the process is told to end: no exit hook runs then."""
    out = sys.__stderr__
    assert out is not None
    with suppress(termios.error):
        before = termios.tcgetattr(out.fileno())

    def leave(number: int, frame: FrameType | None) -> None:
        with suppress(OSError, termios.error):
            os.write(out.fileno(), (RESTORE + OLD_TITLE).encode())
            termios.tcsetattr(out.fileno(), termios.TCSADRAIN, before)
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)

    handlers = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    os.write(out.fileno(), KEEP_TITLE.encode())
    try:
        yield
    finally:
        os.write(out.fileno(), OLD_TITLE.encode())
        for number, handler in handlers.items():
            signal.signal(number, handler)

"""The marks of the wizard, in Unicode and in ASCII: every state has its own glyph, and colour only repeats it."""

from dataclasses import dataclass
from typing import Literal

from tui.widgets.cells import ASCII, UNICODE, Glyphs

Standing = Literal["open", "running", "done", "stale", "failed", "skipped", "asks"]
COLOURS: dict[Standing, str] = {
    "open": "",
    "running": "cyan",
    "done": "green",
    "stale": "yellow",
    "failed": "red",
    "skipped": "",
    "asks": "yellow",
}
WORDS: dict[Standing, str] = {
    "open": "open",
    "running": "running",
    "done": "done",
    "stale": "stale",
    "failed": "failed",
    "skipped": "skipped",
    "asks": "needs you",
}


@dataclass(frozen=True, slots=True)
class Marks:
    """What the wizard marks things with; `drawn` are the glyphs of charts and tables."""

    drawn: Glyphs
    states: dict[Standing, str]
    here: str
    cursor: str
    picked: str
    unpicked: str = "( )"
    ticked: str = "[x]"
    unticked: str = "[ ]"
    edge: str = "|"
    rule: str = "-"


FINE = Marks(
    drawn=UNICODE,
    states={"open": "·", "running": "*", "done": "✓", "stale": "~", "failed": "✗", "skipped": "-", "asks": "!"},
    here="▶",
    cursor="▌",
    picked="(•)",
    edge="│",
    rule="─",
)
PLAIN = Marks(
    drawn=ASCII,
    states={"open": ".", "running": "*", "done": "v", "stale": "~", "failed": "x", "skipped": "-", "asks": "!"},
    here=">",
    cursor=">",
    picked="(o)",
)

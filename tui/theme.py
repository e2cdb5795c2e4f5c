"""Our themes: one whose colours all lie in the 256-colour cube and its grey ramp, and one for 16 colours."""

from typing import ClassVar

from rich.terminal_theme import TerminalTheme
from textual.scrollbar import ScrollBarRender
from textual.theme import Theme

GREYS = {level: f"#{8 + 10 * (level - 232):02x}" + f"{8 + 10 * (level - 232):02x}" * 2 for level in range(232, 256)}
BLUE, GREEN, YELLOW, RED, CYAN, PINK = "#87afd7", "#87af87", "#d7af5f", "#ff8787", "#87d7d7", "#d7afd7"

FULL = Theme(
    name="modelwright",
    primary=BLUE,
    secondary=CYAN,
    warning=YELLOW,
    error=RED,
    success=GREEN,
    accent=BLUE,
    foreground=GREYS[253],
    background=GREYS[233],
    surface=GREYS[234],
    panel=GREYS[235],
    dark=True,
    variables={
        "quiet": GREYS[247],
        "rule": GREYS[240],
        "field": GREYS[236],
        "text-disabled": GREYS[246],
        "text-muted": GREYS[247],
        "input-cursor-background": GREYS[253],
        "input-cursor-foreground": GREYS[233],
        "input-cursor-text-style": "none",
        "input-selection-background": GREYS[241],
    },
)
FEW = Theme(
    name="modelwright-16",
    ansi=True,
    primary="ansi_blue",
    secondary="ansi_cyan",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    accent="ansi_cyan",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        "ansi-background": "ansi_default",
        "ansi-foreground": "ansi_default",
        "quiet": "ansi_default",
        "rule": "ansi_default",
        "field": "ansi_default",
        "text-disabled": "ansi_default",
        "text-muted": "ansi_default",
    },
)


class Whole(ScrollBarRender):
    """A scroll bar of whole cells, which needs no characters but the space."""

    VERTICAL_BARS: ClassVar[list[str]] = [" "] * 8
    HORIZONTAL_BARS: ClassVar[list[str]] = [" "] * 8


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


NAMED = TerminalTheme(
    _rgb(GREYS[233]),
    _rgb(GREYS[253]),
    [_rgb(c) for c in (GREYS[236], RED, GREEN, YELLOW, BLUE, PINK, CYAN, GREYS[253])],
    [_rgb(c) for c in (GREYS[247], RED, GREEN, YELLOW, BLUE, PINK, CYAN, GREYS[255])],
)
"""What the colour names of texts ("red", "dim") stand for in the full theme."""

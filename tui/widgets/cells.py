"""Text measured in terminal cells: cleaned, cut, padded, wrapped; numbers as words; and the two sets of glyphs."""

import math
import unicodedata
from dataclasses import dataclass
from typing import Literal

from rich.cells import cell_len, chop_cells, set_cell_size

Align = Literal["left", "right"]


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that drawings are made of; every one is a single cell wide."""

    ascii: bool
    levels: str
    """Heights of a sparkline, lowest first."""
    full: str
    partial: str
    """Parts of a bar's last cell, thinnest first."""
    empty: str
    upper: str
    lower: str
    light: tuple[str, str, str]
    """The second curve: upper half, lower half, both halves."""
    both: str
    """Where two curves share a cell."""
    dot: str
    line: str
    left: str
    right: str
    edge: str
    mark: str
    yes: str
    no: str
    open: str
    stale: str
    arrow: str
    bullet: str
    here: str
    cut: str
    warn: str


UNICODE = Glyphs(
    ascii=False,
    levels="▁▂▃▄▅▆▇█",
    full="█",
    partial="▏▎▍▌▋▊▉",
    empty="·",
    upper="▀",
    lower="▄",
    light=("'", ".", ":"),
    both="▓",
    dot="●",
    line="─",
    left="├",
    right="┤",
    edge="│",
    mark="▲",
    yes="✓",
    no="✗",
    open="·",
    stale="~",
    arrow="→",
    bullet="·",
    here="▶",
    cut="…",
    warn="!",
)

ASCII = Glyphs(
    ascii=True,
    levels="_.-=^",
    full="#",
    partial="",
    empty=".",
    upper="*",
    lower="*",
    light=("'", ".", ":"),
    both="@",
    dot="o",
    line="-",
    left="|",
    right="|",
    edge="|",
    mark="^",
    yes="+",
    no="x",
    open=".",
    stale="~",
    arrow="->",
    bullet="-",
    here=">",
    cut="~",
    warn="!",
)

SPELLED = {
    "\u00b1": "+/-",
    "\u2192": "->",
    "\u00d7": "x",
    "\u2212": "-",
    "\u2013": "-",
    "\u2014": "-",
    "\u2026": "...",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u00b2": "2",
    "\u03b1": "alpha",
    "\u03b5": "eps",
    "\u00b5": "u",
    "\u00b0": " ",
    "\u2205": "NA",
    "\u2018": "'",
    "\u2019": "'",
    "\u201c": '"',
    "\u201d": '"',
    "\u00df": "ss",
}


def clean(text: str, glyphs: Glyphs = UNICODE) -> str:
    """Foreign text as it may go to the terminal: no control or direction characters, and in ASCII if need be."""
    if text.isascii() and text.isprintable():
        return text
    shown = []
    for character in text:
        category = unicodedata.category(character)
        if character in "\t\n\r" or category in ("Zl", "Zp"):
            shown.append(" ")
        elif category in ("Cf", "Mn", "Me") and glyphs.ascii:
            continue
        elif category.startswith("C") and character != "\N{ZERO WIDTH JOINER}":
            shown.append("" if category == "Cf" else "?")
        elif glyphs.ascii and not character.isascii():
            shown.append(_spelled(character))
        else:
            shown.append(character)
    return "".join(shown)


def _spelled(character: str) -> str:
    if character in SPELLED:
        return SPELLED[character]
    plain = unicodedata.normalize("NFKD", character).encode("ascii", "ignore").decode()
    return plain if plain.isprintable() and plain else "?" * cell_len(character)


def cut(text: str, width: int, glyphs: Glyphs = UNICODE) -> str:
    """The text, shortened with a mark where it is wider than `width` cells."""
    if cell_len(text) <= width:
        return text
    if width <= 0:
        return ""
    return set_cell_size(text, width - 1).rstrip() + glyphs.cut if width > 1 else glyphs.cut


def fit(text: str, width: int, align: Align = "left", glyphs: Glyphs = UNICODE) -> str:
    """The text in exactly `width` cells."""
    text = cut(text, width, glyphs)
    space = " " * (max(0, width) - cell_len(text))
    return space + text if align == "right" else text + space


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells, broken at spaces, inside a word only where it is too long."""
    width = max(1, width)
    lines, line = [], ""
    for word in text.split():
        for piece in chop_cells(word, width) if cell_len(word) > width else [word]:
            longer = f"{line} {piece}" if line else piece
            if cell_len(longer) <= width:
                line = longer
            else:
                lines.append(line)
                line = piece
    return [*lines, line] if line else lines


def number(value: float | None) -> str:
    """An amount in four digits at most where it has decimals; `n/a` when it is not finite, `-` when there is none."""
    if value is None:
        return "-"
    if not math.isfinite(value):
        return "n/a"
    value += 0.0  # no negative zero
    size = abs(value)
    if size and (size < 1e-4 or size >= 1e12):
        return f"{value:.1e}"
    if size >= 1000 or value == int(value):
        return f"{value:,.0f}"
    return f"{value:.{_decimals(size)}f}".rstrip("0").rstrip(".") if size >= 1 else f"{value:.3g}"


def score(value: float | None) -> str:
    """A score with as many decimals as make four digits, so that scores of one size stand in a column."""
    if value is None:
        return "-"
    if not math.isfinite(value):
        return "n/a"
    return f"{value:,.{_decimals(abs(value))}f}"


def _decimals(size: float) -> int:
    return 4 if size < 1 else 3 if size < 10 else 2 if size < 100 else 1 if size < 1000 else 0


def share(part: float, whole: float) -> str:
    """A part as a percentage; `-` of nothing."""
    if not whole or not math.isfinite(part / whole):
        return "-"
    percent = 100 * part / whole
    return (
        "0%"
        if percent == 0
        else "<0.1%"
        if percent < 0.1
        else f"{percent:.1f}%"
        if percent < 99.95
        else f"{percent:.0f}%"
    )


def duration(seconds: float | None) -> str:
    """Seconds as a person says them: `<1 s`, `42 s`, `3 min 05 s`, `2 h 10 min`, `3 d 4 h`."""
    if seconds is None or not math.isfinite(seconds):
        return "-"
    if 0 < seconds < 1:
        return "<1 s"
    whole = max(0, round(seconds))
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    if whole < 86400:
        return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
    return f"{whole // 86400} d {whole % 86400 // 3600} h"


def size(count: float) -> str:
    """Bytes in binary units: `812 B`, `4.2 KiB`, `1.3 GiB`."""
    for unit in ("B", "KiB", "MiB", "GiB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "B" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TiB"

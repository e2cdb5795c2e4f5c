"""A driver for slow lines: of what is drawn, only the cells that differ from what the terminal shows are sent.

Textual repaints the screen whenever a line more or less is laid out. This module keeps what the terminal shows, cell
by cell, and never draws anything of its own; what it does not understand it passes on as it is.
"""

from __future__ import annotations

import os
import re
from functools import lru_cache

from rich.cells import get_character_cell_size
from textual import events
from textual.drivers.linux_driver import LinuxDriver
from textual.geometry import Size
from textual.message import Message

TOKEN = re.compile(
    r"(?P<text>[^\x00-\x1f\x7f]+)"
    r"|\x1b\[(?P<style>[0-9;]*)m"
    r"|\x1b\[(?P<row>\d+);(?P<column>\d+)H"
    r"|(?P<line>\r?\n)"
    r"|(?P<sync>\x1b\[\?2026[hl])"
    r"|(?P<other>\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)?|\x1b.|.)",
    re.DOTALL,
)
DISTURBS = re.compile(r"\x1b\[[0-?]*[@A-LMPSTXfr]|\x1b\[\?(1049|1047|47)[hl]|\x1b[c78DEM]")
"""Sequences after which the terminal may show anything at all, or have its cursor anywhere."""
NEAR = 4
"""So many equal cells between two different ones are cheaper sent than jumped over."""
PLAIN = ((), "", "")
OFF = {"1": "22", "2": "22", "3": "23", "4": "24", "5": "25", "7": "27", "9": "29"}

Style = tuple[tuple[str, ...], str, str]
"""Attributes, foreground and background, each as it stands in an SGR sequence."""
Cell = tuple[str, Style]
"""A character and its style; the second half of a wide character is empty."""


@lru_cache(4096)
def parsed(codes: str) -> Style:
    """The style that an SGR sequence sets after a reset."""
    parts, fore, back = codes.split(";"), "", ""
    attributes: list[str] = []
    while parts:
        code = parts.pop(0)
        if code in ("38", "48"):
            length = {"5": 2, "2": 4}.get(parts[0] if parts else "", 0)
            whole = ";".join([code, *parts[:length]])
            del parts[:length]
            fore, back = (whole, back) if code == "38" else (fore, whole)
        elif code in ("", "0"):
            attributes, fore, back = [], "", ""
        elif code[0] in "39" and len(code) == 2:
            fore = "" if code == "39" else code
        elif code.startswith(("4", "10")) and len(code) >= 2:
            back = "" if code == "49" else code
        else:
            attributes.append(code)
    return tuple(sorted(attributes)), fore, back


@lru_cache(4096)
def change(old: Style | None, new: Style) -> str:
    """The shortest SGR sequence from one style to another."""
    if old == new:
        return ""
    whole = ";".join(part for part in ("0", *new[0], new[1], new[2]) if part)
    if old is None or new == PLAIN:
        return f"\x1b[{'' if new == PLAIN else whole}m"
    gone = [code for code in old[0] if code not in new[0]]
    codes = [OFF.get(code, "0") for code in gone]
    kept = [] if "22" in codes else [code for code in new[0] if code in old[0]]
    codes += [code for code in new[0] if code not in kept]
    codes += [new[1] or "39"] if new[1] != old[1] else []
    codes += [new[2] or "49"] if new[2] != old[2] else []
    shorter = ";".join(dict.fromkeys(codes))
    return f"\x1b[{shorter if '0' not in codes and len(shorter) < len(whole) else whole}m"


class Canvas:
    """What the terminal shows, as far as it is known, and what it is to show."""

    def __init__(self) -> None:
        self._shown: dict[int, dict[int, Cell]] = {}
        self._wanted: dict[int, dict[int, Cell]] = {}
        self._row = self._column = 0
        self._style: Style = PLAIN
        self._pen: Style | None = None
        self._cursor: tuple[int, int] | None = None
        self._sync = ""

    def forget(self) -> None:
        """The terminal may show anything now: send whatever is drawn next."""
        self._shown.clear()
        self._pen = self._cursor = None

    def send(self, drawn: str) -> str:
        """What has to be sent so that the terminal looks as if all of `drawn` had been."""
        out: list[str] = []
        for token in TOKEN.finditer(drawn):
            kind = token.lastgroup
            if kind == "text":
                self._put(token["text"])
            elif kind == "style":
                codes = token["style"]
                if codes in ("", "0"):
                    self._style = PLAIN
                else:
                    attributes, fore, back = parsed(codes)
                    before = self._style
                    self._style = (tuple(sorted({*before[0], *attributes})), fore or before[1], back or before[2])
            elif kind == "column":
                self._row, self._column = int(token["row"]) - 1, int(token["column"]) - 1
            elif kind == "line":
                self._row, self._column = self._row + 1, 0
            else:
                self._flush(out)
                if kind == "sync":
                    self._bracket(out, token["sync"])
                else:
                    self._pass(out, token["other"])
        self._flush(out)
        return "".join(out)

    def _pass(self, out: list[str], other: str) -> None:
        """Send what is no drawing as it is; what erases, erases in the style that is set."""
        if DISTURBS.match(other):
            out += [change(self._pen, self._style), other]
            self.forget()
        else:
            out.append(other)

    def _bracket(self, out: list[str], sync: str) -> None:
        """Nothing between the beginning of a frame and its end: then neither is sent."""
        if sync.endswith("h"):
            self._sync = sync
        elif self._sync:
            self._sync = ""
        else:
            out.append(sync)

    def _put(self, text: str) -> None:
        row = self._wanted.setdefault(self._row, {})
        column, style = self._column, self._style
        for character in text:
            width = 1 if character < "\u0300" else get_character_cell_size(character)
            if width == 0:
                before = column - 1
                while before > 0 and row.get(before, (" ", style))[0] == "":
                    before -= 1
                lead = row.get(before)
                if lead is not None:
                    row[before] = (lead[0] + character, lead[1])
                continue
            row[column] = (character, style)
            if width == 2:
                row[column + 1] = ("", style)
            column += width
        self._column = column

    def _flush(self, out: list[str]) -> None:
        sent: list[str] = []
        for number in sorted(self._wanted):
            self._flush_row(number, self._wanted[number], sent)
        self._wanted.clear()
        here = (self._row, self._column)
        if sent or self._cursor not in (None, here):
            if self._cursor != here:
                sent.append(f"\x1b[{here[0] + 1};{here[1] + 1}H")
                self._cursor = here
            if self._sync:
                out.append(self._sync)
                self._sync = ""
            out.extend(sent)

    def _flush_row(self, number: int, wanted: dict[int, Cell], sent: list[str]) -> None:
        shown = self._shown.setdefault(number, {})
        last = -1
        for column in sorted(column for column, cell in wanted.items() if shown.get(column) != cell):
            if column <= last:
                continue
            start = column
            while start > 0 and wanted[start][0] == "" and start - 1 in wanted:
                start -= 1
            between = range(last + 1, start)
            if last >= 0 and len(between) <= NEAR and all(c in wanted and wanted[c] == shown.get(c) for c in between):
                start = last + 1
            last = self._write(number, start, column, wanted, shown, sent)

    def _write(
        self, number: int, start: int, end: int, wanted: dict[int, Cell], shown: dict[int, Cell], sent: list[str]
    ) -> int:
        """Send the cells from `start` to `end`, and the second half of a wide one. Returns the last column sent."""
        while wanted.get(end + 1, ("x", PLAIN))[0] == "":
            end += 1
        if self._cursor != (number, start):
            sent.append(f"\x1b[{number + 1};{start + 1}H")
        for column in range(start, end + 1):
            character, style = wanted[column]
            if character:
                sent.append(change(self._pen, style))
                sent.append(character)
                self._pen = style
            shown[column] = wanted[column]
        self._cursor = (number, end + 1)
        return end


class Thrifty(LinuxDriver):
    """The driver of Textual for Linux, with a canvas before the terminal."""

    _canvas: Canvas | None = None
    _drawn_for: Size | None = None

    @property
    def canvas(self) -> Canvas:
        if self._canvas is None:
            self._canvas = Canvas()
        return self._canvas

    def write(self, data: str) -> None:
        size = self._app.size
        if size != self._drawn_for:
            self._drawn_for = size
            self.canvas.forget()
        sent = self.canvas.send(data)
        if sent:
            super().write(sent)

    def process_message(self, message: Message) -> None:
        if isinstance(message, events.Resize):
            self.canvas.forget()
        super().process_message(message)

    def _get_terminal_size(self) -> tuple[int, int]:
        # Textual asks for the size when the terminal says it has another one, and only then.
        self.canvas.forget()
        try:
            # What the terminal says counts, not what COLUMNS and LINES said when the shell started.
            size = os.get_terminal_size(self.fileno)
            return size.columns, size.lines
        except OSError:
            return super()._get_terminal_size()

"""The labeller: one row on a plain terminal, one key per class. No toolkit: a row costs the wire its own characters."""

from __future__ import annotations

import os
import select
import shutil
import sys
import termios
import tty
from collections.abc import Sequence
from pathlib import Path
from textwrap import wrap

from engine.labels.record import Item, Said, say, standing
from engine.report.words import clean

KEYS = "123456789abcdefghijklmnop"
UNDO, SKIP, QUIT = "u", "s", ("q", "\x03", "\x11", "")
ESCAPE_WAIT = 0.05
"""Seconds in which the rest of a special key's bytes follow its first one."""


def label(items: Sequence[Item], classes: Sequence[str], record: Path) -> int:
    """Ask for the rows that `record` has no word on; returns how many labels it holds at the end."""
    said = standing(record)
    keys = dict(zip(KEYS, classes, strict=False))
    terminal = sys.stdin.fileno()
    before = termios.tcgetattr(terminal)
    tty.setraw(terminal, termios.TCSADRAIN)
    try:
        while (item := next((each for each in items if each.id not in said), None)) is not None:
            _write(page(item, keys, len(said), len(items)))
            key = _key(terminal)
            if key in QUIT:
                break
            if key == UNDO and said:
                last = next(reversed(said))
                say(record, Said(last, undone=True))
                said.pop(last)
            elif key == SKIP or key in keys:
                say(record, Said(item.id, keys.get(key) if key != SKIP else None))
                said[item.id] = keys.get(key) if key != SKIP else None
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        _write("\x1b[2J\x1b[H")
    return sum(label is not None for label in said.values())


def page(item: Item, keys: dict[str, str], done: int, total: int) -> str:
    """The screen of one row: its columns, cut to the terminal, and the keys below."""
    width, height = shutil.get_terminal_size()
    foot = [
        f"{done:,} of {total:,} done  u undo  s skip  q quit (resumes here)",
        *wrap("  ".join(f"{key}\xa0{clean(name)}".replace(" ", "\xa0") for key, name in keys.items()), width),
    ]
    body: list[str] = []
    for name, value in item.fields.items():
        text = f"{clean(name)}: {clean(value)}"
        body += [text[start : start + width] for start in range(0, len(text), width)]
    room = height - len(foot) - 3
    if len(body) > room:
        body = [*body[: room - 1], f"... {len(body) - room + 1} more lines"]
    lines = [f"row {clean(item.id)}", "", *body, "", *(line[:width].replace("\xa0", " ") for line in foot)]
    return "\x1b[H" + "\r\n".join(f"{line}\x1b[K" for line in lines) + "\x1b[J"


def _key(terminal: int) -> str:
    """One key; bytes of a special key are one key that means nothing, so that an arrow labels nothing."""
    first = os.read(terminal, 1)
    if first == b"\x1b":
        # A sequence ends with its first letter or tilde; what was typed after it is not its own.
        while select.select([terminal], [], [], ESCAPE_WAIT)[0]:
            byte = os.read(terminal, 1)
            if byte not in (b"[", b"O") and not byte.isdigit() and byte != b";":
                break
    return first.decode("latin-1")


def _write(text: str) -> None:
    sys.stdout.write(text)
    sys.stdout.flush()

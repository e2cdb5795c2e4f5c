"""A log of any length, read by offset: where its lines begin is known, their text is read when it is wanted."""

from array import array
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 20
CHUNK = 1000
"""Lines searched at a time."""
LONGEST = 4096
"""Bytes of one line that are read; a longer line is shown in part."""


class LogFile:
    """The index of a file that may still grow. It knows nothing of who writes it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._forget()

    def _forget(self) -> None:
        self._starts = array("Q")
        self._end = 0
        self._open = False  # whether the last line has no end yet

    def __len__(self) -> int:
        return len(self._starts)

    def grow(self, most: int = BLOCK) -> bool:
        """Index at most `most` new bytes; True when there were any. A file that became shorter is read anew."""
        try:
            with open(self.path, "rb") as file:
                if file.seek(0, 2) < self._end:
                    self._forget()
                file.seek(self._end)
                block = file.read(most)
        except OSError:
            return False
        at = 0
        while at < len(block):
            if not self._open:
                self._starts.append(self._end + at)
            found = block.find(b"\n", at)
            self._open = found < 0
            at = len(block) if found < 0 else found + 1
        self._end += len(block)
        return bool(block)

    @property
    def length(self) -> int:
        """Bytes indexed so far."""
        return self._end

    def lines(self, first: int, count: int) -> list[str]:
        """The text of at most `count` lines from number `first` (from 0); what cannot be decoded is marked."""
        starts = self._starts[first : first + count]
        ends = [*starts[1:], self._start(first + len(starts))]
        try:
            with open(self.path, "rb") as file:
                return [_read(file, start, end) for start, end in zip(starts, ends, strict=True)] if starts else []
        except OSError:
            return []

    def _start(self, number: int) -> int:
        return self._starts[number] if number < len(self._starts) else self._end

    def find(self, text: str, start: int, backwards: bool = False) -> int | None:
        """The number of the next line from `start` on that holds `text`, upper and lower case alike, or None."""
        wanted, last = text.casefold(), len(self)
        while 0 <= start < last:
            first, end = (max(0, start + 1 - CHUNK), start + 1) if backwards else (start, min(last, start + CHUNK))
            known = [wanted in line.casefold() for line in self.lines(first, end - first)]
            if True in known:
                at = len(known) - 1 - known[::-1].index(True) if backwards else known.index(True)
                return first + at
            start = first - 1 if backwards else end
        return None


def _read(file: BinaryIO, start: int, end: int) -> str:
    file.seek(start)
    return file.read(min(LONGEST, end - start)).decode("utf-8", "replace").rstrip("\r\n")

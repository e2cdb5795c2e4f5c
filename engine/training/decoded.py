"""Arrays that files are decoded into, in parallel, and kept beside the project so that no file is decoded twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError

Cell: TypeAlias = str | bytes
Values: TypeAlias = NDArray[Any]
THREADS = min(16, 2 * (os.cpu_count() or 1))
AT_ONCE = 512
"""Files that are decoded before what they became is written."""
PARTS = 64
"""Parts of a kept kind, beyond which no more are written."""


class Unreadable(Exception):
    """A file that is not what it should be: what is wrong with it, in words."""


@dataclass(frozen=True, slots=True)
class Form:
    """What a cell is decoded into: `decode(cell)` gives `shape` of `dtype`, and `settings` names all that decides how.

    Errors of `decode`: Unreadable.
    """

    settings: str
    shape: tuple[int, ...]
    dtype: str
    decode: Callable[[Cell], Values]


_kept: list[Path] = []


def keep_in(folder: Path) -> None:
    """Keep what is decoded from now on in this folder, which can be deleted at any time."""
    _kept[:] = [folder]


def decoded(cells: Sequence[Cell | None], form: Form, column: str) -> Iterator[tuple[NDArray[np.int64], Values]]:
    """The arrays of the known cells, some at a time: their places among the cells, and (m, *form.shape).

    A cell is the path of a file, or what such a file holds. Errors: UserError naming row (from 1) and column of a cell
    that cannot be decoded.
    """
    places: dict[Cell, list[int]] = {}
    for place, cell in enumerate(cells):
        if cell is not None:
            places.setdefault(cell, []).append(place)
    known = _Kept(_kept[0], form) if _kept else None
    wanted = list(places)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        yield _joined(part, [places[cell] for cell in part], _arrays(part, form, known, places, column))


def _joined(part: list[Cell], places: list[list[int]], found: list[Values]) -> tuple[NDArray[np.int64], Values]:
    where = np.array([place for each in places for place in each], dtype=np.int64)
    return where, np.stack([array for array, each in zip(found, places, strict=True) for _ in each])


def _arrays(
    part: list[Cell], form: Form, known: _Kept | None, places: dict[Cell, list[int]], column: str
) -> list[Values]:
    stamps = [_stamp(cell) if known is not None else None for cell in part]
    found = [None if known is None or stamp is None else known.get(stamp) for stamp in stamps]
    missing = [place for place, array in enumerate(found) if array is None]

    def one(place: int) -> Values:
        try:
            return form.decode(part[place])
        except Unreadable as error:
            row = places[part[place]][0] + 1
            raise UserError(f"row {row}, column {column!r}: {error}") from None

    if missing:
        with ThreadPoolExecutor(THREADS) as pool:
            made = list(pool.map(one, missing))
        for place, array in zip(missing, made, strict=True):
            found[place] = array
        if known is not None:
            fresh = [(stamps[place], array) for place, array in zip(missing, made, strict=True)]
            known.keep([(stamp, array) for stamp, array in fresh if stamp is not None])
    return [array for array in found if array is not None]


def _stamp(cell: Cell) -> str | None:
    """What tells a file from another version of it; None for what is no file that is there."""
    if isinstance(cell, bytes):
        return None
    try:
        seen = os.stat(cell)
    except (OSError, ValueError):
        return None
    return hashlib.sha256(f"{cell}\0{seen.st_size}\0{seen.st_mtime_ns}".encode()).hexdigest()[:32]


class _Kept:
    """The parts of one form in the folder: memory-mapped arrays, each with the stamps of its files."""

    def __init__(self, folder: Path, form: Form) -> None:
        own = hashlib.sha256(f"{form.settings}\0{form.shape}\0{form.dtype}".encode()).hexdigest()[:16]
        self.folder, self.form = folder / own, form
        self.parts = 0
        self.where: dict[str, tuple[Values, int]] = {}
        for names in sorted(self.folder.glob("*.txt")) if self.folder.is_dir() else ():
            with suppress(OSError, ValueError, EOFError):
                stamps = names.read_text().split()
                values = np.load(names.with_suffix(".npy"), mmap_mode="r", allow_pickle=False)
                if values.shape == (len(stamps), *form.shape):
                    self.where |= {stamp: (values, place) for place, stamp in enumerate(stamps)}
                    self.parts += 1

    def get(self, stamp: str) -> Values | None:
        if stamp not in self.where:
            return None
        values, place = self.where[stamp]
        return np.asarray(values[place])

    def keep(self, made: Sequence[tuple[str, Values]]) -> None:
        """Write a part; without room on the disk, not at all."""
        if not made or self.parts >= PARTS:
            return
        stamps = "\n".join(stamp for stamp, _ in made)
        name = hashlib.sha256(stamps.encode()).hexdigest()[:16]
        unfinished = self.folder / f"{name}.{os.getpid()}.tmp"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with unfinished.open("wb") as opened:
                np.save(opened, np.stack([array for _, array in made]), allow_pickle=False)
            unfinished.replace(self.folder / f"{name}.npy")
            unfinished.write_text(stamps)
            unfinished.replace(self.folder / f"{name}.txt")
            self.parts += 1
        except OSError:
            unfinished.unlink(missing_ok=True)

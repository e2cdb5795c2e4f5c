"""Folds prepared once and kept: what is fitted on each fold's training rows, and its inputs as memory-mapped files."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cache as once
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.files import write_atomic
from engine.image import decode
from engine.text import tokens
from engine.training.apply import Matrix, transform
from engine.training.decide import Recipe
from engine.training.digests import digest_of
from engine.training.layout import Layout, joined, places
from engine.training.out_of_fold import Fold
from engine.training.parse import Column
from engine.training.prepare import fit, take
from engine.training.spec import Preparation

CACHE = "cache"
"""In a project: what can be made again at any time."""
KEPT = 3
"""Preparations of a project that are kept; those used last stay."""
MOST_BYTES = 2 << 30
"""Inputs of all folds together that are still worth keeping on disk."""
FITTED = "preparations.json"


@dataclass(frozen=True)
class PreparedFolds:
    """The preparation of every fold, and the layout that holds them all. `kept`: their folder, None without one."""

    frame: Mapping[str, Column]
    rows: int
    folds: Sequence[Fold]
    preparations: tuple[Preparation, ...]
    layout: Layout
    kept: Path | None

    def inputs(self, number: int) -> Matrix:
        """Inputs (rows, layout.width) of the rows of a fold (from 0), 0 elsewhere: folds share one shape."""
        file = None if self.kept is None else self.kept / f"fold-{number:03d}.npy"
        if file is not None:
            with suppress(OSError, ValueError, EOFError):
                found: Matrix = np.load(file, mmap_mode="r", allow_pickle=False)
                return found
        fold, own = self.folds[number], self.preparations[number]
        rows = np.concatenate([fold.train, fold.test])
        x = np.zeros((self.rows, self.layout.width), dtype=np.float32)
        x[np.ix_(rows, np.array(places(own, self.layout)))] = transform(own, take(self.frame, rows, own.columns))
        if file is not None:
            _write(file, x)
        return x


def prepared_folds(
    frame: Mapping[str, Column], rows: int, folds: Sequence[Fold], recipe: Recipe, cache: Path | None, key: str
) -> PreparedFolds:
    """Fit the recipe on every fold's training rows of a frame of so many rows, or take what was fitted before.

    `key` is the digest of the frame, the recipe and the folds. Errors: UserError when no column is usable in a fold.
    """
    folder = None if cache is None else cache / digest_of(key, _source())[:32]
    found = None if folder is None else _fitted_before(folder)
    preparations = found or tuple(fitted(recipe, frame, fold.train, number) for number, fold in enumerate(folds, 1))
    layout = joined(preparations)
    made = PreparedFolds(frame, rows, folds, preparations, layout, folder)
    if folder is None or not _worth(folder, 4 * rows * layout.width * len(folds)):
        return PreparedFolds(frame, rows, folds, preparations, layout, None)
    if found is None:
        with suppress(OSError, UserError):
            _make_room(folder)
            write_atomic(folder / FITTED, msgspec.json.encode(preparations))
    return made


def fitted(recipe: Recipe, frame: Mapping[str, Column], rows: NDArray[Any], number: int) -> Preparation:
    """The recipe fitted on these rows, those of fold `number` (from 1; 0: all rows). Errors: UserError."""
    preparation = fit(recipe, take(frame, rows, recipe.columns))
    if preparation.width == 0:
        where = f"the training rows of fold {number}" if number else "these rows"
        raise UserError(f"no usable column is left in {where}: keep at least one that varies (step preparation).")
    return preparation


def _fitted_before(folder: Path) -> tuple[Preparation, ...] | None:
    try:
        found = msgspec.json.decode((folder / FITTED).read_bytes(), type=tuple[Preparation, ...])
        os.utime(folder)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return None
    return found


def _worth(folder: Path, size: int) -> bool:
    there = next(path for path in folder.parents if path.exists())
    return size <= MOST_BYTES and shutil.disk_usage(there).free > 2 * size


def _make_room(folder: Path) -> None:
    """Make the folder, and take away the least recently used of the others; who still reads them is not disturbed."""
    folder.mkdir(parents=True, exist_ok=True)
    dated = []
    for other in folder.parent.glob(f"*/{FITTED}"):
        with suppress(FileNotFoundError):
            dated.append((other.parent.stat().st_mtime, other.parent))
    others = sorted(pair for pair in dated if pair[1] != folder)
    for _, other in others[: max(0, len(others) + 1 - KEPT)]:
        shutil.rmtree(other, ignore_errors=True)


def _write(file: Path, x: Matrix) -> None:
    """In one piece; without room on the disk, not at all."""
    unfinished = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    try:
        with unfinished.open("wb") as opened:
            np.save(opened, x, allow_pickle=False)
        unfinished.replace(file)
    except OSError:
        unfinished.unlink(missing_ok=True)


@once
def _source() -> str:
    """Digest of the code that prepares, so that another version does not take up what this one wrote."""
    rooms = Path(__file__).parent, Path(tokens.__file__).parent, Path(decode.__file__).parent
    return digest_of(*(file.read_bytes() for room in rooms for file in sorted(room.glob("*.py"))))

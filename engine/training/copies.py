"""Copies of training rows with cells emptied as they will be in use, so that a network meets gaps before it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.data.row_groups import Piece, RowGroups
from engine.training import parse
from engine.training.decide import Copies, Recipe
from engine.training.history import Array
from engine.training.parse import Column

Frame: TypeAlias = Mapping[str, Column]


class Fold(Protocol):
    """Positions of the rows to learn from and of those to predict."""

    @property
    def train(self) -> NDArray[Any]: ...

    @property
    def test(self) -> NDArray[Any]: ...


@dataclass(frozen=True, slots=True)
class Grown:
    """A fold that learns from the copies of its training rows too; `own` is the fold without them."""

    train: NDArray[Any]
    test: NDArray[Any]
    own: Fold


@dataclass(frozen=True, slots=True)
class Copied:
    """Rows followed by copies of all of them: copy k of row i of n lies at k·n + i."""

    frame: Frame | RowGroups
    y: Array
    weights: Array | None
    folds: tuple[Fold, ...]
    watch: Callable[[Any], Fold] | None


def with_copies(
    recipe: Recipe,
    frame: Frame | RowGroups,
    y: Array,
    weights: Array | None,
    folds: Sequence[Fold],
    watch: Callable[[Any], Fold] | None,
    seed: int,
) -> Copied:
    """The arguments of a cross-validation with the copies that the recipe asks for; as they are where it asks for none.

    Copies are only learned from, and only in folds that learn from the row itself: what is predicted, and what tells
    when to stop, are the rows as they are. Which cells are emptied depends on the seed and the place of a row alone.
    """
    if recipe.copies is None:
        return Copied(frame, y, weights, tuple(folds), watch)
    n, times = len(y), recipe.copies.times
    if isinstance(frame, RowGroups):
        more: Frame | RowGroups = copied_groups(recipe.copies, frame, seed)
    else:
        more = copied(recipe.copies, {name: frame[name] for name in recipe.columns if name in frame}, n, seed)
    return Copied(
        frame=more,
        y=np.concatenate([y] * (times + 1)),
        weights=None if weights is None else np.tile(weights, times + 1),
        folds=tuple(_grown(fold, n, times, fold) for fold in folds),
        watch=None if watch is None else lambda fold: _grown(watch(fold.own), n, times, fold.own),
    )


def copied(copies: Copies, frame: Frame, rows: int, seed: int) -> dict[str, NDArray[Any]]:
    """The columns (rows,) with the copies below them."""
    draw = np.random.default_rng(seed)
    found = {}
    for name in sorted(frame):
        values = emptiable(frame[name])
        whole = np.tile(values, copies.times + 1)
        rate = copies.rates.get(name, 0.0)
        if rate and copies.masked:
            whole[rows:][draw.random(rows * copies.times) < rate] = gap(whole)
        found[name] = whole
    return {name: found[name] for name in frame}


@dataclass(frozen=True, kw_only=True)
class CopiedGroups(RowGroups):
    """The row groups of a file followed by copies of all of them, whose cells are emptied when they are read."""

    original: RowGroups
    copies: Copies
    seed: int

    def read(self, group: int, columns: Sequence[str]) -> Piece:
        """One group; which cells are empty depends on the seed, the group and the column alone."""
        turn, own = divmod(group, len(self.original.starts))
        piece = self.original.read(own, columns)
        frame = {name: emptiable(values) for name, values in piece.frame.items()}
        for name, values in frame.items() if turn and self.copies.masked else ():
            draw = np.random.default_rng((self.seed, group, self.columns.index(name)))
            values[draw.random(len(values)) < self.copies.rates.get(name, 0.0)] = gap(values)
        return Piece(piece.places + turn * self.original.rows, frame)


def copied_groups(copies: Copies, original: RowGroups, seed: int) -> CopiedGroups:
    """A file with the copies below its rows."""
    turns = range(copies.times + 1)
    return CopiedGroups(
        path=original.path,
        rows=original.rows * len(turns),
        starts=tuple(start + turn * original.rows for turn in turns for start in original.starts),
        columns=original.columns,
        left_out=original.left_out,
        original=original,
        copies=copies,
        seed=seed,
    )


def emptiable(values: Column) -> NDArray[Any]:
    """The values in a type that has a word for missing."""
    array = parse.raw(values)
    if array.dtype.kind in "iu":
        return array.astype(np.float64)
    return array.copy() if array.dtype.kind in "fM" else array.astype(object)


def gap(values: NDArray[Any]) -> Any:
    """The word for missing among these values."""
    return {"f": np.nan, "M": np.datetime64("NaT")}.get(values.dtype.kind)


def _grown(fold: Fold, rows: int, times: int, own: Fold) -> Grown:
    train = np.asarray(fold.train)
    more = [train + number * rows for number in range(times + 1)]
    return Grown(np.concatenate(more), np.asarray(fold.test), own)

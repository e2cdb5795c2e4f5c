"""Fits the preparations of all folds in one pass over a file: counts per part of the rows, merged per fold.

A fold's facts are merged from the parts that it trains on, so no row that it validates on enters them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.data.row_groups import RowGroups
from engine.text.tokens import terms, tokens
from engine.training import encoders, encoders_text, parse
from engine.training.decide import Decision, Recipe
from engine.training.derive import extended
from engine.training.facts import Cut, terms_of
from engine.training.parse import Column
from engine.training.spec import SCHEMA, Drop, Encoder, Preparation, Reading
from engine.training.stream_counts import Dates, Merged, Numbers, Words, categories, texts, varying

PARTS = 32
"""Parts of the rows that are counted apart; folds that would need more are counted in sets of their own."""
COUNTS: dict[str, type] = {
    "onehot": Words,
    "embedding": Words,
    "words": Words,
    "date": Dates,
    "bigrams": Words,
    "tokens": Words,
}
"""What counts a column by its action; Numbers for any other."""
CUTS: dict[str, Cut] = {"bigrams": terms, "tokens": tokens}
"""What is counted of a text."""


def fit_folds(
    source: RowGroups, recipe: Recipe, learn: Sequence[NDArray[Any]], stop: Callable[[], None] = lambda: None
) -> tuple[Preparation, ...]:
    """What `prepare.fit` gives for each of several sets of training rows `learn` (places), in one pass over the file.

    Equal but for rounding, and for medians and quartiles (and what is filled with them), whose rank may be off as
    `Quantiles` says; with more than `stream_counts.NAMED` different words, rare ones may be miscounted as `Frequent`
    says. `stop` is called before each row group and may raise. Errors: UserError as in `fit`.
    """
    used = [made for made in recipe.decisions if made.action != "drop"]
    names = {made.column for made in used}
    derived = tuple(each for each in recipe.derived if each.name in names)
    sets = list(_sets(learn, source.rows))
    counted = [[[_count(made) for _ in range(own.parts)] for made in used] for own in sets]
    readings: dict[str, Reading] = {}
    for group in range(len(source.starts)):
        stop()
        piece = source.read(group, recipe.columns)
        frame = extended(derived, piece.frame)
        divided = [_divided(own.part[piece.places], own.parts) for own in sets]
        for number, made in enumerate(used):
            values = frame[made.column]
            readings[made.column] = parse.reading_of(values[:0])
            read = _read(made, recipe, values)
            for columns, places in zip(counted, divided, strict=True):
                for count, chosen in zip(columns[number], places, strict=True):
                    count.add(read[chosen])
    found = []
    for own, columns in zip(sets, counted, strict=True):
        for trained in own.trained:
            fitted = {}
            for made, counts in zip(used, columns, strict=True):
                parts = [count for count, wanted in zip(counts, trained, strict=True) if wanted]
                fitted[made.column] = _encoder(made, recipe, parts, readings[made.column])
            dropped = (Drop(name=made.column, reason=made.why) for made in recipe.decisions if made.action == "drop")
            fitted.update((encoder.name, encoder) for encoder in dropped)
            encoded = tuple(fitted[made.column] for made in recipe.decisions)
            found.append(Preparation(schema=SCHEMA, encoders=encoded, derived=derived))
    return tuple(found)


@dataclass(frozen=True)
class _Set:
    """Folds whose training rows are unions of few parts: the part of each row (n,), and per fold which it trains on."""

    part: NDArray[np.uint8]
    trained: list[NDArray[np.bool_]]

    @property
    def parts(self) -> int:
        return len(self.trained[0])


def _sets(learn: Sequence[NDArray[Any]], rows: int) -> Iterator[_Set]:
    part, table = _whole(rows)
    for places in learn:
        finer = _finer(part, table, places)
        if len(finer[1]) > PARTS and table.shape[1]:
            yield _Set(part, list(table.T))
            finer = _finer(*_whole(rows), places)
        part, table = finer
    yield _Set(part, list(table.T))


def _whole(rows: int) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """All rows one part, and no fold."""
    return np.zeros(rows, dtype=np.uint8), np.zeros((1, 0), dtype=bool)


def _finer(
    part: NDArray[np.uint8], table: NDArray[np.bool_], places: NDArray[Any]
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """The parts divided by whether one more fold trains on them, and which part each fold trains on (parts, folds)."""
    key = 2 * part
    key[places] += 1
    there = np.unique(key)
    renamed = np.zeros(int(there.max()) + 1, dtype=np.uint8)
    renamed[there] = np.arange(len(there))
    return renamed[key], np.column_stack([table[there // 2], there % 2 == 1])


def _divided(part: NDArray[np.uint8], parts: int) -> list[NDArray[Any]]:
    """Where the rows of each part are."""
    order = np.argsort(part, kind="stable")
    return np.split(order, np.cumsum(np.bincount(part, minlength=parts))[:-1])


def _read(made: Decision, recipe: Recipe, values: Column) -> NDArray[Any]:
    """The values as they are counted: numbers, or words, or sets of words."""
    if made.action in ("onehot", "embedding"):
        return parse.raw(parse.words(values, parse.reading_of(values)))
    if made.action == "words":
        cells = parse.cells(values)
        some = ({word for word in parse.text_words(cell) if len(word) > 1} for cell in cells)
        return parse.raw([None if parse.is_missing(cell) else words for cell, words in zip(cells, some, strict=True)])
    if made.action in CUTS:
        unit, cut = recipe.shape(made.column).unit, CUTS[made.action]
        cells = parse.cells(values)
        return parse.raw([None if parse.is_missing(cell) else terms_of(cell, unit, cut) for cell in cells])
    if made.action == "date":
        return parse.instants(values, made.column)
    return parse.numbers(values, made.column, recipe.blanks.get(made.column, ()))


def _count(made: Decision) -> Any:
    return COUNTS.get(made.action, Numbers)()


def _encoder(made: Decision, recipe: Recipe, parts: list[Any], reading: Reading) -> Encoder:
    """What follows from the parts of the rows that a fold trains on."""
    name, action = made.column, made.action
    if action == "onehot":
        return encoders.onehot(name, categories(parts, reading), recipe)
    if action == "embedding":
        return encoders.embedding(name, categories(parts, reading), recipe)
    if action == "words":
        return encoders.text(name, texts(parts), recipe)
    if action == "bigrams":
        return encoders_text.bigrams(name, texts(parts), recipe.shape(name))
    if action == "tokens":
        return encoders_text.tokens(name, texts(parts), recipe.shape(name))
    merged = Merged(parts)
    if action == "date":
        return encoders.moment(name, merged, varying(parts), recipe)
    if action == "anchor":
        return encoders.anchor(name, merged, recipe)
    return encoders.numeric(name, merged, action, recipe)

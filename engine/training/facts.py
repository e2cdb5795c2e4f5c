"""What fitting has to know of the training values of one column, whoever counted it; and the same of values at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, TypeAlias

import numpy as np

from engine.text.tokens import Unit, terms
from engine.training import parse
from engine.training.apply import PERIOD, bent, calendar
from engine.training.parse import Column, Floats
from engine.training.spec import Part, Reading, Transform

Cut: TypeAlias = Callable[[str, Unit], list[str]]
"""What cuts a text: `terms` or `tokens`."""


class Amounts(Protocol):
    """Numbers, some missing. "Filled" is with the median of the known ones where one is missing."""

    @property
    def rows(self) -> int: ...

    @property
    def missing(self) -> int: ...

    @property
    def low(self) -> float:
        """The lowest known number; without one, asking is an error. The same holds for `high` and `median`."""

    @property
    def high(self) -> float: ...

    @property
    def median(self) -> float: ...

    @property
    def quartiles(self) -> tuple[float, float, float]:
        """Of the filled numbers."""

    def spread(self, transform: Transform) -> tuple[float, float]:
        """Mean and standard deviation of the filled numbers after a transformation."""

    def skewness(self, transform: Transform) -> float:
        """Third standardised moment of the filled numbers after a transformation; 0 where they do not vary."""


@dataclass(frozen=True, slots=True)
class Categories:
    """How many rows hold each word under a reading, and how many none; `many`: there are more words than are named."""

    counts: Mapping[str, int]
    missing: int
    reading: Reading
    many: bool = False


@dataclass(frozen=True, slots=True)
class Texts:
    """In how many of the rows each word occurs, and how many rows have no text."""

    counts: Mapping[str, int]
    rows: int
    missing: int


@dataclass(frozen=True)
class AtHand:
    """Amounts of an array (n,), nan where missing."""

    found: Floats

    @property
    def rows(self) -> int:
        return len(self.found)

    @cached_property
    def missing(self) -> int:
        return int(np.isnan(self.found).sum())

    @property
    def low(self) -> float:
        return float(self._known.min())

    @property
    def high(self) -> float:
        return float(self._known.max())

    @cached_property
    def median(self) -> float:
        return float(np.median(self._known))

    @property
    def quartiles(self) -> tuple[float, float, float]:
        low, middle, high = (float(value) for value in np.quantile(self._filled, (0.25, 0.5, 0.75)))
        return low, middle, high

    def spread(self, transform: Transform) -> tuple[float, float]:
        values = bent(self._filled, transform)
        center = float(values.mean())
        return center, float(np.sqrt(((values - center) ** 2).mean()))

    def skewness(self, transform: Transform) -> float:
        values = bent(self._filled, transform)
        centred = values - values.mean()
        spread = float(np.sqrt((centred**2).mean()))
        return float(((centred / spread) ** 3).mean()) if spread > 0 else 0.0

    @cached_property
    def _known(self) -> Floats:
        return self.found[~np.isnan(self.found)]

    @cached_property
    def _filled(self) -> Floats:
        return np.where(np.isnan(self.found), self.median, self.found)


def categories(values: Column) -> Categories:
    """The words of a column as its values are to be read."""
    reading = parse.reading_of(values)
    counts = Counter(parse.words(values, reading))
    missing = counts.pop(None, 0)
    return Categories({word: count for word, count in counts.items() if word is not None}, missing, reading)


def texts(values: Column) -> Texts:
    """The words of free texts, those of one letter left out."""
    cells = parse.cells(values)
    counts = Counter(word for cell in cells for word in parse.text_words(cell) if len(word) > 1)
    return Texts(counts, len(cells), sum(parse.is_missing(cell) for cell in cells))


def term_counts(values: Column, unit: Unit, cut: Cut = terms) -> Texts:
    """In how many of the texts each term occurs, or each token where `cut` is `tokens`."""
    cells = parse.cells(values)
    counts = Counter(term for cell in cells for term in terms_of(cell, unit, cut))
    return Texts(counts, len(cells), sum(parse.is_missing(cell) for cell in cells))


def terms_of(cell: Any, unit: Unit, cut: Cut = terms) -> frozenset[str]:
    """The distinct terms, or what else a text is cut into, of one free text; none where it is missing."""
    return frozenset() if parse.is_missing(cell) else frozenset(cut(str(cell), unit))


def varying(seconds: Floats) -> tuple[Part, ...]:
    """The parts of the calendar that differ among moments in seconds since 1970, nan where missing."""
    known = seconds[~np.isnan(seconds)]
    return tuple(part for part in PERIOD if len(known) and np.ptp(calendar(known, part)) > 0)

"""Facts of a column counted piece by piece in bounded memory, and merged: moments, quantiles, most frequent words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training.apply import PERIOD, bent, calendar
from engine.training.facts import Categories, Texts
from engine.training.parse import Floats
from engine.training.spec import Part, Reading, Transform

KEPT = 1024
"""Numbers that each level of a `Quantiles` holds before half of them stand for all."""
NAMED = 20_000
"""Different words that are counted exactly."""


@dataclass(frozen=True, slots=True)
class Moments:
    """Count, mean, and the sums of the second and third powers of the deviations from it."""

    count: int = 0
    mean: float = 0.0
    second: float = 0.0
    third: float = 0.0

    @property
    def std(self) -> float:
        """Standard deviation (divided by n)."""
        return float(np.sqrt(self.second / self.count))

    @property
    def skewness(self) -> float:
        """Third standardised moment; 0 where nothing varies."""
        return self.third / self.count / self.std**3 if self.second > 0 else 0.0

    def __add__(self, other: Moments) -> Moments:
        """Of both parts together (Chan, Golub & LeVeque 1979; the third power: Pébay 2008)."""
        if not self.count or not other.count:
            return self if self.count else other
        a, b, n = self.count, other.count, self.count + other.count
        apart = other.mean - self.mean
        third = apart**3 * (a / n) * (b / n) * (a - b) + 3 * apart * (a * other.second - b * self.second) / n
        return Moments(
            n,
            self.mean + apart * (b / n),
            self.second + other.second + apart**2 * (a / n) * b,
            self.third + other.third + third,
        )


def moments(values: Floats) -> Moments:
    """Of numbers at hand."""
    if not len(values):
        return Moments()
    mean = float(values.mean())
    apart = values - mean
    squares = apart**2
    return Moments(len(values), mean, float(squares.sum()), float((squares * apart).sum()))


class Quantiles:
    """Numbers in levels: one of level h stands for 2^h. A full level is sorted, and every second moves up.

    After Manku, Rajagopalan & Lindsay (1998), starting at the first and the second number in turn. Up to KEPT numbers
    nothing is lost. `error` is how many ranks an answer may be off at most: about n/KEPT for each level, ten levels
    for a million; much less as a rule, as errors of either sign follow each other.
    """

    def __init__(self) -> None:
        self.levels: list[Floats] = []
        self.error = 0
        self._turn = 0

    def add(self, values: Floats, level: int = 0) -> None:
        """Take in numbers that each stand for 2^level."""
        if level == len(self.levels):
            self.levels.append(np.empty(0))
        held = np.concatenate([self.levels[level], values])
        if len(held) > KEPT:
            held.sort()
            even = len(held) - len(held) % 2
            self._turn = 1 - self._turn
            self.error += 2**level
            self.add(held[self._turn : even : 2], level + 1)
            held = held[even:]
        self.levels[level] = held


def quantiles(parts: Iterable[Quantiles], shares: Sequence[float], more: tuple[float, int] = (0.0, 0)) -> list[float]:
    """Quantiles of all parts together, `more` being a number and how often it is there besides; linear, as numpy's."""
    levels = [(values, 2**level) for part in parts for level, values in enumerate(part.levels)]
    values = np.concatenate([*(found for found, _ in levels), [more[0]]])
    weights = np.concatenate([*(np.full(len(found), weight) for found, weight in levels), [more[1]]])
    order = np.argsort(values, kind="stable")
    values, last = values[order], np.cumsum(weights[order])
    answers = []
    for share in shares:
        place = share * (int(last[-1]) - 1)
        below, above = (values[np.searchsorted(last, int(end), side="right")] for end in (place, np.ceil(place)))
        answers.append(float(below + (above - below) * (place - int(place))))
    return answers


class Words:
    """Words of one column in one part of the rows: in how many rows each is, exact up to NAMED different ones.

    Beyond, the rarest are forgotten (Misra & Gries 1982): `lost` is how much too low a count may be, at most n/NAMED
    for n words (mergeable: Agarwal et al. 2012); no count is too high.
    """

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self.rows = self.missing = self.lost = 0

    def add(self, cells: NDArray[Any]) -> None:
        """Take in cells: each a word, a set of words, or None where there is none."""
        known = [cell for cell in cells.tolist() if cell is not None]
        self.rows += len(cells)
        self.missing += len(cells) - len(known)
        if known and isinstance(known[0], str):
            self.counts.update(known)
        else:
            self.counts.update(word for cell in known for word in cell)
        if len(self.counts) > 2 * NAMED:
            least = sorted(self.counts.values(), reverse=True)[NAMED]
            self.lost += least
            self.counts = Counter({word: count - least for word, count in self.counts.items() if count > least})


def categories(parts: Sequence[Words], reading: Reading) -> Categories:
    """The words of several parts of the rows together."""
    missing, many = sum(part.missing for part in parts), any(part.lost for part in parts)
    return Categories(_together(parts), missing, reading, many)


def texts(parts: Sequence[Words]) -> Texts:
    """The texts of several parts of the rows together."""
    return Texts(_together(parts), sum(part.rows for part in parts), sum(part.missing for part in parts))


def _together(parts: Sequence[Words]) -> Counter[str]:
    total: Counter[str] = Counter()
    for part in parts:
        total.update(part.counts)
    return total


class Numbers:
    """Amounts of one column in one part of the rows, as they come by."""

    def __init__(self) -> None:
        self.rows = self.missing = 0
        self.low, self.high = np.inf, -np.inf
        self.moments: dict[Transform, Moments] = {"standard": Moments(), "log": Moments()}
        self.quantiles = Quantiles()

    def add(self, found: Floats) -> None:
        """Take in numbers, nan where missing."""
        known = found[~np.isnan(found)]
        self.rows += len(found)
        self.missing += len(found) - len(known)
        if not len(known):
            return
        self.low, self.high = min(self.low, float(known.min())), max(self.high, float(known.max()))
        self.quantiles.add(known)
        with np.errstate(over="ignore", invalid="ignore"):
            for transform in self.moments:
                self.moments[transform] += moments(bent(known, transform))


class Dates(Numbers):
    """Moments of one column in one part of the rows, with the first and last place in each part of the calendar."""

    def __init__(self) -> None:
        super().__init__()
        self.ends: dict[Part, tuple[float, float]] = dict.fromkeys(PERIOD, (np.inf, -np.inf))

    def add(self, found: Floats) -> None:
        super().add(found)
        known = found[~np.isnan(found)]
        for part, (low, high) in self.ends.items() if len(known) else ():
            places = calendar(known, part)
            self.ends[part] = min(low, float(places.min())), max(high, float(places.max()))


def varying(parts: Sequence[Dates]) -> tuple[Part, ...]:
    """The parts of the calendar that differ."""

    def ends(name: Part) -> tuple[float, float]:
        return min(part.ends[name][0] for part in parts), max(part.ends[name][1] for part in parts)

    return tuple(name for name in PERIOD if ends(name)[0] < ends(name)[1])


class Merged:
    """Amounts of several parts of the rows together: exact but for the median, the quartiles and what they fill."""

    def __init__(self, parts: Sequence[Numbers]) -> None:
        self._parts = parts
        self.rows, self.missing = sum(part.rows for part in parts), sum(part.missing for part in parts)
        self.low, self.high = min(part.low for part in parts), max(part.high for part in parts)
        self.median = self._quantiles((0.5,))[0] if self.missing < self.rows else np.nan

    @property
    def quartiles(self) -> tuple[float, float, float]:
        low, middle, high = self._quantiles((0.25, 0.5, 0.75), (self.median, self.missing))
        return low, middle, high

    def spread(self, transform: Transform) -> tuple[float, float]:
        found = self._filled(transform)
        return found.mean, found.std

    def skewness(self, transform: Transform) -> float:
        return self._filled(transform).skewness

    def _quantiles(self, shares: Sequence[float], more: tuple[float, int] = (0.0, 0)) -> list[float]:
        return quantiles((part.quantiles for part in self._parts), shares, more)

    def _filled(self, transform: Transform) -> Moments:
        fill = float(bent(np.array([self.median]), transform)[0])
        return sum((part.moments[transform] for part in self._parts), Moments(self.missing, fill))

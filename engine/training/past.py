"""Looks back along series: columns of what was known before each row. Numpy only, nothing is fitted; it is shipped.

Whatever it writes into a row at step t comes from rows at step t - reach or before, and from the row's own time.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.training import parse
from engine.training.parse import Column, Floats
from engine.training.spec_past import Past

DAY = 86_400.0
WEEKDAYS = np.array(["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"], dtype=object)


class Known:
    """The values (k,) of one series that are known, by step: equal steps count as their mean."""

    def __init__(self, steps: Floats, values: Floats) -> None:
        known = ~np.isnan(steps) & ~np.isnan(values)
        self.steps, place = np.unique(steps[known], return_inverse=True)
        counts = np.bincount(place, minlength=len(self.steps))
        self.values: Floats = np.bincount(place, values[known], minlength=len(self.steps)) / np.maximum(counts, 1)
        first = self.values[0] if len(self.values) else 0.0
        # Sums start at the first value, so that those of squares keep their digits.
        self._first, moved = first, self.values - first
        self._sums = np.concatenate([[0.0], np.cumsum(moved)])
        self._squares = np.concatenate([[0.0], np.cumsum(moved**2)])

    def at(self, steps: Floats) -> Floats:
        """The values at these steps, nan where there is none."""
        if not len(self.steps):
            return np.full(len(steps), np.nan)
        place = np.minimum(np.searchsorted(self.steps, steps), len(self.steps) - 1)
        return np.where(self.steps[place] == steps, self.values[place], np.nan)

    def last(self, steps: Floats) -> Floats:
        """The values at these steps or last before them, nan where there is none."""
        place = np.searchsorted(self.steps, steps, side="right") - 1
        if not len(self.steps):
            return np.full(len(steps), np.nan)
        return np.where(place >= 0, self.values[np.maximum(place, 0)], np.nan)

    def drift(self, steps: Floats, ahead: int) -> Floats:
        """The last known value moved on by the mean step since the first one (Hyndman and Athanasopoulos, 2021)."""
        found = self.last(steps)
        if not len(self.steps):
            return found
        place = np.maximum(np.searchsorted(self.steps, steps, side="right") - 1, 0)
        since = self.steps[place] - self.steps[0]
        slope = np.where(since > 0, (self.values[place] - self._first) / np.maximum(since, 1), 0.0)
        return np.asarray(found + slope * (steps + ahead - self.steps[place]))

    def moments(self, first: Floats, last: Floats) -> tuple[Floats, Floats]:
        """Mean and standard deviation of the values from one step to another, nan where there is none."""
        left, right = np.searchsorted(self.steps, first), np.searchsorted(self.steps, last, side="right")
        count = (right - left).astype(np.float64)
        with np.errstate(invalid="ignore", divide="ignore"):
            mean = np.where(count > 0, (self._sums[right] - self._sums[left]) / count, np.nan)
            square = (self._squares[right] - self._squares[left]) / count
            spread = np.sqrt(np.maximum(square - mean**2, 0.0))
        return mean + self._first, spread


def looked_back(past: Past, columns: Mapping[str, Column]) -> dict[str, NDArray[Any]]:
    """The columns of what is known before each row, by name: numbers (n,), nan where nothing is; words of the calendar.

    `columns` holds the rows of all series, their past among them, in any order where they have a time.
    Errors: UserError naming row and column of a value that cannot be read; KeyError for a column that is absent.
    """
    steps, values = steps_of(past, columns), _numbers(past, columns, past.target)
    others = {name: _numbers(past, columns, name) for name in past.others}
    found: dict[str, NDArray[Any]] = {}

    def put(name: str, rows: NDArray[Any], own: Floats) -> None:
        found.setdefault(name, np.full(len(steps), np.nan))[rows] = own

    for rows in series_of(past, columns):
        origin, known = steps[rows] - past.reach, Known(steps[rows], values[rows])
        last, (_, spread) = known.last(origin), known.moments(origin - past.window + 1, origin)
        # Where nothing varied before, the size of the value is the only measure there is.
        spread = np.where(spread > 1e-9 * np.abs(last), spread, np.where(last == 0, 1.0, np.abs(last)))
        put(past.last, rows, last)
        put(past.spread, rows, np.where(np.isnan(last), np.nan, spread))
        for lag in past.lags:
            put(past.lag(lag), rows, (known.at(steps[rows] - lag) - last) / spread)
        for season in past.seasons:
            mean, _ = known.moments(origin - season + 1, origin)
            put(past.mean(season), rows, (mean - last) / spread)
        if past.seasons:
            once = -(-past.reach // past.seasons[0]) * past.seasons[0]
            seasonal = known.at(steps[rows] - once)
            put(past.seasonal, rows, np.where(np.isnan(seasonal), last, seasonal))
        put(past.drifted, rows, known.drift(origin, past.reach))
        for name, own in others.items():
            put(past.other(name), rows, Known(steps[rows], own[rows]).last(origin))
    return {**found, **calendar(past, columns)}


def steps_of(past: Past, columns: Mapping[str, Column]) -> Floats:
    """The step (n,) of each row, a whole number, nan where it has no time; of rows in order within their series."""
    rows = len(columns[past.target])
    seconds = seconds_of(past, columns) if past.time else np.arange(rows, dtype=np.float64)
    if past.unit == "seconds":
        return np.asarray(np.round((seconds - past.start) / past.size))
    if past.unit == "months":
        moments = np.where(np.isnan(seconds), 0.0, seconds).astype(np.int64).astype("datetime64[s]")
        months = moments.astype("datetime64[M]").astype(np.int64)
        return np.where(np.isnan(seconds), np.nan, np.floor(months / past.size))
    found = np.full(rows, np.nan)
    for own in series_of(past, columns):
        order = own[np.argsort(seconds[own], kind="stable")]
        found[order] = np.arange(len(order))
    return np.where(np.isnan(seconds), np.nan, found)


def seconds_of(past: Past, columns: Mapping[str, Column]) -> Floats:
    """The moment of each row (n,) in seconds since 1970, nan where it has none; only where there is a time."""
    seconds = parse.instants(columns[past.time], past.time)
    return seconds + 3600 * parse.numbers(columns[past.hour], past.hour) if past.hour else seconds


def series_of(past: Past, columns: Mapping[str, Column]) -> Iterator[NDArray[np.int64]]:
    """The places of the rows of each series, ascending; rows that name none are one of their own."""
    if not past.series:
        yield np.arange(len(columns[past.target]))
        return
    words = parse.words(columns[past.series], "text")
    names = np.array(["" if word is None else f"={word}" for word in words], dtype=object)
    codes = np.unique(names, return_inverse=True)[1]
    order = np.argsort(codes, kind="stable")
    yield from np.split(order, np.flatnonzero(np.diff(codes[order])) + 1)


def calendar(past: Past, columns: Mapping[str, Column]) -> dict[str, NDArray[Any]]:
    """Where a row's own time lies in the year, the week and the day, as far as a step is no longer than that."""
    if not past.time:
        return {}
    seconds = seconds_of(past, columns)
    gone = np.isnan(seconds)
    filled = np.where(gone, 0.0, seconds)
    days = np.floor(filled / DAY)
    moments = days.astype(np.int64).astype("datetime64[D]")
    year = moments.astype("datetime64[Y]").astype("datetime64[D]")
    angle = 2 * np.pi * (moments - year).astype(np.int64) / 365.25
    sine, cosine, week, day = past.calendar
    found: dict[str, NDArray[Any]] = {
        sine: np.where(gone, np.nan, np.sin(angle)),
        cosine: np.where(gone, np.nan, np.cos(angle)),
    }
    if past.unit == "months":
        return found
    found[week] = _words(WEEKDAYS[np.mod(days + 3, 7).astype(np.int64)], gone)
    hours = np.floor(np.mod(filled, DAY) / 3600).astype(np.int64)
    if hours.any():
        words = np.array([f"{hour:02d} h" for hour in range(24)], dtype=object)
        found[day] = _words(words[hours], gone)
    return found


def _words(words: NDArray[Any], gone: NDArray[np.bool_]) -> NDArray[Any]:
    words[gone] = None
    return words


def _numbers(past: Past, columns: Mapping[str, Column], name: str) -> Floats:
    return parse.numbers(columns[name], name, past.blanks)

"""What is known before each moment of a series, declared: which values, how far back; no arithmetic."""

from __future__ import annotations

from math import ceil
from typing import Literal

from engine.values import Count, Positive, Value

NEAREST = 3
"""How many of the last known values are inputs one by one."""
LEAST_WINDOW = 12
"""Steps at least over which the spread of the known values is taken."""
Unit = Literal["rows", "months", "seconds"]


class Past(Value, frozen=True, kw_only=True):
    """What of a series is an input of the row at a moment: values known `reach` steps before it, and the calendar.

    Steps are rows in their order, or `size` months or seconds from `start` on (seconds since 1970), so that a hole
    stays a hole. `reach` is horizon plus gap: nothing later than so many steps before a row is looked at. `seasons`
    are steps after which the series may repeat itself, the one that counts first. `others` are columns whose last
    known value is an input. `hour` names a column with the hour of the day of times that are dates. `scale` is the unit
    that the network counts the target in; `blanks` stand for missing. `by_season`: predictions start from the value
    one season ago.
    """

    target: str
    time: str = ""
    hour: str = ""
    series: str = ""
    others: tuple[str, ...] = ()
    unit: Unit = "rows"
    size: Positive = 1.0
    start: float = 0.0
    reach: Count = 1
    seasons: tuple[Count, ...] = ()
    scale: Positive = 1.0
    blanks: tuple[float, ...] = ()
    by_season: bool = False

    @property
    def columns(self) -> tuple[str, ...]:
        """The raw columns that it is made of."""
        named = (self.target, self.time, self.hour, self.series, *self.others)
        return tuple(dict.fromkeys(name for name in named if name))

    @property
    def lags(self) -> tuple[int, ...]:
        """How many steps back the values lie that are inputs one by one.

        Of each season the value one season ago, what was known then, and the value of the season before.
        """
        found = set(range(self.reach, self.reach + NEAREST))
        for season in self.seasons:
            once = ceil(self.reach / season) * season
            found |= {once, once + self.reach, once + season}
        return tuple(sorted(found))

    @property
    def window(self) -> int:
        """Steps, up to the last known one, over which the spread is taken: all lags lie within."""
        return max(max(self.lags) - self.reach + 1, LEAST_WINDOW)

    @property
    def last(self) -> str:
        """The column of the last known value of the target."""
        return f"{self.target} last known"

    @property
    def spread(self) -> str:
        """The column of the standard deviation of the target before, which a row's values are counted in."""
        return f"{self.target} spread before"

    @property
    def seasonal(self) -> str:
        """The column of the value one season ago."""
        return f"{self.target} a season before"

    @property
    def drifted(self) -> str:
        """The column of the last known value, moved on by the mean step so far."""
        return f"{self.target} with drift"

    @property
    def anchors(self) -> tuple[str, str]:
        """What a prediction is made of beside the network's answer: the first + spread · answer."""
        return self.seasonal if self.by_season else self.last, self.spread

    @property
    def answers(self) -> tuple[str, ...]:
        """Columns that only naive answers look at."""
        found = (self.last, self.seasonal, self.drifted) if self.seasons else (self.last, self.drifted)
        return tuple(name for name in found if name not in self.anchors)

    @property
    def calendar(self) -> tuple[str, str, str, str]:
        """The columns that say where a row's own time lies in the year (two), in the week and in the day."""
        year, week, day = (f"{self.time} {part}" for part in ("year", "weekday", "hour"))
        return f"{year} sine", f"{year} cosine", week, day

    @property
    def made(self) -> tuple[str, ...]:
        """All columns that rows may have of their past and of the calendar."""
        lags, means = (self.lag(steps) for steps in self.lags), (self.mean(season) for season in self.seasons)
        others = (self.other(name) for name in self.others)
        return (*self.anchors, *lags, *means, *self.answers, *others, *(self.calendar if self.time else ()))

    def lag(self, steps: int) -> str:
        """The column of the value so many steps back, from the last known one, in spreads."""
        return f"{self.target} {steps} before"

    def mean(self, season: int) -> str:
        """The column of the mean over the last known season, from the last known value, in spreads."""
        return f"{self.target} mean of {season} before"

    def other(self, name: str) -> str:
        """The column of the last known value of another column."""
        return f"{name} {self.reach} before"

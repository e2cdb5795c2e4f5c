"""When a trial is given up: the median rule over folds and epochs (Golovin et al. 2017, section 3.2.1).

Trials are compared on the rows that tell a fold when to stop, which are training rows: nobody has seen the rows that
are scored when a trial ends early.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from statistics import median

Point = tuple[int, int, float]
"""Fold and epoch, the first is fold 0 and epoch 1, and the value there, of which more is better."""

FILE = "curve.txt"
"""Where a trial leaves its points, in its checkpoint folder; one line each, appended."""

WARM_UP_TRIALS = 5
WARM_UP_EPOCHS = 10


class Curve:
    """What one trial reached: the best value of each finished fold, and of the present fold by epoch."""

    def __init__(self, points: Iterable[Point] = ()) -> None:
        self._best: dict[int, list[float]] = {}
        for point in points:
            self.add(*point)

    def add(self, fold: int, epoch: int, value: float) -> None:
        """Take a point; an epoch that is told again replaces what the fold had from there on."""
        known = self._best.setdefault(fold, [])
        del known[epoch - 1 :]
        known.append(max([value, *known[-1:]]))

    def at(self, fold: int, epoch: int) -> float | None:
        """The mean over the folds before of their best value, and of the best in this fold up to this epoch."""
        if any(not self._best.get(number) for number in range(fold + 1)):
            return None
        now = self._best[fold]
        values = [*(self._best[number][-1] for number in range(fold)), now[min(epoch, len(now)) - 1]]
        return sum(values) / len(values)

    @property
    def last(self) -> float | None:
        """What the trial reached so far, None before its first epoch."""
        return self.at(max(self._best), len(self._best[max(self._best)])) if self._best else None


class MedianRule:
    """Whether trials are worth going on with, by the trials that were finished before."""

    def __init__(self) -> None:
        self.finished: dict[int, Curve] = {}

    def goes_on(self, number: int, curve: Curve, fold: int, epoch: int) -> bool:
        """False when the trial is below the median of the earlier ones at the same point, after the warm-up."""
        others = [other.at(fold, epoch) for earlier, other in self.finished.items() if earlier < number]
        values = [value for value in others if value is not None]
        own = curve.at(fold, epoch)
        if len(values) < WARM_UP_TRIALS or own is None or (fold == 0 and epoch < WARM_UP_EPOCHS):
            return True
        return own >= median(values)


def read_points(folder: Path) -> list[Point]:
    """The points that a trial left in its folder; none when there are none."""
    try:
        lines = (folder / FILE).read_text().splitlines()
    except FileNotFoundError:
        return []
    return [(int(fold), int(epoch), float(value)) for fold, epoch, value in (line.split() for line in lines)]


class CurveFile:
    """The writing end of a trial's points: what a killed trial left is there again."""

    def __init__(self, folder: Path) -> None:
        self.curve = Curve(read_points(folder))
        self._file = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)

    def add(self, fold: int, epoch: int, value: float) -> None:
        os.write(self._file, f"{fold} {epoch} {value!r}\n".encode())
        self.curve.add(fold, epoch, value)

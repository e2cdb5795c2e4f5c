"""What cross-validation leaves: predictions of rows by networks that never saw them, fold by fold and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from engine.training.history import Array, History
from engine.training.layout import Layout
from engine.training.spec import Preparation
from engine.training.target_code import TargetCode


class Fold(Protocol):
    """Positions of the rows to learn from and of those to predict."""

    @property
    def train(self) -> NDArray[Any]: ...

    @property
    def test(self) -> NDArray[Any]: ...


@dataclass(frozen=True, slots=True)
class FoldRun:
    """One fold: predictions of its test rows in their order, its training, and what was fitted on its training rows.

    A fold that was trained in an earlier run and is taken from its file has no weights in its history.
    """

    rows: NDArray[Any]
    predictions: Array
    history: History
    preparation: Preparation
    code: TargetCode


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Predictions of rows by networks that never saw them.

    `rows` (m,): the positions that were scored, ascending, each once; `predictions` (m,) or (m, classes):
    probabilities, or amounts in their own unit, averaged over the repeats of a row; `parts`: every fold by itself.
    """

    rows: NDArray[np.int64]
    predictions: Array
    parts: tuple[FoldRun, ...]
    parameters: int
    layout: Layout
    """Of the network, which holds the inputs of every fold."""

    @property
    def fold(self) -> NDArray[np.int64]:
        """(m,) number of the first fold that scored each row."""
        first = np.full(len(self.rows), -1, dtype=np.int64)
        for number in reversed(range(len(self.parts))):
            first[np.searchsorted(self.rows, self.parts[number].rows)] = number
        return first

    @property
    def digests(self) -> tuple[str, ...]:
        """Of each fold's preparation."""
        return tuple(part.preparation.digest() for part in self.parts)

    @property
    def best_epoch(self) -> int:
        """The median of the folds' best epochs, at least 1: how long to train on all rows."""
        return max(1, round(float(np.median([part.history.best_epoch for part in self.parts]))))

    @property
    def trouble(self) -> str:
        """The first sentence of a fold whose loss stopped being a number, else empty."""
        return next((part.history.trouble for part in self.parts if part.history.trouble), "")

    @property
    def notes(self) -> tuple[str, ...]:
        """What the trainer had to do otherwise than asked, each once."""
        return tuple(dict.fromkeys(note for part in self.parts for note in part.history.notes))


class Part(Protocol):
    """Predictions of some rows."""

    @property
    def rows(self) -> NDArray[Any]: ...

    @property
    def predictions(self) -> Array: ...


def averaged(parts: Sequence[Part]) -> tuple[NDArray[np.int64], Array]:
    """All rows that some part predicts, ascending, and the mean of their predictions."""
    rows = np.unique(np.concatenate([part.rows for part in parts])).astype(np.int64)
    total = np.zeros((len(rows), *parts[0].predictions.shape[1:]))
    count = np.zeros(len(rows))
    for part in parts:
        where = np.searchsorted(rows, part.rows)
        total[where] += part.predictions
        count[where] += 1
    return rows, total / count.reshape(-1, *([1] * (total.ndim - 1)))

"""Targets that put rows in order within lists: a grade for each row, and the list that it is one of."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.training import parse
from engine.training.parse import Floats
from engine.training.target_cells import Columns, amounts_of, flat
from engine.values import Value

HIGHEST = 30
"""The highest grade: what a row is worth doubles with each."""


class ListTarget(Value, frozen=True, tag_field="form", tag="lists"):
    """A grade from 0 for each row, and the column `group` that says of which list it is one.

    y (n, 2): grades, and the numbers of the lists as they come; p (n,): scores, of which only the order within a list
    means something. The network learns y.
    """

    task: str
    column: str
    group: str

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def classes(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> int:
        """Numbers the network gives per row."""
        return 1

    @property
    def unit(self) -> tuple[float, ...]:
        """What a difference of predictions is measured in."""
        return (1.0,)

    def encode(self, columns: Columns) -> NDArray[Any]:
        """y of raw columns. Errors: UserError naming row (from 1) and column of a missing or impossible grade."""
        grades = amounts_of(columns[self.column], self.column)
        wrong = np.flatnonzero((grades < 0) | (grades > HIGHEST) | (grades != np.floor(grades)))
        if len(wrong):
            row = int(wrong[0])
            raise UserError(
                f"row {row + 1}, column {self.column!r}: {grades[row]:g} is no grade, a whole number "
                f"from 0 to {HIGHEST}; choose another task or write grades"
            )
        words = parse.words(columns[self.group], parse.reading_of(columns[self.group]))
        names = [(place,) if word is None else word for place, word in enumerate(words)]
        number = {name: place for place, name in enumerate(dict.fromkeys(names))}
        return np.column_stack([grades, [number[name] for name in names]])

    def fitted(self, y: NDArray[Any]) -> ListTarget:
        """The same: nothing of it is taken from training rows."""
        return self

    def wanted(self, y: NDArray[Any]) -> NDArray[Any]:
        return y

    def told(self, wanted: NDArray[Any]) -> NDArray[Any]:
        return wanted

    def natural(self, outputs: NDArray[Any]) -> Floats:
        return flat(outputs)

    def decide(self, p: NDArray[Any], threshold: float = 0.5) -> list[Any]:
        """The score of each row."""
        return list(p.tolist())

    def details(self, p: NDArray[Any]) -> tuple[str, dict[str, Floats]]:
        """Nothing beside the decision."""
        return "", {}

    def truth(self, y: NDArray[Any]) -> list[Any]:
        """y as a decision would say it: the grade."""
        return list(y[:, 0].tolist())

    def meaning(self, threshold: float) -> str:
        """What `prediction` is, in a sentence for who asks."""
        return f"`prediction` is a score: among rows of the same {self.group}, the highest comes first."

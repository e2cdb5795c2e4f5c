"""Targets that are names: one class of several, one grade of an order, or any number of labels."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.stats.quantiles import middle
from engine.training import parse
from engine.training.parse import Column, Floats
from engine.training.spec import Reading
from engine.training.target_cells import Columns, codes_of, flat, no_gap
from engine.values import Value


class ClassTarget(Value, frozen=True, tag_field="form", tag="classes"):
    """One of several classes for each row; of two, `classes[1]` is the positive one.

    y: codes (n,); p: probability of the positive class (n,) with two, else of each (n, k). The network learns y.
    """

    task: str
    column: str
    classes: tuple[str, ...]
    reading: Reading = "text"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def outputs(self) -> int:
        """Numbers the network gives per row."""
        return len(self.classes) if len(self.classes) > 2 else 1

    @property
    def unit(self) -> tuple[float, ...]:
        """What a difference of predictions is measured in."""
        return (1.0,)

    def encode(self, columns: Columns) -> NDArray[Any]:
        """y of raw columns. Errors: UserError naming row (from 1) and column of a missing or unknown target."""
        return codes_of(columns[self.column], self.column, self.classes, self.reading)

    def fitted(self, y: NDArray[Any]) -> ClassTarget:
        """The same, with what is to be taken from training rows y."""
        return self

    def wanted(self, y: NDArray[Any]) -> NDArray[Any]:
        return y

    def told(self, wanted: NDArray[Any]) -> NDArray[Any]:
        return wanted

    def natural(self, outputs: NDArray[Any]) -> Floats:
        return flat(outputs)

    def decide(self, p: NDArray[Any], threshold: float = 0.5) -> list[Any]:
        """The name of each row's class: the positive one from `threshold` on, or the most probable."""
        chosen = (p >= threshold).astype(np.int64) if p.ndim == 1 else p.argmax(axis=1)
        return [self.classes[code] for code in chosen]

    def details(self, p: NDArray[Any]) -> tuple[str, dict[str, Floats]]:
        """What an answer holds beside the decision: its name, and numbers (n,) by name."""
        shares = np.stack([1 - p, p], axis=1) if p.ndim == 1 else p
        return "probabilities", {name: shares[:, code] for code, name in enumerate(self.classes)}

    def truth(self, y: NDArray[Any]) -> list[Any]:
        """y as a decision would say it."""
        return [self.classes[code] for code in y.astype(np.int64)]

    def meaning(self, threshold: float) -> str:
        """What `prediction` is, in a sentence for who asks."""
        if len(self.classes) > 2:
            return "`prediction` is the class with the highest probability."
        return (
            f"`prediction` is `{self.classes[1]}` from a probability of {threshold:.4g} on, else `{self.classes[0]}`."
        )


class GradeTarget(Value, frozen=True, tag_field="form", tag="grades"):
    """One of several grades for each row, `classes` in their order.

    y: places in the order (n,); p: probability of each grade (n, k). The network learns for each grade but the first
    whether it is reached (n, k - 1), as in Cheng, Wang and Pollastri (2008); where an answer says that a higher grade
    is likelier reached than a lower one, it counts as likely as that.
    """

    task: str
    column: str
    classes: tuple[str, ...]
    reading: Reading = "text"

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def outputs(self) -> int:
        """Numbers the network gives per row."""
        return len(self.classes) - 1

    @property
    def unit(self) -> tuple[float, ...]:
        """What a difference of predictions is measured in."""
        return (1.0,)

    def encode(self, columns: Columns) -> NDArray[Any]:
        """y of raw columns. Errors: UserError naming row (from 1) and column of a missing or unknown target."""
        return codes_of(columns[self.column], self.column, self.classes, self.reading)

    def fitted(self, y: NDArray[Any]) -> GradeTarget:
        """The same: nothing of it is taken from training rows."""
        return self

    def wanted(self, y: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(y[:, None] > np.arange(self.outputs), dtype=np.float64)

    def told(self, wanted: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(wanted.sum(axis=1), dtype=np.int64)

    def natural(self, outputs: NDArray[Any]) -> Floats:
        reached = np.minimum.accumulate(np.asarray(outputs, dtype=np.float64), axis=1)
        ends = np.ones((len(reached), 1))
        return -np.diff(np.hstack([ends, reached, np.zeros_like(ends)]), axis=1)

    def decide(self, p: NDArray[Any], threshold: float = 0.5) -> list[Any]:
        """The middle of each row's distribution: the grade with the least expected error."""
        return [self.classes[place] for place in middle(p)]

    def details(self, p: NDArray[Any]) -> tuple[str, dict[str, Floats]]:
        """The probability of each grade."""
        return "probabilities", {name: p[:, place] for place, name in enumerate(self.classes)}

    def truth(self, y: NDArray[Any]) -> list[Any]:
        """y as a decision would say it."""
        return [self.classes[place] for place in y.astype(np.int64)]

    def meaning(self, threshold: float) -> str:
        """What `prediction` is, in a sentence for who asks."""
        return "`prediction` is the middle grade: a lower and a higher one are each less likely than not."


class LabelTarget(Value, frozen=True, tag_field="form", tag="labels"):
    """Any number of labels for each row: one column per label, or one column of labels between `separators`.

    y: 0 and 1 (n, k); p: probability of each label (n, k). The network learns y. `words` are no and yes in each column
    of its own; labels in one column that are not among `classes` were too rare and are not foretold.
    """

    task: str
    columns: tuple[str, ...]
    classes: tuple[str, ...]
    words: tuple[tuple[str, str], ...] = ()
    reading: Reading = "text"
    separators: str = ""

    @property
    def outputs(self) -> int:
        """Numbers the network gives per row."""
        return len(self.classes)

    @property
    def unit(self) -> tuple[float, ...]:
        """What a difference of predictions is measured in."""
        return (1.0,)

    def encode(self, columns: Columns) -> NDArray[Any]:
        """y of raw columns. Errors: UserError naming row (from 1) and column of a missing or unknown target."""
        if self.separators:
            return self._of_one(columns[self.columns[0]])
        pairs = zip(self.columns, self.words, strict=True)
        return np.column_stack([codes_of(columns[name], name, words, self.reading) for name, words in pairs])

    def _of_one(self, values: Column) -> NDArray[Any]:
        cells = parse.words(values, self.reading)
        no_gap(np.array([cell is None for cell in cells], dtype=bool), self.columns[0])
        place = {name: number for number, name in enumerate(self.classes)}
        out = np.zeros((len(cells), len(self.classes)), dtype=np.int64)
        for row, cell in enumerate(cells):
            for label in labels_of(cell or "", self.separators):
                if label in place:
                    out[row, place[label]] = 1
        return out

    def fitted(self, y: NDArray[Any]) -> LabelTarget:
        """The same: nothing of it is taken from training rows."""
        return self

    def wanted(self, y: NDArray[Any]) -> NDArray[Any]:
        return y.astype(np.float64)

    def told(self, wanted: NDArray[Any]) -> NDArray[Any]:
        return wanted.astype(np.int64)

    def natural(self, outputs: NDArray[Any]) -> Floats:
        return np.asarray(outputs, dtype=np.float64)

    def decide(self, p: NDArray[Any], threshold: float = 0.5) -> list[Any]:
        """The labels of each row that are likelier than not, with a separator between them."""
        mark = self.separators[:1] or ";"
        return [
            mark.join(name for name, share in zip(self.classes, row, strict=True) if share >= threshold) for row in p
        ]

    def details(self, p: NDArray[Any]) -> tuple[str, dict[str, Floats]]:
        """The probability of each label."""
        return "probabilities", {name: p[:, place] for place, name in enumerate(self.classes)}

    def truth(self, y: NDArray[Any]) -> list[Any]:
        """y as a decision would say it."""
        return self.decide(y)

    def meaning(self, threshold: float) -> str:
        """What `prediction` is, in a sentence for who asks."""
        return f"`prediction` holds the labels of a probability of {threshold:.4g} or more, one after the other."


def labels_of(cell: str, separators: str) -> list[str]:
    """The labels in one cell, without the blanks around them."""
    return [label for part in re.split(f"[{re.escape(separators)}]", cell) if (label := part.strip())]

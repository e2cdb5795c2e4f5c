"""Targets that are masks: a class for every point of a picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.stats.void import VOID
from engine.training import parse
from engine.training.parse import Column, Floats
from engine.training.target_cells import Columns, no_gap
from engine.values import Count, Value


class MaskTarget(Value, frozen=True, tag_field="form", tag="masks"):
    """A class for every point of a picture, at the size at which it is learned, answered and scored.

    y (n, height, width): places in `classes`, VOID where nothing is known: at points of the class `void`, and of
    classes that no mask had from which this was made. p (n, height, width, k): the share of each class. The network
    gives scores (n, height·width·k), class by class of point by point, and learns y.
    """

    task: str
    column: str
    classes: tuple[str, ...]
    height: Count
    width: Count
    void: str = ""

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def outputs(self) -> int:
        """Numbers the network gives per row."""
        return self.height * self.width * len(self.classes)

    @property
    def unit(self) -> tuple[float, ...]:
        """What a difference of predictions is measured in."""
        return (1.0,)

    def encode(self, columns: Columns) -> NDArray[Any]:
        """y of paths of masks. Errors: UserError naming row (from 1) and column of a missing or damaged one."""
        from engine.dotted import load  # What decodes files is not shipped: a model in use sees no mask.

        names, found = load("engine.image.mask:named")(
            paths_of(columns[self.column], self.column), (self.height, self.width), self.column
        )
        place = {name: number for number, name in enumerate(self.classes)}
        codes = np.array([place.get(name, VOID) for name in names], dtype=np.uint8)
        return np.asarray(codes[found])

    def fitted(self, y: NDArray[Any]) -> MaskTarget:
        """The same: nothing of it is taken from training rows."""
        return self

    def wanted(self, y: NDArray[Any]) -> NDArray[Any]:
        return y

    def told(self, wanted: NDArray[Any]) -> NDArray[Any]:
        return wanted.astype(np.uint8)

    def natural(self, outputs: NDArray[Any]) -> Floats:
        scores = np.asarray(outputs, dtype=np.float32).reshape(len(outputs), self.height, self.width, -1)
        scores = np.exp(scores - scores.max(axis=-1, keepdims=True))
        shares: Floats = scores / scores.sum(axis=-1, keepdims=True)
        return shares

    def decide(self, p: NDArray[Any], threshold: float = 0.5) -> list[Any]:
        """The mask of each row in words, see `written`."""
        return [self.written(mask) for mask in p.argmax(axis=-1)]

    def details(self, p: NDArray[Any]) -> tuple[str, dict[str, Floats]]:
        """The share of the picture that is of each class."""
        masks = p.argmax(axis=-1)
        return "shares", {name: np.mean(masks == code, axis=(1, 2)) for code, name in enumerate(self.classes)}

    def truth(self, y: NDArray[Any]) -> list[Any]:
        """y as a decision would say it."""
        return [self.written(mask) for mask in y]

    def written(self, mask: NDArray[Any]) -> str:
        """HEIGHTxWIDTH and the classes of the points, line after line, each with how many points in a row have it."""
        flat = mask.ravel()
        starts = np.flatnonzero(np.r_[True, flat[1:] != flat[:-1]])
        runs = zip(flat[starts], np.diff(np.r_[starts, flat.size]), strict=True)
        names = (*self.classes, *[self.void or "void"])
        return f"{self.height}x{self.width} " + " ".join(
            f"{names[min(int(code), len(names) - 1)]}*{count}" for code, count in runs
        )

    def meaning(self, threshold: float) -> str:
        """What `prediction` is, in a sentence for who asks."""
        return (
            f"`prediction` is the mask, {self.height} rows of {self.width} points over the whole picture: after its "
            "size the class of each point, line after line, as class*count of points; beside it each class's share."
        )


def paths_of(values: Column, name: str) -> list[str]:
    """Paths of masks. Errors: UserError naming row (from 1) and column of a missing one."""
    cells = parse.cells(values)
    no_gap(np.array([parse.is_missing(cell) for cell in cells], dtype=bool), name)
    return [str(cell) for cell in cells]

"""Boosted trees and linear models as plain numbers, and numpy that answers with them. Shipped; needs numpy only."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec
import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.serving.artifact import Artifact
from engine.training.apply import transform
from engine.training.parse import Column, Floats
from engine.training.tree_inputs import codes
from engine.values import Value

FILE = "model.json"
BLOCK = 1024
"""Rows at a time."""
Link = Literal["none", "sigmoid", "softmax"]


class Linear(Value, frozen=True, tag_field="form", tag="linear"):
    """`weights` (outputs, width) and `starts` (outputs,); `link` makes probabilities of their sums."""

    weights: tuple[tuple[float, ...], ...]
    starts: tuple[float, ...]
    link: Link = "none"

    def sums(self, inputs: Floats) -> Floats:
        """(n, outputs) of inputs (n, width)."""
        return np.asarray(inputs @ np.array(self.weights).T + np.array(self.starts), dtype=np.float64)


class Trees(Value, frozen=True, kw_only=True, tag_field="form", tag="trees"):
    """The nodes of all trees in a row, and `starts` (outputs,) to which their values are added.

    A row of the inputs goes `left` where its `feature` is at most `threshold`, or, at a node with `sets`, where its
    category is in that set of codes; else `right`. What is missing, or a category outside `known` of its feature, goes
    left where `gaps_left`. A leaf leads to itself. `roots` begin the trees, `places` say which output each adds to.
    """

    feature: tuple[int, ...]
    threshold: tuple[float, ...]
    left: tuple[int, ...]
    right: tuple[int, ...]
    value: tuple[float, ...]
    gaps_left: tuple[bool, ...]
    sets: dict[int, tuple[int, ...]]
    known: dict[int, tuple[int, ...]]
    roots: tuple[int, ...]
    places: tuple[int, ...]
    starts: tuple[float, ...]
    link: Link = "none"


class Grown:
    """Trees as arrays, ready to answer."""

    def __init__(self, trees: Trees) -> None:
        self.trees = trees
        self._arrays: dict[str, NDArray[Any]] = {name: np.array(getattr(trees, name)) for name in _ARRAYS}
        most = max((code for held in trees.known.values() for code in held), default=0) + 1
        self._line = np.full(len(trees.feature), -1)
        self._line[list(trees.sets)] = np.arange(len(trees.sets))
        self._member = np.zeros((len(trees.sets) + 1, most), dtype=bool)
        for place, held in enumerate(trees.sets.values()):
            self._member[place, list(held)] = True

    def sums(self, inputs: Floats) -> Floats:
        """(n, outputs) of inputs (n, width)."""
        known = inputs.copy()
        for feature, held in self.trees.known.items():
            known[~np.isin(known[:, feature], held), feature] = np.nan
        return np.vstack([self._block(known[at : at + BLOCK]) for at in range(0, max(len(known), 1), BLOCK)])

    def _block(self, inputs: Floats) -> Floats:
        own, line, member = self._arrays, self._line, self._member
        rows = np.arange(len(inputs))[:, None]
        at = np.tile(own["roots"], (len(inputs), 1))
        while True:
            given = inputs[rows, own["feature"][at]]
            gap, of = np.isnan(given), line[at]
            code = np.where(gap | (of < 0), 0, given).astype(np.int64)
            goes = np.where(of >= 0, member[of, code], given <= own["threshold"][at])
            goes = np.where(gap, own["gaps_left"][at], goes)
            below = np.where(goes, own["left"][at], own["right"][at])
            if (below == at).all():
                break
            at = below
        total = np.tile(np.array(self.trees.starts), (len(inputs), 1))
        for place in range(total.shape[1]):
            total[:, place] += own["value"][at[:, own["places"] == place]].sum(axis=1)
        return total


_ARRAYS = ("feature", "threshold", "left", "right", "value", "gaps_left", "roots", "places")


class PlainPredictor:
    """A reference that answers like the network: raw columns in, predictions out. Safe to use from several threads."""

    def __init__(self, artifact: Artifact, model: Trees | Linear) -> None:
        """Errors: UserError where model and target do not belong together."""
        self.artifact = artifact
        if len(model.starts) != artifact.code.outputs:
            raise UserError(
                f"{artifact.folder / FILE}: gives {len(model.starts)} numbers, the target has "
                f"{artifact.code.outputs}; export the model again"
            )
        self._link = model.link
        self._model = Grown(model) if isinstance(model, Trees) else model
        self._inputs = codes if isinstance(model, Trees) else transform

    def outputs(self, columns: Mapping[str, Column]) -> Floats:
        """Predictions as metrics take them. Errors: as in `transform`."""
        inputs = np.asarray(self._inputs(self.artifact.preparation, columns), dtype=np.float64)
        return self.artifact.code.natural(linked(self._model.sums(inputs), self._link))

    def decide(self, outputs: Floats) -> list[Any]:
        """What is said of each row, by the model's threshold where it has one."""
        return self.artifact.code.decide(outputs, self.artifact.meta.line)


def linked(sums: Floats, link: Link) -> Floats:
    """What sums (n, outputs) say, by the logistic function or its form for several classes."""
    if link == "none":
        return sums
    if link == "sigmoid":
        return np.asarray(0.5 * (1 + np.tanh(0.5 * sums)), dtype=np.float64)
    raised = np.exp(sums - sums.max(axis=1, keepdims=True))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float64)


def read(path: Path) -> Trees | Linear:
    """Errors: UserError naming the file."""
    try:
        found: Trees | Linear = msgspec.json.decode(path.read_bytes(), type=Trees | Linear)
        return found
    except (OSError, msgspec.DecodeError) as error:
        raise UserError(f"{path}: cannot be read ({error}); export the model again") from None

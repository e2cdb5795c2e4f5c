"""How targets become numbers and back, written down as `target.json`: what a fold fitted, and numpy that applies it.

Four forms of the same numbers: raw columns; y, the truth that metrics take; what the network learns (`wanted`, from y,
and `told` back); p, the predictions that metrics take (`natural`, from the network's outputs). They are shipped.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from engine.errors import UserError
from engine.training import parse
from engine.training.parse import Column, Floats
from engine.training.spec import Reading
from engine.values import Value

Columns: TypeAlias = Mapping[str, Column]
CONSTANT = 1e-12
"""Relative spread below which an amount does not vary."""


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


class AmountTarget(Value, frozen=True, tag_field="form", tag="amounts"):
    """One amount or several for each row; the network learns (y - centers) / scales.

    y and p: (n,) for one column, (n, k) for several, in their own units.
    """

    task: str
    columns: tuple[str, ...]
    centers: tuple[float, ...] = (0.0,)
    scales: tuple[float, ...] = (1.0,)

    @property
    def classes(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> int:
        """Numbers the network gives per row."""
        return len(self.columns)

    @property
    def unit(self) -> tuple[float, ...]:
        """What a difference of predictions is measured in."""
        return self.scales

    def encode(self, columns: Columns) -> NDArray[Any]:
        """y of raw columns. Errors: UserError naming row (from 1) and column of a missing target."""
        return flat(np.column_stack([amounts_of(columns[name], name) for name in self.columns]))

    def fitted(self, y: NDArray[Any]) -> AmountTarget:
        """The same, with mean and standard deviation of training rows y (1 where they do not vary)."""
        known = y.reshape(len(y), -1)
        centers, spread = known.mean(axis=0), known.std(axis=0)
        scales = np.where(spread > CONSTANT * np.abs(centers), spread, 1.0)
        return structs.replace(self, centers=tuple(centers.tolist()), scales=tuple(scales.tolist()))

    def wanted(self, y: NDArray[Any]) -> NDArray[Any]:
        return np.asarray((y - self._of(self.centers)) / self._of(self.scales))

    def told(self, wanted: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(wanted * self._of(self.scales) + self._of(self.centers))

    def natural(self, outputs: NDArray[Any]) -> Floats:
        return np.asarray(self.told(flat(outputs)), dtype=np.float64)

    def decide(self, p: NDArray[Any], threshold: float = 0.5) -> list[Any]:
        """The amount of each row, or its amounts by column."""
        return p.tolist() if p.ndim == 1 else [dict(zip(self.columns, row, strict=True)) for row in p.tolist()]

    def details(self, p: NDArray[Any]) -> tuple[str, dict[str, Floats]]:
        """Nothing beside the decision."""
        return "", {}

    def truth(self, y: NDArray[Any]) -> list[Any]:
        """y as a decision would say it."""
        return self.decide(y)

    def _of(self, values: tuple[float, ...]) -> Any:
        return values[0] if len(values) == 1 else np.array(values)


TargetCode: TypeAlias = ClassTarget | AmountTarget


def columns_of_answer(code: TargetCode, p: NDArray[Any], threshold: float = 0.5) -> dict[str, Any]:
    """Predictions as columns of a table: `prediction` (or one per target), then numbers beside it, as `p:CLASS`."""
    decided = code.decide(p, threshold)
    word, numbers = code.details(p)
    several = [f"prediction:{name}" for name in code.columns] if len(code.columns) > 1 and not word else []
    table = {head: [row[name] for row in decided] for head, name in zip(several, code.columns, strict=bool(several))}
    return (table or {"prediction": decided}) | {f"{word[:1]}:{name}": each for name, each in numbers.items()}


def flat(values: NDArray[Any]) -> Floats:
    """(n, 1) as (n,), more columns as they are; float64."""
    return np.asarray(values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values, dtype=np.float64)


def amounts_of(values: Column, name: str) -> Floats:
    """(n,) known amounts. Errors: UserError naming row (from 1) and column of a missing one."""
    amounts = parse.numbers(values, name)
    no_gap(np.isnan(amounts), name)
    return amounts


def codes_of(values: Column, name: str, classes: tuple[str, ...], reading: Reading) -> NDArray[np.int64]:
    """(n,) places in `classes`. Errors: UserError naming row (from 1) and column of a missing or unknown one."""
    words = parse.words(values, reading)
    no_gap(np.array([word is None for word in words], dtype=bool), name)
    table = {word: index for index, word in enumerate(classes)}
    for row, word in enumerate(words, start=1):
        if word not in table:
            known = ", ".join(classes[:10])
            raise UserError(f"row {row}, column {name!r}: {word!r} is none of the classes {known}.")
    return np.array([table[word] for word in words if word is not None], dtype=np.int64)


def no_gap(missing: NDArray[np.bool_], name: str) -> None:
    if missing.any():
        row = int(np.flatnonzero(missing)[0]) + 1
        raise UserError(f"row {row}, column {name!r}: the target is missing; leave such rows out of training.")

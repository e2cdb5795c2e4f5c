"""Targets that are amounts: one, several, a count, a share between two ends, or the quantiles of one."""

from __future__ import annotations

from typing import Any, Literal

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from engine.stats.quantiles import LEVELS, MIDDLE
from engine.training.parse import Floats
from engine.training.target_cells import Columns, amounts_of, flat
from engine.values import Positive, Value

CONSTANT = 1e-12
"""Relative spread below which an amount does not vary."""


class AmountTarget(Value, frozen=True, tag_field="form", tag="amounts"):
    """One amount or several for each row; the network learns (y - centers) / scales.

    y and p: (n,) for one column, (n, k) for several, in their own units. `scaling` says where training rows put centers
    and scales: at mean and "spread"; at 0 and the "mean", for counts; or nowhere, as both are "known" beforehand.
    """

    task: str
    columns: tuple[str, ...]
    centers: tuple[float, ...] = (0.0,)
    scales: tuple[Positive, ...] = (1.0,)
    scaling: Literal["spread", "mean", "known"] = "spread"

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
        """The same, with centers and scales of training rows y (scale 1 where they do not vary)."""
        if self.scaling == "known":
            return self
        known = y.reshape(len(y), -1)
        centers, spread = known.mean(axis=0), known.std(axis=0)
        if self.scaling == "mean":
            centers, spread = np.zeros_like(centers), centers
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

    def meaning(self, threshold: float) -> str:
        """What `prediction` is, in a sentence for who asks."""
        if len(self.columns) > 1:
            return f"`prediction` holds {', '.join(self.columns)}, each in its own unit."
        return f"`prediction` is {self.columns[0]} in its own unit."

    def _of(self, values: tuple[float, ...]) -> Any:
        return values[0] if len(values) == 1 else np.array(values)


class QuantileTarget(Value, frozen=True, tag_field="form", tag="quantiles"):
    """The quantiles LEVELS of one amount for each row; the network learns (y - center) / scale.

    y (n,) and p (n, levels) in the amount's own unit. Quantiles that cross are put in order, which never makes their
    loss larger (Chernozhukov, Fernández-Val and Galichon, 2010).
    """

    task: str
    column: str
    center: float = 0.0
    scale: Positive = 1.0

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def classes(self) -> tuple[str, ...]:
        return ()

    @property
    def outputs(self) -> int:
        """Numbers the network gives per row."""
        return len(LEVELS)

    @property
    def unit(self) -> tuple[float, ...]:
        """What a difference of predictions is measured in."""
        return (self.scale,)

    def encode(self, columns: Columns) -> NDArray[Any]:
        """y of raw columns. Errors: UserError naming row (from 1) and column of a missing target."""
        return amounts_of(columns[self.column], self.column)

    def fitted(self, y: NDArray[Any]) -> QuantileTarget:
        """The same, with mean and standard deviation of training rows y (1 where they do not vary)."""
        center, spread = float(y.mean()), float(y.std())
        return structs.replace(self, center=center, scale=spread if spread > CONSTANT * abs(center) else 1.0)

    def wanted(self, y: NDArray[Any]) -> NDArray[Any]:
        return np.asarray((y - self.center) / self.scale)

    def told(self, wanted: NDArray[Any]) -> NDArray[Any]:
        return np.asarray(wanted * self.scale + self.center)

    def natural(self, outputs: NDArray[Any]) -> Floats:
        return np.sort(np.asarray(outputs, dtype=np.float64) * self.scale + self.center, axis=1)

    def decide(self, p: NDArray[Any], threshold: float = 0.5) -> list[Any]:
        """The median of each row."""
        return list(p[:, MIDDLE].tolist())

    def details(self, p: NDArray[Any]) -> tuple[str, dict[str, Floats]]:
        """Every quantile by its level."""
        return "quantiles", {f"{level:g}": p[:, place] for place, level in enumerate(LEVELS)}

    def truth(self, y: NDArray[Any]) -> list[Any]:
        """y as a decision would say it."""
        return list(y.tolist())

    def meaning(self, threshold: float) -> str:
        """What `prediction` is, in a sentence for who asks."""
        return f"`prediction` is the median of {self.column}; `quantiles` says below which values it lies how often."

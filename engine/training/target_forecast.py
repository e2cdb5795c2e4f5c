"""Targets that are values of a series: amounts, with how far off forecasts made before were."""

from __future__ import annotations

from typing import Any

from numpy.typing import NDArray

from engine.stats.quantiles import ENDS
from engine.training.parse import Floats
from engine.training.target_amounts import AmountTarget


class ForecastTarget(AmountTarget, frozen=True, tag_field="form", tag="forecast"):
    """A value of a series; the network counts it in `scales`, in which the level that it starts from is counted, too.

    `naive_error` is the mean absolute error of the naive forecast on the rows to learn from, which MASE divides by, 0
    where it is not known. `below` and `above` are added to a forecast for the ends of the range that holds nine of ten
    values, as far as the errors of earlier forecasts tell; both 0 where they are not known.
    """

    naive_error: float = 0.0
    below: float = 0.0
    above: float = 0.0

    def details(self, p: NDArray[Any]) -> tuple[str, dict[str, Floats]]:
        """The ends of the range by their levels, where errors are known."""
        if self.below == self.above:
            return "", {}
        return "quantiles", {f"{ENDS[0]:g}": p + self.below, f"{ENDS[1]:g}": p + self.above}

    def meaning(self, threshold: float) -> str:
        """What `prediction` is, in a sentence for who asks."""
        ends = "; `quantiles` are the ends of a range that is to hold nine of ten values"
        return f"`prediction` is {self.columns[0]} in its own unit{ends if self.below != self.above else ''}."

"""How long and how loud sounds are, and how much of them is cut off at the top."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.audio.decode import samples
from engine.training.decoded import Cell, Form, decoded

SECONDS, LEVEL, CLIPPED = 0, 1, 2
"""Places of what is measured: seconds, root mean square in decibels of the loudest, share of clipped samples."""
SILENT = -200.0
HIGH = 0.5
"""Height from which a flat top is a cut one."""
FLAT = 3
"""Samples in a row at the very top that make it flat."""


def measures(cells: Sequence[Cell | None], column: str) -> NDArray[np.float64]:
    """(n, 3): seconds, level in decibels, share of clipped samples; nan where there is no sound."""
    found = np.full((len(cells), 3), np.nan)
    for places, values in decoded(cells, Form("loudness", (3,), "float64", _measured), column):
        found[places] = values
    return found


def _measured(cell: Cell) -> NDArray[np.float64]:
    values, rate = samples(cell)
    power = float(np.mean(values**2))
    level = 10 * np.log10(power) if power > 0 else SILENT
    return np.array([len(values) / rate, max(level, SILENT), clipped(values)])


def clipped(values: NDArray[np.float64]) -> float:
    """The share of samples that lie on a flat top or bottom of the highest level, `FLAT` or more of them in a row."""
    top = np.abs(values).max(initial=0.0)
    if top < HIGH:
        return 0.0
    edges = np.diff(np.concatenate(([0], (np.abs(values) >= 0.999 * top).astype(int), [0])))
    lengths = np.flatnonzero(edges == -1) - np.flatnonzero(edges == 1)
    return float(lengths[lengths >= FLAT].sum() / len(values))

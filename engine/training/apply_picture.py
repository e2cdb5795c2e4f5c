"""The numpy interpreter of what a preparation says of pictures; decoding them needs Pillow, in this call only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.image.decode import form_of
from engine.training import parse
from engine.training.decoded import Cell, decoded
from engine.training.parse import Column
from engine.training.spec_picture import Picture


def pictures(encoder: Picture, values: Column, out: NDArray[np.float32]) -> None:
    """Write the pixels of a column of pictures into `out` (n, its width), which holds zeros."""
    centers, scales = np.array(encoder.centers, np.float32), np.array(encoder.scales, np.float32)
    for places, levels in decoded(cells(values), form_of(encoder), encoder.name):
        scaled = (levels.astype(np.float32) - centers) / scales
        out[places] = scaled.reshape(len(places), -1)


def cells(values: Column) -> list[Cell | None]:
    """Paths or contents of files, None where there is none."""
    found = parse.cells(values)
    return [None if not isinstance(cell, bytes) and parse.is_missing(cell) else _cell(cell) for cell in found]


def _cell(cell: object) -> Cell:
    return cell if isinstance(cell, bytes) else str(cell)

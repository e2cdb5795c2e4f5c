"""Masks in files: what class each point of a picture is of, given as a grey level, a colour's number or a colour."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.image.decode import opened, upright
from engine.tasks.segmentation import SIDE
from engine.training.decoded import Cell, Form, decoded

LEAST = 8
LOOKED_AT = 50
"""Pictures or masks whose sizes are looked at."""
SOME = 200
"""Masks that are looked at to tell what they hold."""
MOST = 50
"""Values of masks that are told."""
COLOUR = 1 << 24
"""Added to colours, so that they are no levels."""


def working_size(height: float, width: float) -> tuple[int, int]:
    """Height and width at which pictures of this size are taken apart, in their own proportions."""
    share = min(1.0, SIDE / max(height, width))
    return max(LEAST, round(share * height)), max(LEAST, round(share * width))


def values(cell: Cell) -> NDArray[np.int32]:
    """What stands at each point (height, width): a level, the number of a colour, or COLOUR and its bytes.

    Errors: Unreadable.
    """
    with opened(cell) as image:
        image = upright(image)
        if image.mode in ("RGB", "RGBA", "CMYK", "YCbCr"):
            colours = np.asarray(image.convert("RGB"), dtype=np.int32)
            if (np.ptp(colours, axis=2) == 0).all():
                return np.asarray(colours[..., 0])
            return np.asarray(COLOUR + colours @ np.array([1 << 16, 1 << 8, 1], dtype=np.int32), dtype=np.int32)
        levels: NDArray[Any] = np.asarray(image if image.mode != "LA" else image.convert("L"))
        return levels.astype(np.int32)


def form_of(size: tuple[int, int]) -> Form:
    """How cells become arrays (height, width): each point as the one nearest to its middle, because classes have no
    mean."""
    return Form(settings="mask", shape=size, dtype="int32", decode=lambda cell: nearest(values(cell), size))


def nearest(whole: NDArray[Any], size: tuple[int, int]) -> NDArray[Any]:
    """The points of a mask (height, width) that lie nearest to the middles of another size's."""
    rows, columns = (((np.arange(to) + 0.5) * of / to).astype(int) for of, to in zip(whole.shape, size, strict=True))
    return np.asarray(whole[np.ix_(rows, columns)])


def read_masks(cells: Sequence[Cell], size: tuple[int, int], column: str) -> NDArray[np.int32]:
    """All masks (n, height, width). Errors: UserError naming row (from 1) and column."""
    found = np.zeros((len(cells), *size), dtype=np.int32)
    for places, masks in decoded(cells, form_of(size), column):
        found[places] = masks
    return found


def named(cells: Sequence[Cell], size: tuple[int, int], column: str) -> tuple[list[str], NDArray[np.int64]]:
    """What all masks together hold, as classes are called, and the place of each point's in it (n, height, width).

    Errors: as in `read_masks`.
    """
    found = read_masks(cells, size, column)
    known, where = np.unique(found, return_inverse=True)
    return [word(int(value)) for value in known], where.reshape(found.shape)


def word(value: int) -> str:
    """A value of a mask as a class is called."""
    return str(value) if value < COLOUR else f"#{value - COLOUR:06x}"


def mask_values(cells: Iterable[str]) -> dict[str, float]:
    """What some of these masks hold, and the share of the points that each value has, the most common one first."""
    found: Counter[int] = Counter()
    for cell in list(cells)[:SOME]:
        known, counts = np.unique(nearest(values(cell), (SIDE, SIDE)), return_counts=True)
        found.update(dict(zip(known.tolist(), counts.tolist(), strict=True)))
    total = found.total()
    return {word(value): count / total for value, count in found.most_common(MOST)}

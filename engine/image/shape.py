"""What a column of pictures is like, from the headers of its files, and the size that they are brought to."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace

from engine.image.decode import is_deep, is_grey, opened, turned, upright
from engine.image.mask import LOOKED_AT, working_size
from engine.training.decoded import THREADS, Cell, Unreadable
from engine.training.spec_picture import PictureShape

SOME = 2000
"""Pictures that are looked at."""
COLOURS = 200
"""Of them, those whose colours are compared: a photo of grey things says that it has colours."""
FEW, MANY = 3000, 30_000
"""Pictures up to which a side has SIDES[0] points at most, and SIDES[1]; with more, SIDES[2]."""
SIDES = (48, 64, 96)
LEAST = 8
ALIKE = 1.1
"""Proportions that differ by less are the same: stretching by so little is not seen."""
GREY = 3.0
"""Levels of 255 by which the channels of a grey picture differ on average."""


class Seen(NamedTuple):
    """The sides of a picture as it is looked at, and whether it has more than 8 bits and whether it is grey."""

    height: int
    width: int
    deep: bool
    grey: bool


def measured(cells: Sequence[Cell]) -> PictureShape:
    """The shape for these pictures: as large as most are, but no larger than so many can teach a network to use.

    The number of values that a network looks at grows with the square of a side, and so does the time it takes: few
    pictures are learned by heart at any size. Colours are kept where any are found.
    """
    some = [cells[place] for place in _spread(len(cells), SOME)]
    with ThreadPoolExecutor(THREADS) as pool:
        looks = list(pool.map(seen_of, some))
        told = [cell for cell, each in zip(some, looks, strict=True) if each is not None and not each.grey]
        colours = any(pool.map(_coloured, told[:COLOURS]))
    seen = [each for each in looks if each is not None]
    if not seen:
        return PictureShape()
    heights, widths = (np.array([each[axis] for each in seen]) for axis in (0, 1))
    most = SIDES[0] if len(cells) <= FEW else SIDES[1] if len(cells) <= MANY else SIDES[2]
    height, width = float(np.median(heights)), float(np.median(widths))
    share = min(1.0, most / max(height, width))
    ratios = widths / heights
    return PictureShape(
        height=max(LEAST, round(share * height)),
        width=max(LEAST, round(share * width)),
        channels=3 if colours else 1,
        deep=any(each.deep for each in seen),
        stretched=bool(ratios.max() < ALIKE * ratios.min()),
    )


def of_masks(cells: Sequence[Cell]) -> PictureShape:
    """The shape of pictures that are taken apart point by point: that of their masks."""
    own = measured(cells)
    seen = [each for cell in cells[:LOOKED_AT] if (each := seen_of(cell)) is not None]
    height, width = working_size(*(float(np.median([each[axis] for each in seen])) for axis in (0, 1)))
    return replace(own, height=height, width=width, stretched=True)


def _spread(count: int, most: int) -> list[int]:
    return sorted({int(place) for place in np.linspace(0, count - 1, min(count, most))}) if count else []


def seen_of(cell: Cell | None) -> Seen | None:
    """What the header of a picture says; None where there is no picture."""
    if cell is None:
        return None
    try:
        with opened(cell) as image:
            width, height = image.size
            lying = turned(image) >= 5
            grey, deep = is_grey(image), is_deep(image)
    except Unreadable:
        return None
    return Seen(*((width, height) if lying else (height, width)), deep, grey)


def _coloured(cell: Cell) -> bool:
    """Whether a picture has colours to see."""
    try:
        with opened(cell) as image:
            values = np.asarray(upright(image, (32, 32)).convert("RGB").resize((32, 32)), dtype=np.float64)
    except Unreadable:
        return False
    return bool(np.ptp(values, axis=2).mean() > GREY)

"""Pictures that are nearly another: sent twice, scaled, compressed again, the next frame of a film."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.image.decode import form_of
from engine.training.decoded import Cell, decoded
from engine.training.spec_picture import PictureShape

SIDE = 64
LOOK = PictureShape(height=SIDE, width=SIDE, channels=1)
SMALL, BITS = 16, 8
"""Sides of the small pictures that are compared, and of those whose points are above or below their mean."""
BANDS = 4
"""Of pictures that differ in fewer bits than this, one of so many parts is the same."""
NEAR = 2.0
"""Levels of 255 that two nearly equal pictures differ by on average, at that size."""
FLAT = 2.0
"""Standard deviation in levels below which a picture shows nothing, so that its likeness means nothing."""
CROWD = 50


def looks(cells: Sequence[Cell | None], column: str) -> NDArray[np.float32]:
    """Every picture as it is looked at (n, SIDE, SIDE), in levels of 255; nan where there is none."""
    found = np.full((len(cells), SIDE, SIDE), np.nan, dtype=np.float32)
    for places, levels in decoded(cells, form_of(LOOK), column):
        found[places] = levels[..., 0]
    return found


def smaller(pictures: NDArray[np.float32], side: int) -> NDArray[np.float32]:
    """Means over squares: (n, side, side)."""
    width = pictures.shape[1] // side
    made: NDArray[np.float32] = pictures.reshape(len(pictures), side, width, side, width).mean(axis=(2, 4))
    return made


def first_alike(pictures: NDArray[np.float32]) -> NDArray[np.int64]:
    """The place of the first picture that each is nearly the same as, its own where there is none (n,)."""
    n = len(pictures)
    small = smaller(pictures, SMALL)
    shows = np.flatnonzero(small.reshape(n, -1).std(axis=1) > FLAT)
    points = smaller(pictures[shows], BITS).reshape(len(shows), -1)
    bits = np.packbits(points > np.median(points, axis=1, keepdims=True), axis=1)
    pairs = set()
    for band in np.split(bits, BANDS, axis=1):
        pairs |= _together(band)
    if not pairs:
        return np.arange(n)
    both = shows[np.array(sorted(pairs))]
    apart = np.concatenate(
        [np.abs(small[part[:, 0]] - small[part[:, 1]]).mean(axis=(1, 2)) for part in np.array_split(both, 64)]
    )
    near = both[apart <= NEAR]
    joined = coo_array((np.ones(len(near)), (near[:, 0], near[:, 1])), shape=(n, n))
    unit = connected_components(joined)[1]
    found: NDArray[np.int64] = np.unique(unit, return_index=True)[1][unit]
    return found


def _together(keys: NDArray[np.uint8]) -> set[tuple[int, int]]:
    """Pairs of places with the same key (n, b); in a crowd each with the next ones only."""
    whole = np.ascontiguousarray(keys).view(f"V{keys.shape[1]}").ravel()
    order = np.argsort(whole, kind="stable")
    cuts = np.flatnonzero(whole[order][1:] != whole[order][:-1]) + 1
    found = set()
    for part in np.split(order, cuts):
        for place, first in enumerate(part):
            found |= {(int(first), int(second)) for second in part[place + 1 : place + 1 + CROWD]}
    return found

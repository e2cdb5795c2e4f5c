"""Cells that hold several values: which signs stand between them."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import combinations

SIGNS = ";|,/"
OFTEN = 0.05
"""Share of the cells that a separator is in."""
FEWER = 0.7
"""Share of the different cells below which the different parts are, where cells really are lists."""
MOST = 200
REPEATS = 3
"""Cells that a part is in, on average, or the cells are no lists of a few labels."""


def separators_of(cells: Sequence[str]) -> str:
    """The signs between the labels of cells such as "a;b" and "a, b", empty where cells are one value each.

    Of all signs that occur often those that leave the fewest different labels.
    """
    signs = [sign for sign in SIGNS if sum(sign in cell for cell in cells) >= OFTEN * len(cells) > 0]
    different = set(cells)
    most = min(MOST, FEWER * len(different), len(cells) / REPEATS)
    sets = ["".join(chosen) for size in range(1, len(signs) + 1) for chosen in combinations(signs, size)]
    counts = {each: len(parts_of(different, each)) for each in sets}
    best = min(counts, key=lambda each: (counts[each], len(each)), default="")
    return best if best and counts[best] <= most else ""


def parts_of(cells: Collection[str], separators: str) -> set[str]:
    """The different labels in all cells."""
    pattern = re.compile(f"[{re.escape(separators)}]")
    return {part.strip() for cell in cells for part in pattern.split(cell)} - {""}

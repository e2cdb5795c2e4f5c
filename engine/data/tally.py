"""How often each value of a column occurs, exactly and in ascending order, in memory that does not grow with rows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd

Pieces = Callable[[], Iterator[np.ndarray]]
Run = tuple[np.ndarray, np.ndarray]
"""Different values (u,) ascending, and how often each occurs (u,)."""
FEW = 10_000
"""Values that are looked at to tell whether few differ."""
SAMPLED = 1000
"""Values of a piece from which the bounds of the runs are taken."""


def runs(pieces: Pieces, most: int) -> Iterator[Run]:
    """All values in ascending runs of at most about `most` different ones.

    `pieces` gives the values without missing ones, anew at each call: once where all different values fit into one
    run, else once more for the bounds and for every run.
    """
    whole = _held(pieces, None, None, most)
    if whole is not None:
        yield whole
        return
    sample = np.sort(np.concatenate([piece[:: max(len(piece) // SAMPLED, 1)] for piece in pieces()]))
    total = sum(len(piece) for piece in pieces())
    count = int(np.ceil(4 * total / most))
    bounds = np.unique(sample[np.linspace(0, len(sample) - 1, count + 1).astype(int)[1:-1]])
    for low, high in zip([None, *bounds], [*bounds, None], strict=True):
        found = _held(pieces, low, high, 2 * total)
        assert found is not None
        if len(found[0]):
            yield found


def _held(pieces: Pieces, low: object, high: object, most: int) -> Run | None:
    """The values in (low, high], None where more than `most` differ."""
    kept: Run | None = None
    raw: list[np.ndarray] = []
    size = 0
    for piece in pieces():
        if low is not None:
            piece = piece[piece > low]
        if high is not None:
            piece = piece[piece <= high]
        raw.append(piece)
        size += len(piece)
        if size > most:
            kept, raw, size = _merged(kept, raw), [], 0
            if len(kept[0]) > most // 2:
                return None
    return _merged(kept, raw)


def _few(values: np.ndarray) -> Run:
    """Counts by hashing, which is faster than by sorting where only few values differ."""
    codes, found = pd.factorize(values)
    order = np.argsort(found)
    return found[order], np.bincount(codes, minlength=len(found))[order]


def _merged(kept: Run | None, raw: list[np.ndarray]) -> Run:
    values = np.concatenate(raw) if raw else np.zeros(0)
    raw.clear()
    found = _few(values) if len(np.unique(values[:FEW])) < FEW // 10 else None
    if found is None:
        values.sort()
        starts = np.flatnonzero(np.append(True, values[1:] != values[:-1])[: len(values)])
        found = values[starts], np.diff(np.append(starts, len(values)))
    if kept is None or not len(kept[0]):
        return found
    if not len(found[0]):
        return kept
    return summed([kept, found])


def summed(parts: Sequence[Run]) -> Run:
    """Values of several parts, ascending, with the sums of their counts; a part may be in any order."""
    both = np.concatenate([values for values, _ in parts])
    counts = np.concatenate([counts for _, counts in parts])
    order = np.argsort(both, kind="stable")
    both, counts = both[order], counts[order]
    starts = np.flatnonzero(np.concatenate([[True], both[1:] != both[:-1]]))
    return both[starts], np.add.reduceat(counts, starts)

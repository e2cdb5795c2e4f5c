"""Each column by itself: a histogram of amounts, the common values of words, and the target in each part."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.data.schema import Top
from engine.seeing.cells import cell_text
from engine.seeing.schema import QUANTILES, Amount, Classes, Histogram

Array = np.ndarray

BINS = 40
COMMON = 12
FEW = 10
"""Different amounts that are shown as bars of their own."""
FIRST = 1000
FEWEST = 5
"""Rows of a bar or a span below which a mean would say more of luck than of the column."""
TAIL = 3.0
"""A range so many times that of the middle 98 % is cut to these: one far value would leave a single bar."""
WORD = 60
"""Characters of a value."""


def of_column(column: pd.Series, target: Array | None) -> Histogram | Classes | None:
    """None for dates (they make the time series) and for columns without a value.

    `target` (n,) amounts or 0/1, whose mean is taken in each part. Infinite amounts are counted at the ends.
    """
    if pd.api.types.is_datetime64_any_dtype(column) or not column.notna().any():
        return None
    if pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column):
        values = column.to_numpy(dtype=float)
        few = len(np.unique(values[:FIRST])) <= FEW and column.nunique() <= FEW
        if few:
            return _classes(column, target, ordered=True)
        return _histogram(str(column.name), values, target) if np.isfinite(values).any() else None
    return _classes(column, target)


def _histogram(name: str, values: Array, target: Array | None) -> Histogram:
    known = ~np.isnan(values)
    finite = values[np.isfinite(values)]
    low, high = float(finite.min()), float(finite.max())
    inner = np.quantile(finite, (0.01, 0.99))
    if inner[1] > inner[0] and (high / 2 - low / 2) / TAIL > inner[1] / 2 - inner[0] / 2:
        low, high = float(inner[0]), float(inner[1])
    distinct = np.unique(finite[:10_000])
    bins = BINS
    if np.all(distinct == np.round(distinct)) and high - low < BINS:
        # Whole numbers of a short range get a bin each, or the bins would hold now one of them, now two.
        low, high = low - 0.5, high + 0.5
        bins = max(1, round(high - low))
    elif high <= low:
        low, high, bins = low - 0.5, high + 0.5, 1
    within = known & (values >= low) & (values <= high)
    # In halves, because the distance of two finite numbers may be infinite.
    part = np.floor((values[within] / 2 - low / 2) / (high / 2 - low / 2) * bins).astype(int).clip(0, bins - 1)
    return Histogram(
        column=name,
        rows=int(known.sum()),
        missing=int((~known).sum()),
        low=low,
        high=high,
        counts=tuple(int(count) for count in np.bincount(part, minlength=bins)),
        below=int((values[known] < low).sum()),
        above=int((values[known] > high).sum()),
        quantiles=tuple(float(value) for value in np.quantile(finite, QUANTILES)),
        means=() if target is None else means(part, target[within], bins, FEWEST),
    )


def _classes(column: pd.Series, target: Array | None, ordered: bool = False) -> Classes:
    """`ordered` keeps numbers in their order; words come by their counts."""
    codes, values = pd.factorize(column, sort=ordered)
    counts = np.bincount(codes[codes >= 0], minlength=len(values))
    common = np.arange(len(values)) if ordered else np.argsort(-counts, kind="stable")[:COMMON]
    each = () if target is None else means(codes[codes >= 0], target[codes >= 0], len(values))
    return Classes(
        column=str(column.name),
        rows=int((codes >= 0).sum()),
        missing=int((codes < 0).sum()),
        distinct=len(values),
        counts=tuple(Top((cell_text(values[at]) or "")[:WORD], int(counts[at])) for at in common),
        means=tuple(each[at] for at in common) if each else (),
    )


def means(part: Array, target: Array, parts: int, fewest: int = 1) -> tuple[Amount, ...]:
    """The mean of the target (n,) in each part (n,), numbered from 0; None in one of fewer than `fewest` rows."""
    counts, sums = np.bincount(part, minlength=parts), np.bincount(part, target, minlength=parts)
    return tuple(float(total / count) if count >= fewest else None for total, count in zip(sums, counts, strict=True))

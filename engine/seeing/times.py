"""Rows and target over time."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.seeing.columns import FEWEST, means
from engine.seeing.schema import Series

Array = np.ndarray

SPANS = 60
EACH = 10
"""Rows that a span has on average, at least."""


def over_time(frame: pd.DataFrame, time: str | None, target: Array | None) -> Series | None:
    """Over the column `time`, else over the first date, else (with a target) over the order in the file.

    `target` (n,) amounts or 0/1. None where there is neither.
    """
    name = time if time in frame else next((str(n) for n in frame.columns if _is_date(frame[n])), None)
    if name is not None and (_is_date(frame[name]) or pd.api.types.is_numeric_dtype(frame[name])):
        known = frame[name].notna().to_numpy()
        dates = _is_date(frame[name])
        column = frame[name][known]
        values = column.astype("datetime64[ns]").astype("int64").to_numpy() if dates else column.to_numpy(dtype=float)
        return _series(name, values.astype(float), None if target is None else target[known], dates)
    if target is None:
        return None
    return _series("order in the file", frame.index.to_numpy(dtype=float), target, False)


def _series(name: str, values: Array, target: Array | None, dates: bool) -> Series | None:
    if len(values) < 2 or not np.all(np.isfinite(values)) or np.ptp(values) == 0:
        return None
    spans = min(SPANS, len(np.unique(values)), max(2, len(values) // EACH))
    edges = np.linspace(values.min(), values.max(), spans + 1)
    part = np.searchsorted(edges[1:-1], values, side="right")
    unit = "D" if dates and (edges[1] - edges[0]) > 86_400e9 else "m"
    begins = [str(np.datetime64(int(edge), "ns").astype(f"datetime64[{unit}]")) for edge in edges] if dates else None
    return Series(
        time=name,
        begins=tuple(begins or (f"{edge:,.6g}" for edge in edges)),
        counts=tuple(int(count) for count in np.bincount(part, minlength=spans)),
        means=() if target is None else means(part, target, spans, FEWEST),
        rows=len(values),
    )


def _is_date(column: pd.Series) -> bool:
    return bool(pd.api.types.is_datetime64_any_dtype(column))

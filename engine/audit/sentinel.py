"""Numbers that stand for "not known": -999, 9999, or a pile of zeros where zero makes no sense."""

import numpy as np
import pandas as pd

from engine.detector import AuditData, Detector
from engine.values import Finding

PILE = 0.01
"""Share of rows on one value from which it is a pile."""

FEWEST = 5
FAR = 3.0
"""Distance of a pile from all other values, in interquartile ranges of those."""

CODES = (-1.0, -9.0, -99.0, -999.0, -9999.0, 99.0, 999.0, 9999.0, 99999.0, 999999.0)
MANY_VALUES = 15
"""A column with fewer different values is a code or a count, where a zero means something."""


def look(data: AuditData) -> tuple[Finding, ...]:
    numeric = [name for name in data.names if pd.api.types.is_numeric_dtype(data.frame[name])]
    return tuple(finding for name in numeric for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    values = data.frame[name].dropna().to_numpy(dtype=float)
    if len(values) == 0 or len(np.unique(values)) < MANY_VALUES:
        return []
    return [
        _finding(name, end, int((values == end).sum()), len(values))
        for end in (float(values.min()), float(values.max()))
        if _stands_for_missing(values, end)
    ]


def _stands_for_missing(values: np.ndarray, end: float) -> bool:
    """Whether the smallest or largest value is a pile apart from the rest."""
    count, rest = int((values == end).sum()), values[values != end]
    if count < max(FEWEST, PILE * len(values)) or len(rest) == 0:
        return False
    low, high = np.quantile(rest, [0.25, 0.75])
    gap = float(np.min(np.abs(rest - end)))
    if end in CODES and gap >= FAR * max(high - low, 1e-12) / 3:
        return True
    if end == 0:
        # Zeros amid positive values that never come near zero: a body mass of 0 is not a small body mass.
        return bool(rest.min() > 0 and gap > 0.25 * np.median(rest))
    return bool(gap >= FAR * max(high - low, 1e-12))


def _finding(name: str, value: float, count: int, n: int) -> Finding:
    return Finding(
        detector="sentinel",
        columns=(name,),
        rows=count,
        severity="ask",
        evidence=f"{name} is {value:g} in {count:,} of {n:,} rows, far from every other value",
        proposal=f"read {value:g} in {name} as missing",
        blank=(value,),
    )


DETECTOR = Detector("sentinel", "Numbers that stand for missing", False, look)

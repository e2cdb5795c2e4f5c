"""Numbers that stand for "not known": -999, 9999, or a pile of zeros where zero makes no sense."""

import numpy as np
import pandas as pd

from engine.detector import AuditData, Detector
from engine.values import Finding

PILE = 0.01
"""Share of rows on one value from which it is a pile, whatever the value is."""

FEWEST = 5
FEW = 3
"""Rows that suffice for a value that people use for "not known": a usual code, or a zero far below everything."""

FAR = 3.0
"""Distance of a pile from all other values, in interquartile ranges of those."""

CODE_FAR = 1.0
"""The same for a usual code."""

STEPS = 5
"""Gap above zero, in usual steps between neighbouring values, from which zeros stand apart: a count goes 0, 1, 2."""

NEVER_NEAR = 0.25
"""Gap above zero, as a share of the median, from which a zero is not a small amount but none, however few there are."""

NEAR = 0.1
"""The same where zeros are a pile: more than lie within one more such gap."""

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
    ends = (float(values.min()), float(values.max()))
    return [_finding(name, end, values) for end in ends if _stands_for_missing(values, end)]


def _stands_for_missing(values: np.ndarray, end: float) -> bool:
    """Whether the smallest or largest value is a pile apart from the rest."""
    count, rest = int((values == end).sum()), values[values != end]
    if end == 0:
        return bool(rest.min() > 0 and _zero_is_none(count, rest, len(values)))
    low, high = np.quantile(rest, [0.25, 0.75])
    gap = float(np.min(np.abs(rest - end)))
    # Where one value rules, quartiles say nothing of the spread of the others.
    spread = float(high - low) or float(np.ptp(rest))
    if end in CODES and count >= FEW and gap >= CODE_FAR * spread:
        return True
    return count >= max(FEWEST, PILE * len(values)) and gap >= FAR * spread


def _zero_is_none(count: int, rest: np.ndarray, n: int) -> bool:
    """Zeros amid positive values that stay away from zero: a body mass of 0 is not a small body mass."""
    gap, median = float(rest.min()), float(np.median(rest))
    steps = np.diff(np.unique(rest[rest <= median]))
    if count < FEW or len(steps) == 0 or gap < STEPS * float(np.median(steps)):
        return False
    if gap >= NEVER_NEAR * median:
        return True
    return bool(gap >= NEAR * median and count >= max(FEWEST, PILE * n) and count > np.sum(rest < 2 * gap))


def _finding(name: str, value: float, values: np.ndarray) -> Finding:
    count, rest = int((values == value).sum()), values[values != value]
    nearest = rest.min() if value < rest.min() else rest.max()
    return Finding(
        detector="sentinel",
        columns=(name,),
        rows=count,
        severity="ask",
        evidence=f"{name} is {value:g} in {count:,} of {len(values):,} rows; the nearest other value is {nearest:g}",
        proposal=f"read {value:g} in {name} as missing",
        blank=(value,),
    )


DETECTOR = Detector("sentinel", "Numbers that stand for missing", False, look)

"""Columns that are the target in other words: the same partition, a straight line through it, or parts that add up."""

from itertools import combinations

import numpy as np
import pandas as pd

from engine.detector import AuditData, Detector
from engine.values import Finding

SAME = 0.999
"""Share of rows on which a copy has to agree; the rest may be typing errors."""

SAME_RARE = 0.95
"""Share of the smallest class on which it has to agree as well: two rare things agree on nearly all rows by nature."""

LINE = 0.99999
"""Correlation from which a number is the target on another scale."""

ROUNDING = 1e-6
"""Largest relative difference between a sum and the target."""

MOST_COLUMNS = 60
"""Above this many numeric columns, sums of pairs would be found by chance of computation time."""


def look(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    found = [_finding(name, data) for name in data.names if _copies(data.frame[name], data)]
    if not data.classes:
        found += _sums(data, {finding.columns[0] for finding in found})
    return tuple(found)


def _copies(column: pd.Series, data: AuditData) -> bool:
    assert data.codes is not None
    if data.classes:
        return _same_partition(column, data.codes)
    if not pd.api.types.is_numeric_dtype(column) or column.nunique() < 3:
        return False
    known = column.notna().to_numpy()
    if known.mean() < SAME or np.std(data.codes[known]) == 0:
        return False
    return bool(abs(np.corrcoef(column[known], data.codes[known])[0, 1]) >= LINE)


def _same_partition(column: pd.Series, codes: np.ndarray) -> bool:
    """One value of the column for each class and one class for each value."""
    if not 2 <= column.nunique() <= 2 * len(np.unique(codes)):
        return False
    table = pd.crosstab(column.astype(str), codes).to_numpy()
    most_wrong = min((1 - SAME) * len(codes), (1 - SAME_RARE) * table.sum(axis=0).min())
    return bool(len(codes) - min(table.max(axis=1).sum(), table.max(axis=0).sum()) <= most_wrong)


def _sums(data: AuditData, known: set[str]) -> list[Finding]:
    """Pairs of columns whose sum is the target."""
    numeric = [n for n in data.names if pd.api.types.is_numeric_dtype(data.frame[n]) and n not in known]
    assert data.codes is not None
    found = []
    tolerance = ROUNDING * (np.abs(data.codes) + 1)
    for first, second in combinations(numeric[:MOST_COLUMNS], 2):
        total = data.frame[first].to_numpy(dtype=float) + data.frame[second].to_numpy(dtype=float)
        same = float(np.mean(np.abs(total - data.codes) <= tolerance))
        # A column of zeros beside a copy of the target is no pair of parts.
        if same >= SAME and data.frame[first].nunique() > 2 and data.frame[second].nunique() > 2:
            found.append(
                Finding(
                    detector="target_copy",
                    columns=(first, second),
                    rows=len(data.frame),
                    severity="block",
                    evidence=f"{first} + {second} is {data.target} in {same:.1%} of {len(data.frame):,} rows",
                    proposal=f"leave out {first} and {second}: they are known only when the target is",
                    drop=(first, second),
                )
            )
    return found


def _finding(name: str, data: AuditData) -> Finding:
    return Finding(
        detector="target_copy",
        columns=(name,),
        rows=len(data.frame),
        severity="block",
        evidence=f"{name} is {data.target} in other words, in at least {SAME:.1%} of {len(data.frame):,} rows",
        proposal=f"leave out {name}",
        drop=(name,),
    )


DETECTOR = Detector("target_copy", "Copies of the target", True, look)

"""Columns that are the target in other words: the same partition, one part of it, another scale, or rounded."""

import numpy as np
import pandas as pd

from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.values import Finding

SAME = 0.999
"""Share of rows on which a copy has to agree; the rest may be typing errors."""

SAME_RARE = 0.95
"""Share of the smallest class on which it has to agree as well: two rare things agree on nearly all rows by nature."""

LINE = 0.99999
"""Correlation from which a number is the target on another scale."""

FEWEST = 20
"""Rows outside the most common value from which order alone is evidence."""

WORDS = 50
"""Categories that may be ranges of an amount."""

SCREENED = 2000
SHOWN = 20


def look(data: AuditData) -> tuple[Finding, ...]:
    return _classes(data) if data.classes else _amounts(data)


def _classes(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    codes = np.unique(data.codes, return_inverse=True)[1].reshape(-1)
    many = int(codes.max(initial=0)) + 1
    found: list[Finding] = []
    parts: dict[str, np.ndarray] = {}
    for name in data.names:
        if data.columns[name].distinct > 2 * many:
            continue
        values = pd.factorize(data.frame[name], use_na_sentinel=False)[0]
        table = np.bincount(values * many + codes, minlength=(values.max(initial=0) + 1) * many).reshape(-1, many)
        if len(table) < 2:
            continue
        agree = table.max(axis=0)[codes] == table[values, codes]
        if _few_wrong(min(table.max(axis=1).sum(), table.max(axis=0).sum()), len(codes), table.sum(axis=0).min()):
            found.append(_finding((name,), f"{name} is {data.target} in other words", agree, data))
        elif many > 2 and _few_wrong(agree.sum(), len(codes), _smaller_side(table)):
            parts[name] = table.argmax(axis=0)
    return (*found, *_parts(parts, data, many))


def _few_wrong(right: int, n: int, smallest: int) -> bool:
    return bool(n - right <= min((1 - SAME) * n, (1 - SAME_RARE) * smallest))


def _smaller_side(table: np.ndarray) -> int:
    """Rows outside the most common value of the column."""
    rows = table.sum(axis=1)
    return int(rows.sum() - rows.max())


def _parts(parts: dict[str, np.ndarray], data: AuditData, many: int) -> list[Finding]:
    """Columns that follow from the class: together they may tell every class, as one column for each class does."""
    if not parts:
        return []
    names, every = tuple(parts), np.ones(len(data.frame), dtype=bool)
    if len(np.unique(np.column_stack([*parts.values()]), axis=0)) == many:
        return [_finding(names, f"{', '.join(names)} together tell {data.target}", every, data)]
    what = "follows from {0}: all rows of a class have the same value, which no other reason explains"
    return [_finding((name,), f"{name} {what.format(data.target)}", every, data, "ask") for name in names]


def _amounts(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    found = []
    for name in data.names:
        values = _ranked(data.frame[name], data.codes)
        known = None if values is None else ~np.isnan(values)
        if values is None or known is None or known.mean() < SAME:
            continue
        values, target = values[known], data.codes[known]
        some = np.arange(len(values)) if len(values) <= SCREENED else np.arange(0, len(values), len(values) // SCREENED)
        if _on_a_line(values[some], target[some]) and _on_a_line(values, target):
            said = f"{name} is {data.target} on another scale: the correlation is at least {LINE} in size"
        elif _in_order(values[some], target[some]) and _in_order(values, target):
            said = f"{name} never falls (or never rises) where {data.target} rises: it was made from it"
        else:
            continue
        found.append(_finding((name,), said, known, data))
    return tuple(found)


def _ranked(column: pd.Series, target: np.ndarray) -> np.ndarray | None:
    """A column as numbers (n,): words by the mean of the target where they hold, None for texts and empty columns."""
    if column.dtype.kind == "M":
        return np.asarray(column.astype("int64").where(column.notna()), dtype=float)
    if column.dtype.kind in "iufb":
        return np.asarray(column, dtype=float)
    values, words = pd.factorize(column)
    if not 2 <= len(words) <= WORDS:
        return None
    known = values >= 0
    means = np.bincount(values[known], target[known]) / np.bincount(values[known])
    return np.where(known, np.argsort(np.argsort(means))[values].astype(float), np.nan)


def _on_a_line(values: np.ndarray, target: np.ndarray) -> bool:
    if len(np.unique(values[:SCREENED])) < 3 or np.ptp(values) == 0 or np.ptp(target) == 0:
        return False
    return bool(abs(np.corrcoef(values, target)[0, 1]) >= LINE)


def _in_order(values: np.ndarray, target: np.ndarray) -> bool:
    """Whether the column is a step function of the target: one value for each target, in the target's order."""
    counts = np.unique(values, return_counts=True)[1]
    outside = len(values) - int(counts.max())
    if outside < FEWEST or len(np.unique(target)) < 3:
        return False
    most = min((1 - SAME) * len(values), (1 - SAME_RARE) * outside)
    # Among equal targets the column is put in the worst order, so that only one value for each passes.
    for sign in (1, -1):
        order = np.lexsort((-sign * values, target))
        if np.count_nonzero(np.diff(sign * values[order]) < 0) <= most:
            return True
    return False


def _finding(names: tuple[str, ...], said: str, agree: np.ndarray, data: AuditData, severity: str = "block") -> Finding:
    return Finding(
        detector="target_copy",
        columns=names,
        rows=int(agree.sum()),
        sample=len(agree),
        severity="block" if severity == "block" else "ask",
        evidence=f"{said}, in {int(agree.sum()):,} of {len(agree):,} rows",
        proposal=f"leave out {', '.join(names)}",
        drop=names,
        row_ids=ids(data, agree, SHOWN),
    )


DETECTOR = Detector("target_copy", "Copies of the target", True, look)

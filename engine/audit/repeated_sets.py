"""Rows that come in sets: alike in all inputs but some that hardly matter, with nearly the same target in each set."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.audit.effect import measure
from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.values import Finding

FEWEST = 100
"""Rows below which sets may be luck."""

SETTINGS = 50
"""Different values up to which an input is one of the settings of a trial, and no measurement."""

SHARE = 0.8
"""Share of the rows that have to lie in sets."""

ALIKE = 0.04
"""Most variance of the target, and of every measured input, within sets, as a share of all of it."""

GROUPS = 5
"""Values of a column from which it can divide rows into folds of whole sets."""


def look(data: AuditData) -> tuple[Finding, ...]:
    if data.task != "regression" or data.codes is None or data.sampled or len(data.frame) < FEWEST:
        return ()
    outside = {name for finding in data.found if finding.severity != "note" for name in finding.drop}
    names = [name for name in data.names if name not in outside and name != data.group]
    settings = [name for name in names if data.columns[name].distinct <= SETTINGS]
    if any(data.columns[name].kind != "numeric" for name in names if name not in settings):
        return ()
    measured = [data.frame[name].to_numpy(dtype=float) for name in names if name not in settings]
    codes = pd.DataFrame({name: pd.factorize(data.frame[name])[0] for name in settings})
    beside, sets = _sets(codes, [data.codes.astype(float), *measured])
    if not beside or _within_group(data, sets):
        return ()
    return (_finding(data, codes, beside, sets),)


def _sets(codes: pd.DataFrame, values: list[np.ndarray]) -> tuple[list[str], np.ndarray]:
    """The settings that hardly matter, the one that matters least first, and the set (n,) of every row without them."""
    beside: list[str] = []
    sets = np.arange(len(codes))
    while len(beside) < len(codes.columns) - 1:
        rest = [name for name in codes if name not in beside and codes[name].nunique() > 1]
        tried = {name: _numbered(codes.drop(columns=[*beside, name])) for name in rest}
        # A setting that others imply parts no rows, and belongs to what a set has in common.
        rest = [name for name in rest if tried[name].max() < sets.max()]
        apart = {name: _apart(tried[name], values) for name in rest}
        best = min(rest, key=lambda name: apart[name], default=None)
        if best is None or apart[best] > ALIKE:
            break
        beside.append(best)
        sets = tried[best]
    return beside, sets


def _numbered(codes: pd.DataFrame) -> np.ndarray:
    return np.asarray(codes.groupby(list(codes), sort=False).ngroup())


def _apart(sets: np.ndarray, values: list[np.ndarray]) -> float:
    """Variance within sets as a share of all, of the values (n,) that differ most; infinite where sets are few."""
    sizes = np.bincount(sets)
    free = len(sets) - len(sizes)
    if np.mean(sizes[sets] > 1) < SHARE or free == 0:
        return np.inf
    worst = 0.0
    for each in values:
        known = np.where(np.isnan(each), np.nanmean(each), each)
        means = np.bincount(sets, weights=known) / sizes
        worst = max(worst, float(np.sum((known - means[sets]) ** 2)) / free / (float(np.var(known, ddof=1)) or 1.0))
    return worst


def _within_group(data: AuditData, sets: np.ndarray) -> bool:
    """Whether framing keeps whole sets together already."""
    return data.group is not None and data.group in data.frame and _constant(data.frame[data.group], sets)


def _constant(column: pd.Series, sets: np.ndarray) -> bool:
    return bool(column.groupby(sets).nunique(dropna=False).max() == 1)


def _finding(data: AuditData, codes: pd.DataFrame, beside: list[str], sets: np.ndarray) -> Finding:
    assert data.codes is not None
    sizes = np.bincount(sets)
    groups = [name for name in codes if name not in beside and codes[name].nunique() >= GROUPS]
    groups = [name for name in groups if _constant(codes[name], sets)]
    group = max(groups, key=lambda name: int(codes[name].nunique()), default=None)
    inside = sizes[sets] > 1
    later = inside & pd.Series(sets).duplicated().to_numpy()
    apart = _apart(sets, [data.codes.astype(float)])
    said = " and ".join(beside) if len(beside) < 3 else f"{', '.join(beside[:-1])} and {beside[-1]}"
    return Finding(
        detector="repeated_sets",
        columns=tuple(beside),
        rows=int(inside.sum()),
        sample=len(sets),
        severity="ask",
        evidence=f"{int(inside.sum()):,} of {len(sets):,} rows come in {int((sizes > 1).sum()):,} sets that differ "
        f"only in {said}; within a set {data.target} has {apart:.1%} of its variance, so a random split puts nearly "
        "the same row on both sides",
        proposal=f"keep whole sets together (framing.group = {group})"
        if group
        else "add a column that numbers the sets and name it (framing.group)",
        row_ids=ids(data, later),
        answers={"framing.group": group} if group else {},
        effect=measure(data, groups=sets),
    )


DETECTOR = Detector("repeated_sets", "Rows that come in near-identical sets", True, look)

"""Whether new rows look like the reference: per feature, with thresholds that depend on the number of rows.

An alarm needs both a test that survives many features (Benjamini-Hochberg) and an effect that matters.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass

import numpy as np
from scipy import stats

from engine.stats.arrays import Array, Bools, Floats, Ints

BINS = 10
PSI_FLOOR = 0.10
"""No population stability index below this is an alarm, however many rows there are."""
PSI_LEVEL = 0.99
FALSE_DISCOVERY = 0.05
KS_EFFECT = 0.1
V_EFFECT = 0.1
"""Smallest Kolmogorov-Smirnov distance and Cramér's V that are called drift."""
HALF = 0.5
"""Added to every count before a ratio is taken, so that an empty bin is finite."""


@dataclass(frozen=True, slots=True)
class Psi:
    """A population stability index and the `limit` above which it is an alarm for these numbers of rows."""

    value: float
    limit: float
    bins: int
    rows_reference: int
    rows_current: int

    @property
    def alarm(self) -> bool:
        return self.value > self.limit


@dataclass(frozen=True, slots=True)
class Shift:
    """A two-sample test of one feature: `effect` is the KS distance or Cramér's V, 0 to 1."""

    test: str
    effect: float
    p: float
    gate: float


def bin_edges(reference: Array, bins: int = BINS) -> Floats:
    """Inner edges (at most bins - 1) that cut the reference into parts of equal size; ties give fewer."""
    known = np.asarray(reference, dtype=np.float64)
    known = known[np.isfinite(known)]
    if not len(known):
        return np.empty(0)
    edges = np.unique(np.quantile(known, np.arange(1, bins) / bins))
    return np.asarray(edges[edges < known.max()], dtype=np.float64)


def bin_counts(values: Array, edges: Array) -> Ints:
    """Rows per bin (len(edges) + 2,): up to each edge, above the last, and missing or not finite."""
    values = np.asarray(values, dtype=np.float64)
    known = np.isfinite(values)
    codes = np.where(
        known, np.searchsorted(np.asarray(edges), np.where(known, values, 0.0), side="left"), len(edges) + 1
    )
    return np.bincount(codes, minlength=len(edges) + 2).astype(np.int64)


def psi_of_counts(reference: Array, current: Array) -> Psi:
    """Population stability index of counts per bin (bins,); bins empty on both sides are left out.

    The limit is the larger of PSI_FLOOR and χ² at 0.99 with bins - 1 degrees of freedom times (1/n + 1/m) (Yurdakul,
    2018), which is what the index reaches by chance. Errors: ValueError where a side has no rows.
    """
    before, after = np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)
    n, m = int(before.sum()), int(after.sum())
    if n == 0 or m == 0:
        raise ValueError("a population stability index needs rows on both sides")
    used = before + after > 0
    bins = int(used.sum())
    old = (before[used] + HALF) / (n + HALF * bins)
    new = (after[used] + HALF) / (m + HALF * bins)
    chance = float(stats.chi2.ppf(PSI_LEVEL, max(bins - 1, 1))) * (1 / n + 1 / m)
    return Psi(float(((new - old) * np.log(new / old)).sum()), max(PSI_FLOOR, chance), bins, n, m)


def psi(reference: Array, current: Array, bins: int = BINS) -> Psi:
    """Population stability index of a numeric feature, bins of equal size in the reference, missing values a bin."""
    edges = bin_edges(reference, bins)
    return psi_of_counts(bin_counts(reference, edges), bin_counts(current, edges))


def psi_shift(found: Psi) -> Shift:
    """The index as a test: its p value is that of χ² with bins - 1 degrees of freedom, by which `limit` is set."""
    chance = 1 / found.rows_reference + 1 / found.rows_current
    p = float(stats.chi2.sf(found.value / chance, max(found.bins - 1, 1)))
    return Shift("PSI", found.value, p, PSI_FLOOR)


def ks(reference: Array, current: Array) -> Shift:
    """Two-sample Kolmogorov-Smirnov test of a numeric feature, missing values left out (p = 1 if a side is empty)."""
    before, after = (np.asarray(side, dtype=np.float64) for side in (reference, current))
    before, after = before[np.isfinite(before)], after[np.isfinite(after)]
    if not len(before) or not len(after):
        return Shift("Kolmogorov-Smirnov", 0.0, 1.0, KS_EFFECT)
    found = stats.ks_2samp(before, after, method="auto")
    return Shift("Kolmogorov-Smirnov", float(found.statistic), float(found.pvalue), KS_EFFECT)


def chi2(reference: Array, current: Array) -> Shift:
    """Two-sample χ² test of counts per category (categories,), with Cramér's V as the effect."""
    table = np.stack([np.asarray(reference, dtype=np.float64), np.asarray(current, dtype=np.float64)])
    table = table[:, table.sum(axis=0) > 0]
    if table.shape[1] < 2 or (table.sum(axis=1) == 0).any():
        return Shift("χ²", 0.0, 1.0, V_EFFECT)
    found = stats.chi2_contingency(table, correction=False)
    return Shift("χ²", float(np.sqrt(found.statistic / table.sum())), float(found.pvalue), V_EFFECT)


def benjamini_hochberg(p_values: Array) -> Floats:
    """p values adjusted so that the share of false alarms among alarms is bounded (Benjamini and Hochberg, 1995)."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.minimum.accumulate((p[order] * len(p) / np.arange(1, len(p) + 1))[::-1])[::-1]
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted


def alarms(shifts: Iterable[Shift]) -> Bools:
    """Which of all tested features drifted: adjusted p at most FALSE_DISCOVERY and an effect of at least the gate."""
    found = list(shifts)
    if not found:
        return np.zeros(0, dtype=bool)
    adjusted = benjamini_hochberg(np.array([shift.p for shift in found]))
    strong = np.array([shift.effect >= shift.gate for shift in found])
    return np.asarray((adjusted <= FALSE_DISCOVERY) & strong, dtype=bool)


def new_categories(known: Collection[str], current: Iterable[str | None]) -> dict[str, int]:
    """Values never seen in the reference, with how many rows have each, most frequent first; None is missing."""
    seen = set(known)
    return dict(Counter(value for value in current if value is not None and value not in seen).most_common())

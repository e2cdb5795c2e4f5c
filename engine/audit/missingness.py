"""Whether a value is there tells the target: a column that is filled in because of the outcome."""

import numpy as np
import pandas as pd
from scipy.stats import binom

from engine.audit.sample import ids, places
from engine.detector import AuditData, Detector
from engine.stats.association import explained, single_column_score
from engine.values import Finding

TELLS = 0.8
"""AUC of "is it there" alone, from which the column is asked about; R² for amounts."""

PURE = 0.99
"""Share of one class among the rows where the value is there (or is not), from which it is asked about."""

FEWEST = 20
LUCK = 1e-6
"""Chance of such a pure group if presence said nothing, before the correction for several columns."""


def look(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    there = {name: data.frame[name].notna().to_numpy() for name in data.names if data.columns[name].missing}
    there = {name: here for name, here in there.items() if FEWEST <= here.sum() <= len(here) - FEWEST}
    each = {name: _look_at(name, here, data, len(there)) for name, here in there.items()}
    found = tuple(finding for finding in each.values() if finding is not None)
    return (*found, *_together([here for name, here in there.items() if each[name] is None], data))


def _together(there: list[np.ndarray], data: AuditData) -> list[Finding]:
    """How many cells of a row are filled in, where no column alone tells the target by it."""
    if len(there) < 2:
        return []
    filled = np.sum(there, axis=0)
    rows = places(data)
    assert data.codes is not None
    score = single_column_score(pd.Series(filled[rows]), data.codes[rows], data.classes, data.seed)
    if score < TELLS:
        return []
    measure = f"AUC {score:.3f}" if data.classes else f"R² {score:.3f}"
    return [
        Finding(
            detector="missingness",
            rows=int((filled < len(there)).sum()),
            sample=len(rows),
            severity="ask",
            evidence=f"how many of {len(there)} columns are filled in reaches {measure} by itself (n = {len(rows):,})",
            proposal="find out why some rows lack more: what is filled in because of the outcome is missing in use",
            row_ids=ids(data, filled == filled.min()),
        )
    ]


def _look_at(name: str, there: np.ndarray, data: AuditData, looks: int) -> Finding | None:
    assert data.codes is not None
    if not data.classes:
        means = np.where(there, data.codes[there].mean(), data.codes[~there].mean())
        share = explained(data.codes, means)
        return (
            _finding(name, data, f"whether {name} is filled in explains {share:.0%} of the target's variance")
            if share >= TELLS
            else None
        )
    codes = data.codes.astype(int)
    sizes = np.bincount(codes)
    for side, words in ((there, "filled in"), (~there, "missing")):
        counts = np.bincount(codes[side])
        most, n = int(counts.max()), int(side.sum())
        base = float(sizes[counts.argmax()] / len(codes))
        if n >= FEWEST and most / n >= PURE and binom.sf(most - 1, n, base) * looks < LUCK:
            return _finding(
                name,
                data,
                f"of {n:,} rows with {name} {words}, {most:,} have the same target (among all rows {base:.0%} do)",
            )
    # The AUC of a yes or no is half of one plus the difference of its shares inside and outside the class.
    shares = np.bincount(codes, there) / np.maximum(1, sizes)
    outside = (there.sum() - np.bincount(codes, there)) / np.maximum(1, len(codes) - sizes)
    best = float(0.5 + np.abs(shares - outside)[sizes > 0].max() / 2)
    if best >= TELLS:
        return _finding(name, data, f"whether {name} is filled in alone reaches AUC {best:.3f}")
    return None


def _finding(name: str, data: AuditData, evidence: str) -> Finding:
    return Finding(
        detector="missingness",
        columns=(name,),
        rows=int(data.frame[name].notna().sum()),
        sample=len(data.frame),
        severity="ask",
        evidence=f"{evidence} (n = {len(data.frame):,})",
        proposal=f"leave out {name}: it seems to be filled in because of the outcome",
        drop=(name,),
        row_ids=ids(data, data.frame[name].notna().to_numpy()),
    )


DETECTOR = Detector("missingness", "Missing values linked to the target", True, look)

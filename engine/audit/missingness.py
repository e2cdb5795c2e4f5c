"""Whether a value is there tells the target: a column that is filled in because of the outcome."""

import numpy as np
from scipy.stats import binom

from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.stats.association import auc, explained
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
    candidates = [name for name in data.names if FEWEST <= data.frame[name].isna().sum() <= len(data.frame) - FEWEST]
    found = [_look_at(name, data, len(candidates)) for name in candidates]
    return tuple(finding for finding in found if finding is not None)


def _look_at(name: str, data: AuditData, looks: int) -> Finding | None:
    assert data.codes is not None
    there = data.frame[name].notna().to_numpy()
    if not data.classes:
        means = np.where(there, data.codes[there].mean(), data.codes[~there].mean())
        share = explained(data.codes, means)
        return (
            _finding(name, data, f"whether {name} is filled in explains {share:.0%} of the target's variance")
            if share >= TELLS
            else None
        )
    for side, words in ((there, "filled in"), (~there, "missing")):
        counts = np.bincount(data.codes[side].astype(int))
        most, n = int(counts.max()), int(side.sum())
        base = float(np.mean(data.codes == counts.argmax()))
        if n >= FEWEST and most / n >= PURE and binom.sf(most - 1, n, base) * looks < LUCK:
            return _finding(
                name,
                data,
                f"of {n:,} rows with {name} {words}, {most:,} have the same target (among all rows {base:.0%} do)",
            )
    best = max(
        (auc(data.codes == label, sign * there) for label in np.unique(data.codes) for sign in (1.0, -1.0)), default=0.5
    )
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

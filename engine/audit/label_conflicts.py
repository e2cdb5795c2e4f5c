"""Rows with the same inputs and another target: no model can be right on all of them."""

from __future__ import annotations

import numpy as np

from engine.audit.sample import class_word, ids
from engine.data.identity import row_hashes
from engine.detector import AuditData, Detector
from engine.stats.intervals import wilson
from engine.values import Finding

FEWEST = 5
ASK = 0.01
"""Share of rows in conflict from which it is asked about, where rows hardly ever repeat."""

NOTE = 0.05
"""The same for a note, where rows repeat by nature."""

REPEATING = 0.3
"""Share of rows whose inputs occur twice from which that is the nature of the inputs and no mistake."""

APART = 0.1
"""Distance between two amounts of the same inputs, in standard deviations, from which they contradict each other."""


def look(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    names = _inputs(data)
    if not names:
        return ()
    hashes = row_hashes(data.frame, list(names), seed=data.seed)
    member, counts = np.unique(hashes, return_inverse=True, return_counts=True)[1:]
    repeated = counts[member] > 1
    if not repeated.any():
        return ()
    places = np.flatnonzero(repeated)
    unit = np.unique(member[places], return_inverse=True)[1]
    here = np.zeros(len(hashes), dtype=bool)
    here[places] = _differ(data, unit, data.codes[places])[unit]
    n, count, share = len(hashes), int(here.sum()), float(repeated.mean())
    by_nature = share >= REPEATING
    if count < FEWEST or count < (NOTE if by_nature else ASK) * n:
        return ()
    return (_finding(data, here, unit, places, by_nature),)


def _inputs(data: AuditData) -> tuple[str, ...]:
    """The inputs without columns that name a row: with these no two rows are the same."""
    outside = {name for finding in data.found if finding.detector == "id_like" for name in finding.drop}
    return tuple(name for name in data.names if name not in outside)


def _differ(data: AuditData, unit: np.ndarray, codes: np.ndarray) -> np.ndarray:
    """Whether the targets (m,) within each set of copies contradict each other (sets,)."""
    assert data.codes is not None
    low = np.full(unit.max() + 1, np.inf)
    high = -low
    np.minimum.at(low, unit, codes)
    np.maximum.at(high, unit, codes)
    apart = 0.0 if data.classes else APART * float(np.std(data.codes))
    return np.asarray(high - low > apart)


def _finding(data: AuditData, here: np.ndarray, unit: np.ndarray, places: np.ndarray, by_nature: bool) -> Finding:
    assert data.codes is not None
    n, count = len(here), int(here.sum())
    low, high = wilson(count, n)
    evidence = (
        f"{count:,} of {n:,} rows ({count / n:.1%}, 95 % interval {low:.1%} to {high:.1%}) have the same inputs as a "
        f"row with another {data.target}; {len(places):,} rows have a row of the same inputs at all"
    )
    if data.classes:
        evidence += f"; {_words(data, here, unit, places)}"
    proposal = "look at these rows: one label of each set is wrong, or an input that tells them apart is missing"
    return Finding(
        detector="label_conflicts",
        columns=(data.target or "",),
        rows=count,
        sample=n,
        severity="note" if by_nature else "ask",
        evidence=evidence,
        proposal="inputs that tell these rows apart would raise that ceiling" if by_nature else proposal,
        row_ids=ids(data, here),
    )


def _words(data: AuditData, here: np.ndarray, unit: np.ndarray, places: np.ndarray) -> str:
    """The best accuracy that these inputs allow, and the classes that are confused most, in words."""
    assert data.codes is not None
    codes = data.codes[places].astype(int)
    table = np.zeros((unit.max() + 1, int(data.codes.max()) + 1), dtype=np.int64)
    np.add.at(table, (unit, codes), 1)
    wrong = int((table.sum(axis=1) - table.max(axis=1)).sum())
    mixed = table[(table > 0).sum(axis=1) > 1]
    classes = np.argsort(-(mixed > 0).sum(axis=0), kind="stable")[:2]
    named = " and ".join(class_word(data, int(code)) for code in np.sort(classes))
    return f"no model reaches an accuracy above {1 - wrong / len(here):.2%} on them all; most in conflict: {named}"


DETECTOR = Detector("label_conflicts", "Same inputs, another label", True, look)

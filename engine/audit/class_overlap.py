"""Rows that look alike and are of different classes: how far the inputs can tell the classes apart at all."""

from __future__ import annotations

import numpy as np

from engine.audit.sample import class_word, ids, places, prose
from engine.detector import AuditData, Detector
from engine.stats.intervals import wilson
from engine.values import Finding

MOST = 1200
"""Rows compared with each other; a share of a half is then told to 3 points."""

ENOUGH = 100
CATEGORIES = 12
"""Categories of a column that count as inputs of their own."""

SHARE = 0.1
"""Share of rows whose likest row is of another class from which it is said."""

NEIGHBOURS = 5


def look(data: AuditData) -> tuple[Finding, ...]:
    # Beside a text the other columns say little of what is alike.
    if not data.classes or data.codes is None or prose(data):
        return ()
    rows = places(data, MOST)
    inputs = _inputs(data, rows)
    # A copy of a row is found by other detectors; here it would hide what unlike rows say.
    _, first = np.unique(inputs, axis=0, return_index=True)
    inputs, rows = inputs[np.sort(first)], rows[np.sort(first)]
    codes = data.codes[rows].astype(int)
    if len(rows) < ENOUGH or inputs.shape[1] == 0 or len(np.unique(codes)) < 2:
        return ()
    likest = _likest(inputs)
    other = codes[likest[:, 0]] != codes
    share = float(other.mean())
    return (_finding(data, rows, codes, likest, other),) if share >= SHARE else ()


def _inputs(data: AuditData, rows: np.ndarray) -> np.ndarray:
    """Numbers by rank, categories as one input each (n, inputs); texts and dates are left out."""
    parts = []
    for name in data.names:
        column, kind = data.frame[name].iloc[rows], data.columns[name].kind
        if kind == "numeric":
            parts.append(column.rank(pct=True).fillna(0.5).to_numpy(dtype=float)[:, None] * np.sqrt(12))
        elif kind in ("categorical", "boolean"):
            words = column.value_counts().index[:CATEGORIES]
            # Two rows of different categories are one apart, however many categories there are.
            parts.append((column.to_numpy()[:, None] == np.asarray(words, dtype=object)[None, :]) / np.sqrt(2))
    return np.hstack(parts).astype(float) if parts else np.zeros((len(rows), 0))


def _likest(inputs: np.ndarray) -> np.ndarray:
    """Places (n, NEIGHBOURS) of the rows nearest to each, nearest first."""
    squares = (inputs**2).sum(axis=1)
    distances = squares[:, None] + squares[None, :] - 2 * inputs @ inputs.T
    np.fill_diagonal(distances, np.inf)
    near = np.argpartition(distances, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    order = np.argsort(np.take_along_axis(distances, near, axis=1), axis=1, kind="stable")
    return np.take_along_axis(near, order, axis=1)


def _finding(data: AuditData, rows: np.ndarray, codes: np.ndarray, likest: np.ndarray, other: np.ndarray) -> Finding:
    n, count = len(rows), int(other.sum())
    low, high = wilson(count, n)
    shares = np.bincount(codes) / n
    chance = 1 - float((shares**2).sum())
    pairs = np.sort(np.column_stack((codes[other], codes[likest[other, 0]])), axis=1)
    pair, times = np.unique(pairs, axis=0, return_counts=True)
    most = pair[times.argmax()]
    words = " and ".join(class_word(data, int(code)) for code in most)
    alone = (codes[likest] != codes[:, None]).all(axis=1)
    where = np.zeros(len(data.frame), dtype=bool)
    where[rows[alone]] = True
    return Finding(
        detector="class_overlap",
        columns=(data.target or "",),
        rows=count,
        sample=n,
        severity="note",
        evidence=f"of {n:,} rows looked at, {count:,} ({count / n:.0%}, 95 % interval {low:.0%} to {high:.0%}) look "
        f"most like a row of another class, by chance {chance:.0%} would; most mixed: {words} ({int(times.max()):,})",
        proposal="better inputs part such rows, more rows of these hardly; the rows listed are among strangers only",
        row_ids=ids(data, where),
    )


DETECTOR = Detector("class_overlap", "Classes that look alike", True, look)

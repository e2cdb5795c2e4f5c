"""Averages of the target over the rows of a thing, the row's own among them: each row then carries its own answer."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.audit.sample import ids, prose
from engine.detector import AuditData, Detector
from engine.stats.association import intraclass
from engine.values import Finding

FEWEST = 10
"""Different things below which an average says next to nothing of one row."""

PER_THING = 1.2
MOST_PER_THING = 200
"""Rows for each thing on average, from which there is something to average, and up to which one row matters in it."""

LOOKED_AT = 20_000
"""Rows of whole things that tell how a column was made."""

FIXED = 0.99
"""Share of the things in all rows of which an average is the same."""

WEIGHTS = (0.0, 1.0, 5.0, 10.0, 20.0, 50.0, 100.0)
"""Rows of the overall mean that averages are usually mixed with, so that few rows do not decide."""

ERRORS = 5.0
"""Standard errors by which a column has to fit the averages of these very rows better than the truth about a thing
could: what it has beyond that truth is the luck of the rows, which only their own targets tell."""

CLOSE = 1 - 1e-9
"""As near to 1 as a correlation is taken."""

WITHIN = 0.999
"""Correlation in size of a column and the target within the things, from which a row's own target was left out."""

FREE = 0.1
"""Share of rows beyond the first two of their thing, without which two points would always lie on a line."""


def look(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    said = {name for finding in data.found if finding.severity != "note" for name in finding.drop}
    amounts = [
        name
        for name in data.names
        if data.columns[name].kind == "numeric" and not data.columns[name].integer and name not in said
    ]
    found: dict[str, Finding] = {}
    for key in _keys(data) if amounts else []:
        of = pd.factorize(data.frame[key])[0]
        rows = _whole(of, data.seed)
        for name in amounts:
            how = _how(data.frame[name].to_numpy(dtype=float)[rows], of[rows], data.codes[rows], data)
            if how and name not in found:
                found[name] = _finding(name, key, how, of, data)
    return tuple(found.values())


def _whole(of: np.ndarray, seed: int) -> np.ndarray:
    """Places (m,) of the rows of so many whole things, drawn at random, that they are not too many rows."""
    turn = np.random.default_rng(seed).permutation(of.max(initial=-1) + 1)
    sizes = np.bincount(of[of >= 0], minlength=len(turn))
    taken = np.zeros(len(turn) + 1, dtype=bool)
    taken[turn[np.cumsum(sizes[turn]) <= LOOKED_AT]] = True
    return np.flatnonzero(taken[of])


def _keys(data: AuditData) -> list[str]:
    """Columns that name things of several rows."""
    texts, found = prose(data), []
    for name in data.names:
        column = data.columns[name]
        whole = column.kind in ("categorical", "text") or (column.kind == "numeric" and column.integer)
        each = (column.rows - column.missing) / max(1, column.distinct)
        if whole and name not in texts and column.distinct >= FEWEST and PER_THING <= each <= MOST_PER_THING:
            found.append(name)
    return found


def _how(values: np.ndarray, of: np.ndarray, codes: np.ndarray, data: AuditData) -> str:
    """In words how a column (n,) was made from the targets of its thing, or nothing."""
    known = ~np.isnan(values)
    if known.sum() < max(FEWEST, len(of) / 2):
        return ""
    values, of = values[known], np.unique(of[known], return_inverse=True)[1].reshape(-1)
    sizes = np.bincount(of)
    targets = codes[known]
    labels = np.unique(targets)
    each = [targets] if not data.classes else [(targets == label).astype(float) for label in labels[len(labels) == 2 :]]
    first = np.zeros(len(sizes))
    first[of[::-1]] = values[::-1]
    fixed = np.bincount(of, np.abs(values - first[of]) > 1e-9 * (1 + np.abs(first[of]))) == 0
    if fixed.mean() >= FIXED:
        fits = [(_fit(first, of, sizes, y), _truth(of, sizes, y)) for y in each]
        best, truth = max(fits, key=lambda pair: np.arctanh(pair[0]) - np.arctanh(pair[1]))
        if (np.arctanh(best) - np.arctanh(truth)) * np.sqrt(len(sizes) - 3) < ERRORS:
            return ""
        return (
            f"follows the mean of {data.target} there with a correlation of {best:.3f}, where the truth about "
            f"each would reach {truth:.3f}"
        )
    best = max(_within(values, of, sizes, y) for y in each)
    return f"falls there as {data.target} rises (correlation -{best:.3f})" if best >= WITHIN else ""


def _fit(column: np.ndarray, of: np.ndarray, sizes: np.ndarray, y: np.ndarray) -> float:
    """Best correlation of one value for each thing with the mean target there, mixed with the overall mean."""
    sums = np.bincount(of, y)
    if np.ptp(column) == 0 or np.ptp(sums / sizes) == 0:
        return 0.0
    best = max(_weighted(column, (sums + extra * y.mean()) / (sizes + extra), sizes) for extra in WEIGHTS)
    return min(CLOSE, max(0.0, best))


def _truth(of: np.ndarray, sizes: np.ndarray, y: np.ndarray) -> float:
    """What the correlation would be of the true mean of each thing with the mean of its rows."""
    alike = intraclass(of, y)
    reliable = sizes * alike / (1 + (sizes - 1) * alike)
    return min(CLOSE, float(np.sqrt(np.average(reliable, weights=sizes))))


def _weighted(a: np.ndarray, b: np.ndarray, weights: np.ndarray) -> float:
    a, b = a - np.average(a, weights=weights), b - np.average(b, weights=weights)
    spread = np.sqrt(float((weights * a * a).sum()) * float((weights * b * b).sum()))
    return float((weights * a * b).sum()) / spread if spread > 0 else 0.0


def _within(values: np.ndarray, of: np.ndarray, sizes: np.ndarray, y: np.ndarray) -> float:
    """How surely a column falls as the target rises, each thing by itself: what is left of a mean without the row."""
    if (sizes[of] > 2).mean() < FREE:
        return 0.0
    rows = sizes[of] > 2
    a = values - (np.bincount(of, values) / sizes)[of]
    b = y - (np.bincount(of, y) / sizes)[of]
    # A mean of many other rows moves less with one row, so things are put on one scale first.
    scale = np.sqrt(np.bincount(of, a * a))[of]
    other = np.sqrt(np.bincount(of, b * b))[of]
    rows &= (scale > 0) & (other > 0)
    if rows.sum() < FEWEST:
        return 0.0
    each = np.bincount(of[rows], -(a * b)[rows] / (scale * other)[rows])[np.unique(of[rows])]
    return float(np.mean(each))


def _finding(name: str, key: str, how: str, of: np.ndarray, data: AuditData) -> Finding:
    known = (of >= 0) & data.frame[name].notna().to_numpy()
    return Finding(
        detector="aggregates",
        columns=(name,),
        rows=int(known.sum()),
        sample=int(known.sum()),
        severity="ask",
        evidence=f"{name} was made for each {key} of {len(np.unique(of[known])):,}: it {how} "
        f"(n = {int(known.sum()):,})",
        proposal=f"leave out {name}, unless it was made from earlier rows only: a row's own {data.target} is in it",
        drop=(name,),
        row_ids=ids(data, known, FEWEST),
    )


DETECTOR = Detector("aggregates", "Averages of the target", True, look)

"""Rows that are nearly another row: one thing measured or entered twice, which a random split puts on both sides."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from engine.audit.effect import measure
from engine.audit.sample import TAKEN_OUT, ids
from engine.detector import AuditData, Detector
from engine.values import Finding

MOST = 10_000
"""Rows compared with each other: stretches of the rows in the order of one column, so that pairs stay together."""

STRETCHES = 10
KINDS = 20
"""Different values from which a number is fine enough for "nearly the same" to say something."""

FEWEST_COLUMNS = 3
TREE_COLUMNS = 3
"""Columns by which near rows are searched; all of them are then compared."""

DISTANCES = (0.02, 0.01, 0.003, 0.001)
"""Largest differences in any column, in standard deviations, at which rows are nearly the same: widest first."""

HUMP = 2.0
"""How many near pairs there have to be for each pair that is up to four times as far apart.

Of rows that are near by chance there are at least four times as many at four times the distance, in one dimension
already; copies with small changes are a hump of their own.
"""

BEYOND = 4.0
FEWEST = 5
ASK = 0.005
"""Share of rows with a near copy from which it is asked about."""

MOST_PAIRS = 500_000
"""Pairs that are near in the searched columns above which a smaller distance is tried."""


def look(data: AuditData) -> tuple[Finding, ...]:
    outside = {name for finding in data.found if finding.detector == "id_like" for name in finding.drop}
    names = [name for name in data.names if name not in outside]
    amounts = [name for name in names if data.columns[name].kind == "numeric" and data.columns[name].distinct > KINDS]
    if len(amounts) < FEWEST_COLUMNS:
        return ()
    amounts.sort(key=lambda name: -data.columns[name].distinct)
    rows = _stretches(data.frame[amounts[0]].to_numpy(dtype=float), data.seed)
    scaled = _scaled(data.frame[amounts].iloc[rows])
    words = [name for name in names if name not in amounts and data.columns[name].kind != "date"]
    pairs, distance, told = _near(scaled, _codes(data.frame[words].iloc[rows]))
    for reach in DISTANCES[told:]:
        near = distance <= reach
        beyond = int((distance <= BEYOND * reach).sum()) - int(near.sum())
        if near.sum() >= FEWEST and near.sum() > HUMP * beyond:
            return _finding(data, rows, pairs[near], reach)
    return ()


def _stretches(values: np.ndarray, seed: int) -> np.ndarray:
    """Places (m,) of at most MOST rows, in file order."""
    n = len(values)
    if n <= MOST:
        return np.arange(n)
    order = np.argsort(values, kind="stable")
    starts = np.random.default_rng(seed).integers(0, n // STRETCHES - MOST // STRETCHES, STRETCHES)
    parts = [order[place * (n // STRETCHES) + start :][: MOST // STRETCHES] for place, start in enumerate(starts)]
    return np.sort(np.concatenate(parts))


def _scaled(frame: pd.DataFrame) -> np.ndarray:
    """Numbers (n, c) in standard deviations of the values between the 1st and 99th percentile; a gap is far away."""
    columns = []
    for name in frame:
        values = frame[name].to_numpy(dtype=float)
        known = values[~np.isnan(values)]
        low, high = np.quantile(known, [0.01, 0.99])
        spread = float(np.std(known[(known >= low) & (known <= high)])) or float(np.std(known)) or 1.0
        columns.append(np.where(np.isnan(values), -1e6, values / spread))
    return np.column_stack(columns)


def _codes(frame: pd.DataFrame) -> np.ndarray:
    """Every other column as numbers (n, c), equal where the values are."""
    if frame.shape[1] == 0:
        return np.zeros((len(frame), 0))
    return np.column_stack([pd.factorize(frame[name])[0] for name in frame])


def _near(scaled: np.ndarray, codes: np.ndarray) -> tuple[np.ndarray, np.ndarray, int]:
    """Pairs of places (p, 2) of rows that differ a little in amounts and in nothing else, and how far (p,).

    The number says which of DISTANCES is the widest that all pairs, also those beyond it, are known of.
    """
    everything = pd.DataFrame(np.column_stack((scaled, codes)))
    first = np.flatnonzero(~everything.duplicated().to_numpy())
    tree = cKDTree(scaled[first, :TREE_COLUMNS])
    counts = tree.count_neighbors(tree, np.array(DISTANCES) * BEYOND, p=np.inf)
    told = int((counts > 2 * MOST_PAIRS + len(first)).sum())
    if told == len(DISTANCES):
        return np.zeros((0, 2), dtype=np.intp), np.zeros(0), told
    reach = DISTANCES[told] * BEYOND
    pairs = first[tree.query_pairs(reach, p=np.inf, output_type="ndarray")].reshape(-1, 2)
    same = (codes[pairs[:, 0]] == codes[pairs[:, 1]]).all(axis=1)
    pairs = pairs[same]
    distance = np.abs(scaled[pairs[:, 0]] - scaled[pairs[:, 1]]).max(axis=1, initial=0.0)
    near = distance <= reach
    return pairs[near], distance[near], told


def _finding(data: AuditData, rows: np.ndarray, pairs: np.ndarray, reach: float) -> tuple[Finding, ...]:
    n = len(data.frame)
    units = connected_components(coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(rows),) * 2))[
        1
    ]
    members = np.bincount(units)[units] > 1
    later = members & (np.arange(len(rows)) != np.unique(units, return_index=True)[1][units])
    count = int(members.sum())
    asked = count >= max(FEWEST, ASK * len(rows))
    where = np.zeros(n, dtype=bool)
    where[rows[later]] = True
    whole = len(rows) == n and not data.sampled and later.sum() <= TAKEN_OUT
    groups = np.arange(n)
    groups[rows] = rows[np.unique(units, return_index=True)[1][units]]
    return (
        Finding(
            detector="near_duplicates",
            rows=count,
            sample=len(rows),
            severity="ask" if asked else "note",
            evidence=f"{count:,} of {len(rows):,} rows differ from another by at most {reach:g} standard deviations in "
            f"any column ({int(later.sum()):,} of them come after the row they resemble); rows a little further "
            "apart are far fewer, so this is no chance",
            proposal="leave the later ones out of training: they are the same thing twice"
            if whole
            else "keep one of each in the file: they are the same thing twice",
            row_ids=ids(data, where, TAKEN_OUT) if whole else ids(data, where),
            rows_out=whole and asked,
            effect=measure(data, groups=groups) if asked else None,
        ),
    )


DETECTOR = Detector("near_duplicates", "Rows that are nearly another", False, look)

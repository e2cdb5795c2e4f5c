"""Raw rows: the first, random ones, the strangest, and those that findings are about."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from engine.seeing.cells import cell_text
from engine.seeing.schema import Group, Row
from engine.values import Finding

Array = np.ndarray

EACH = 20
CELLS = 60_000
"""Cells that are kept in all; of a wide table fewer rows."""
KINDS = 0.2
"""Share of different values beyond which words are names, and none of them is rarer than another."""


def groups(frame: pd.DataFrame, seed: int) -> tuple[Group, ...]:
    """The first rows, random ones and the strangest: at most `EACH` of a kind, and about `CELLS` cells in all."""
    each = _each(frame)
    places = np.arange(len(frame))
    drawn = np.sort(np.random.default_rng(seed).choice(places, min(each, len(places)), replace=False))
    strange, why = strangest(frame, each)
    return (
        Group("first", _rows(frame, places[:each]), of=len(frame)),
        Group("random", _rows(frame, drawn), of=len(frame)),
        Group("strangest", _rows(frame, strange, why), of=len(frame)),
    )


def of_findings(frame: pd.DataFrame, findings: Iterable[Finding]) -> tuple[Group, ...]:
    """Rows that findings are about, as many as the cells of the others leave room for."""
    each = _each(frame)
    room = _room(frame) - 3 * each
    found = []
    for finding in findings:
        at = frame.index.get_indexer(pd.Index(finding.row_ids[:each]))
        at = at[at >= 0][: max(0, room)]
        if len(at):
            room -= len(at)
            found.append(Group(finding.detector.replace("_", " "), _rows(frame, at), finding.key, finding.rows))
    return tuple(found)


def _room(frame: pd.DataFrame) -> int:
    return max(3, CELLS // max(1, len(frame.columns)))


def _each(frame: pd.DataFrame) -> int:
    return min(EACH, max(1, _room(frame) // 3))


def strangest(frame: pd.DataFrame, most: int) -> tuple[Array, tuple[str, ...]]:
    """The places of the rows least like the others, and which column makes each so.

    The score sums, over the columns, minus the logarithm of the share of rows at least as far out (amounts) or with the
    same word: outliers by empirical distributions (Li et al., 2022). Texts and names take no part.
    """
    total, worst = np.zeros(len(frame)), np.zeros(len(frame))
    column = np.full(len(frame), -1)
    for at, name in enumerate(frame.columns):
        score = _surprise(frame[name])
        if score is None:
            continue
        total += score
        column[score > worst] = at
        worst = np.maximum(worst, score)
    order = np.argsort(-total, kind="stable")[:most]
    order = order[total[order] > 0]
    why = tuple(
        f"{frame.columns[column[at]]} = {cell_text(frame.iloc[at, column[at]]) or 'missing'}"[:80] for at in order
    )
    return order, why


def _surprise(column: pd.Series) -> Array | None:
    """Minus the logarithm of how many rows are at least so far out (n,); None for names and numbers of rows."""
    n = len(column)
    gone = column.isna().to_numpy()
    score = np.zeros(n)
    if gone.any():
        score[gone] = -np.log(gone.mean())
    if gone.all():
        return None
    if pd.api.types.is_datetime64_any_dtype(column):
        values = column.astype("datetime64[ns]").astype("int64").to_numpy()[~gone]
    elif pd.api.types.is_numeric_dtype(column):
        values = column.to_numpy(dtype=float)[~gone]
        if np.array_equal(values, np.round(values)) and len(np.unique(values)) == n:
            return None
    else:
        codes, kinds = pd.factorize(column[~gone])
        if len(kinds) > KINDS * len(codes):
            return None
        score[~gone] = -np.log(np.bincount(codes)[codes] / n)
        return score
    _, codes, counts = np.unique(values, return_inverse=True, return_counts=True)
    down = np.cumsum(counts)
    up = len(values) - down + counts
    score[~gone] = -np.log(np.minimum(1.0, 2 * np.minimum(up, down) / len(values)))[codes]
    return score


def _rows(frame: pd.DataFrame, places: Array, why: tuple[str, ...] = ()) -> tuple[Row, ...]:
    part = frame.iloc[places]
    cells = [[cell_text(value) for value in part[name]] for name in frame.columns]
    return tuple(
        Row(int(id), tuple(row), why[at] if why else "")
        for at, (id, row) in enumerate(zip(part.index, zip(*cells, strict=True), strict=True))
    )

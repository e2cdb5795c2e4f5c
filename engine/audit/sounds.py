"""Columns of sounds, and what detectors look at of them."""

from __future__ import annotations

import numpy as np

from engine.audio.loudness import measures
from engine.audit.sample import places
from engine.detector import AuditData
from engine.stats.association import auc
from engine.training.apply_picture import cells

MOST = 20_000


def columns(data: AuditData) -> tuple[str, ...]:
    """The columns of sounds."""
    return tuple(name for name, column in data.columns.items() if column.kind == "audio" and name in data.frame)


def known(data: AuditData, name: str) -> np.ndarray:
    """Places (m,) of rows that have a sound, of a random sample where there are many."""
    rows = places(data, MOST)
    found: np.ndarray = rows[data.frame[name].iloc[rows].notna().to_numpy()]
    return found


def measured(data: AuditData, name: str, rows: np.ndarray, which: int) -> np.ndarray:
    """One of the measures (m,) of the sounds of these rows."""
    found: np.ndarray = measures(cells(data.frame[name].iloc[rows].to_numpy()), name)[:, which]
    return found


def spread(rows: np.ndarray, where: np.ndarray, data: AuditData) -> np.ndarray:
    """What holds for `rows` as what holds for all rows (n,)."""
    found = np.zeros(len(data.frame), dtype=bool)
    found[rows[where]] = True
    return found


def tells(data: AuditData, rows: np.ndarray, values: np.ndarray) -> float:
    """How well these values alone tell the class that they tell best: an AUC from 0.5 to 1, 0.5 without classes."""
    if not data.classes or data.codes is None:
        return 0.5
    codes = data.codes[rows]
    kinds = np.unique(codes)
    return max((abs(auc(codes == code, values) - 0.5) for code in kinds), default=0.0) + 0.5 if len(kinds) > 1 else 0.5

"""Columns of pictures, and what detectors look at of them: sizes from headers, and small grey versions."""

from __future__ import annotations

import numpy as np

from engine.audit.sample import places
from engine.detector import AuditData
from engine.image.alike import looks
from engine.training.apply_picture import cells

MOST = 20_000


def columns(data: AuditData) -> tuple[str, ...]:
    """The columns of pictures."""
    return tuple(name for name, column in data.columns.items() if column.kind == "image" and name in data.frame)


def known(data: AuditData, name: str) -> np.ndarray:
    """Places (m,) of rows that have a picture, of a random sample where there are many."""
    rows = places(data, MOST)
    found: np.ndarray = rows[data.frame[name].iloc[rows].notna().to_numpy()]
    return found


def seen(data: AuditData, name: str, rows: np.ndarray) -> np.ndarray:
    """Small grey pictures (m, side, side) of these rows."""
    return looks(cells(data.frame[name].iloc[rows].to_numpy()), name)


def spread(rows: np.ndarray, where: np.ndarray, data: AuditData) -> np.ndarray:
    """What holds for `rows` as what holds for all rows (n,)."""
    found = np.zeros(len(data.frame), dtype=bool)
    found[rows[where]] = True
    return found

"""Pictures that are nearly another: on both sides of a split they are remembered, not recognised."""

from __future__ import annotations

import numpy as np

from engine.audit import pictures
from engine.audit.sample import TAKEN_OUT, ids
from engine.detector import AuditData, Detector
from engine.image.alike import NEAR, SMALL, first_alike
from engine.values import Finding

ASK = 0.01
"""Share of pictures from which it is asked about."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in pictures.columns(data) for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    rows = pictures.known(data, name)
    first = first_alike(pictures.seen(data, name, rows))
    later = first != np.arange(len(rows))
    count = int(later.sum())
    if not count:
        return []
    asked = count >= ASK * len(rows)
    where = pictures.spread(rows, later, data)
    whole = len(rows) == int(data.frame[name].notna().sum()) and not data.sampled and count <= TAKEN_OUT
    return [
        Finding(
            detector="near_duplicate_pictures",
            columns=(name,),
            rows=count,
            sample=len(rows),
            severity="ask" if asked else "note",
            evidence=f"{count:,} of {len(rows):,} pictures in {name} are nearly an earlier one: at {SMALL} x {SMALL} "
            f"points they differ by at most {NEAR:g} of 255 levels on average{_mixed(data, rows, first, later)}",
            proposal="leave the later ones out of training: they are the same picture twice"
            if whole
            else "keep one of each: they are the same picture twice",
            row_ids=ids(data, where, TAKEN_OUT) if whole else ids(data, where),
            rows_out=whole and asked,
        )
    ]


def _mixed(data: AuditData, rows: np.ndarray, first: np.ndarray, later: np.ndarray) -> str:
    """How many of these pictures resemble one of another class, in words."""
    if not data.classes or data.codes is None:
        return ""
    codes = data.codes[rows]
    mixed = int((codes[later] != codes[first[later]]).sum())
    return f"; {mixed:,} of them resemble one of another class" if mixed else ""


DETECTOR = Detector("near_duplicate_pictures", "Pictures that are nearly another", False, look)

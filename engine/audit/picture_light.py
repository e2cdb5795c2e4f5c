"""Pictures that show nothing, are too dark, too bright or blurred, and brightness that tells a class."""

from __future__ import annotations

import numpy as np

from engine.audit import pictures
from engine.audit.sample import TAKEN_OUT, ids
from engine.detector import AuditData, Detector
from engine.stats.association import auc
from engine.values import Finding

BLANK = 2.0
"""Standard deviation in levels of 255 below which a picture shows nothing."""
DARK, BRIGHT = 15.0, 240.0
"""Mean levels below and above which pictures are too dark and too bright, unless most are so."""
BLURRED = 10.0
"""Times that edges are weaker than usual in a blurred picture."""
TELLS = 0.95
"""AUC of the brightness alone from which it is worth knowing: another lamp for each class is easily learned."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in pictures.columns(data) for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    rows = pictures.known(data, name)
    if not len(rows):
        return []
    seen = pictures.seen(data, name, rows)
    flat = seen.reshape(len(rows), -1)
    light, contrast, sharp = flat.mean(axis=1), flat.std(axis=1), sharpness(seen)
    blank = contrast < BLANK
    middle, usual = float(np.median(light)), float(np.median(sharp))
    said, where = [], np.zeros(len(rows), dtype=bool)
    for mask, words in (
        (light < min(DARK, middle / 2), "are nearly black"),
        (light > max(BRIGHT, (255 + middle) / 2), "are nearly white"),
        (sharp < usual / BLURRED, "are blurred: their edges are more than 10 times weaker than usual"),
    ):
        if (mask & ~blank).any():
            said.append(f"{int((mask & ~blank).sum()):,} {words}")
            where |= mask & ~blank
    if data.classes and data.codes is not None:
        codes = data.codes[rows]
        best = max((abs(auc(codes == code, light) - 0.5) for code in np.unique(codes)), default=0.0) + 0.5
        if best >= TELLS and len(np.unique(codes)) > 1:
            said.append(f"brightness alone tells a class with AUC {best:.2f}")
    found = [_blank(name, data, rows, blank)] if blank.any() else []
    if said:
        found.append(
            Finding(
                detector="picture_light",
                columns=(name,),
                rows=int(where.sum()),
                sample=len(rows),
                severity="note",
                evidence=f"{name} ({len(rows):,} pictures): {'; '.join(said)}",
                proposal="look at them, and check that light and focus are the same in every class and in use",
                row_ids=ids(data, pictures.spread(rows, where, data)),
            )
        )
    return found


def sharpness(seen: np.ndarray) -> np.ndarray:
    """Variance of the Laplacian of each picture (n, side, side), over its own variance (Pech-Pacheco et al., 2000)."""
    inner = seen[:, 1:-1, 1:-1]
    edges = seen[:, :-2, 1:-1] + seen[:, 2:, 1:-1] + seen[:, 1:-1, :-2] + seen[:, 1:-1, 2:] - 4 * inner
    found: np.ndarray = edges.reshape(len(seen), -1).var(axis=1) / np.maximum(
        seen.reshape(len(seen), -1).var(axis=1), 1e-6
    )
    return found


def _blank(name: str, data: AuditData, rows: np.ndarray, blank: np.ndarray) -> Finding:
    count = int(blank.sum())
    where = pictures.spread(rows, blank, data)
    whole = len(rows) == int(data.frame[name].notna().sum()) and not data.sampled and count <= TAKEN_OUT
    return Finding(
        detector="blank_pictures",
        columns=(name,),
        rows=count,
        sample=len(rows),
        severity="ask",
        evidence=f"{count:,} of {len(rows):,} pictures in {name} show one level only (standard deviation below "
        f"{BLANK:g} of 255)",
        proposal="leave them out of training: there is nothing to see" if whole else "take them out of the file",
        row_ids=ids(data, where, TAKEN_OUT) if whole else ids(data, where),
        rows_out=whole,
    )


DETECTOR = Detector("picture_light", "Pictures blank, dark or blurred", False, look)

"""Pictures of other sizes, proportions or depths than most, and sizes that tell a class."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np

from engine.audit import pictures
from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.image.shape import seen_of
from engine.stats.association import auc
from engine.training.apply_picture import cells
from engine.training.decoded import THREADS
from engine.values import Finding

FAR = 2.0
"""Times that a side, or the proportion of the sides, is larger or smaller than usual where it is another size."""
SMALL = 24
"""Points of the shorter side below which little can be seen."""
TELLS = 0.9
"""AUC of the size alone from which it is worth knowing."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in pictures.columns(data) for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    rows = pictures.known(data, name)
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(seen_of, cells(data.frame[name].iloc[rows].to_numpy())))
    there = np.array([each is not None for each in found], dtype=bool)
    rows, sizes = rows[there], [each for each in found if each is not None]
    if not sizes:
        return []
    heights, widths = (np.array([size[axis] for size in sizes], dtype=float) for axis in (0, 1))
    area, shape = np.sqrt(heights * widths), widths / heights
    said, where = [], np.zeros(len(rows), dtype=bool)
    for values, words in ((area, "size"), (shape, "proportions")):
        usual = float(np.median(values))
        far = (values > FAR * usual) | (values < usual / FAR)
        if far.any():
            said.append(f"{int(far.sum()):,} have {words} more than {FAR:g} times off the usual")
            where |= far
    small = np.minimum(heights, widths) < SMALL
    if small.any():
        said.append(f"{int(small.sum()):,} have fewer than {SMALL} points on a side")
    deep, grey = (sum(getattr(size, kind) for size in sizes) for kind in ("deep", "grey"))
    said += [
        f"{count:,} {words}"
        for count, words in ((deep, "have more than 8 bits"), (grey, "are grey, the others have colours"))
        if 0 < count < len(sizes)
    ]
    if data.classes and data.codes is not None:
        codes = data.codes[rows]
        for values, words in ((area, "size"), (shape, "proportions")):
            best = max((abs(auc(codes == code, values) - 0.5) for code in np.unique(codes)), default=0.0) + 0.5
            if best >= TELLS and len(np.unique(codes)) > 1:
                said.append(f"the {words} of a picture alone tell a class with AUC {best:.2f}")
    if not said:
        return []
    middle = f"{np.median(widths):g} x {np.median(heights):g}"
    return [
        Finding(
            detector="picture_sizes",
            columns=(name,),
            rows=int(where.sum()),
            sample=len(rows),
            severity="note",
            evidence=f"{name} ({len(rows):,} pictures, usually {middle}): {'; '.join(said)}",
            proposal="check that pictures in use are taken and cut as these are, in every class alike",
            row_ids=ids(data, pictures.spread(rows, where, data)),
        )
    ]


DETECTOR = Detector("picture_sizes", "Pictures of other sizes", False, look)

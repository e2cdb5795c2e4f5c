"""Texts that were cut off at one length, and texts many times longer than the others."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.audit.sample import ids, prose
from engine.detector import AuditData, Detector
from engine.stats.association import auc
from engine.values import Finding

PILE = 0.01
FEWEST = 10
STEEP = 10.0
"""Share and number of texts of the greatest length, and how much they exceed those of the lengths before it."""

SHORT = 40
"""Characters below which a text is no cut-off one."""

BEFORE = 10

LONG = 20.0
"""Length, in median lengths, from which a text is much longer than the others."""

TELLS = 0.8
"""AUC of the length alone from which it is worth knowing; long texts may honestly be the ones looked for."""

MOST = 20_000


def look(data: AuditData) -> tuple[Finding, ...]:
    found = []
    for name in prose(data):
        texts = pa.array(data.frame[name], type=pa.large_string(), from_pandas=True)
        lengths = pc.fill_null(pc.utf8_length(texts), 0).to_numpy(zero_copy_only=False).astype(np.int64)
        said, where = _said(lengths, data)
        if said:
            found.append(_finding(name, said, where, lengths, data))
    return tuple(found)


def _said(lengths: np.ndarray, data: AuditData) -> tuple[list[str], np.ndarray]:
    """What there is to say of lengths (n,), and where it holds."""
    said, where = [], np.zeros(len(lengths), dtype=bool)
    longest = int(lengths.max())
    at_end = lengths == longest
    before = np.bincount(lengths, minlength=longest + 1)[max(1, longest - BEFORE) : longest]
    enough = max(FEWEST, PILE * len(lengths), STEEP * (before.mean() if len(before) else 0))
    if longest >= SHORT and at_end.sum() >= enough:
        said.append(f"{int(at_end.sum()):,} texts end at exactly {longest:,} characters and none is longer: cut off")
        where |= at_end
    middle = float(np.median(lengths[lengths > 0])) if (lengths > 0).any() else 0.0
    long = lengths > max(LONG * middle, SHORT)
    if long.any():
        said.append(f"{int(long.sum()):,} are more than {LONG:g} times as long as the usual {middle:g} characters")
        where |= long
    if data.classes and data.codes is not None:
        some = slice(None, None, max(1, len(lengths) // MOST))
        codes = data.codes[some]
        best = max(max(score, 1 - score) for score in (auc(codes == c, lengths[some]) for c in np.unique(codes)))
        if best >= TELLS:
            said.append(f"the length alone tells a class with AUC {best:.2f} (n = {len(codes):,})")
    return said, where


def _finding(name: str, said: list[str], where: np.ndarray, lengths: np.ndarray, data: AuditData) -> Finding:
    return Finding(
        detector="text_length",
        columns=(name,),
        rows=int(where.sum()),
        sample=len(lengths),
        severity="note",
        evidence=f"{name} ({len(lengths):,} texts): {'; '.join(said)}",
        proposal="check that texts in use are cut and written as these are",
        row_ids=ids(data, where),
    )


DETECTOR = Detector("text_length", "Texts cut off or far too long", False, look)

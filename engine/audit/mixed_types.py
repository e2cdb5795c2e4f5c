"""Columns of words that are mostly numbers: a few cells keep the others from being amounts."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.audit.sample import ids
from engine.detector import AuditData, Detector
from engine.values import Finding

NUMBER = r"^\s*[-+]?(\d{1,3}([ ,.']\d{3})+|\d+)([.,]\d+)?\s*$"
CODE = r"^\s*0\d"
"""A leading zero says that digits are a name."""

MOSTLY = 0.9
"""Share of numbers from which the other cells seem to be the mistake."""

DIFFERENT = 20
SHOWN = 5


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in data.names if (finding := _look_at(name, data)) is not None)


def _look_at(name: str, data: AuditData) -> Finding | None:
    column = data.columns[name]
    if column.kind not in ("categorical", "text") or column.distinct < DIFFERENT:
        return None
    texts = pa.array(data.frame[name], type=pa.large_string(), from_pandas=True)
    if _share(texts.slice(0, 1000), NUMBER) < MOSTLY - 0.2:
        return None
    number = _where(texts, NUMBER)
    there = ~np.asarray(pc.is_null(texts).to_numpy(zero_copy_only=False))
    words = there & ~number
    if number.sum() < MOSTLY * there.sum() or not words.any() or _where(texts, CODE).any():
        return None
    shown = ", ".join(repr(str(word)) for word in data.frame[name][words].value_counts().index[:SHOWN])
    return Finding(
        detector="mixed_types",
        columns=(name,),
        rows=int(words.sum()),
        sample=int(there.sum()),
        severity="ask",
        evidence=f"{name} holds numbers in {int(number.sum()):,} of {int(there.sum()):,} rows and words in "
        f"{int(words.sum()):,} ({shown}), so that every number is a category of its own",
        proposal=f"read {name} as numbers, and these words as missing",
        row_ids=ids(data, words),
        answers={"framing.kinds": f"{name}=numeric"} if not {"=", ";"} & set(name) else {},
    )


def _share(texts: pa.Array, pattern: str) -> float:
    known = texts.drop_null()
    return float(_where(known, pattern).mean()) if len(known) else 0.0


def _where(texts: pa.Array, pattern: str) -> np.ndarray:
    found = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


DETECTOR = Detector("mixed_types", "Numbers among words", False, look)

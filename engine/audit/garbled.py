"""Letters that a wrong encoding took apart before the file was written: "MÃ¼ller" for "Müller", or � in their place."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.audit.sample import ids, places
from engine.detector import AuditData, Detector
from engine.values import Finding

GARBLED = "\ufffd|[ÃÂ][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]|â€|Ð[\u0080-\u00bf]Ð"
"""The two bytes of one letter in UTF-8, each read as a letter of its own, and the sign for what cannot be read."""

MOST = 5000
ASKED = 0.01
FEWEST = 5
"""Share and number of rows from which it is asked about; single ones may be quoted that way."""

SHOWN = 3


def look(data: AuditData) -> tuple[Finding, ...]:
    rows = places(data, MOST)
    found = []
    for name in data.names:
        if data.columns[name].kind not in ("text", "categorical"):
            continue
        column = data.frame[name]
        if not _where(column.iloc[rows]).any():
            continue
        where = _where(column)
        count, n = int(where.sum()), int(column.notna().sum())
        shown = ", ".join(repr(str(word)[:40]) for word in column[where].unique()[:SHOWN])
        found.append(
            Finding(
                detector="garbled",
                columns=(name,),
                rows=count,
                sample=n,
                severity="ask" if count >= max(FEWEST, ASKED * n) else "note",
                evidence=f"{count:,} of {n:,} values of {name} hold letters that a wrong encoding took apart: {shown}",
                proposal="name the file's encoding (framing.encoding), or have the file written again",
                row_ids=ids(data, where),
            )
        )
    return tuple(found)


def _where(column: object) -> np.ndarray:
    texts = pa.array(column, type=pa.large_string(), from_pandas=True)
    found = pc.fill_null(pc.match_substring_regex(texts, GARBLED), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


DETECTOR = Detector("garbled", "Letters garbled by a wrong encoding", False, look)

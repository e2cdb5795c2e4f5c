"""Texts that say nothing: no letter and no digit in them."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engine.audit.sample import TAKEN_OUT, ids, prose
from engine.detector import AuditData, Detector
from engine.values import Finding

WORDLESS = r"^[^\pL\pN]*$"
ASKED = 0.01
FEWEST = 10
"""Share and number of rows from which it is asked about; a few stray dots are a note."""

OTHERS = 2
"""Input columns besides the text from which a row without text still says something."""


def look(data: AuditData) -> tuple[Finding, ...]:
    found = []
    for name in prose(data):
        texts = pa.array(data.frame[name], type=pa.large_string(), from_pandas=True)
        hollow = pc.fill_null(pc.match_substring_regex(texts, WORDLESS), False).to_numpy(zero_copy_only=False)
        missing = int(texts.null_count)
        if hollow.any() or missing:
            found.append(_finding(name, np.asarray(hollow), missing, data))
    return tuple(found)


def _finding(name: str, hollow: np.ndarray, missing: int, data: AuditData) -> Finding:
    empty = hollow | data.frame[name].isna().to_numpy()
    count, n = int(empty.sum()), len(empty)
    many = count >= max(FEWEST, ASKED * n) and len(data.names) <= OTHERS
    return Finding(
        detector="text_empty",
        columns=(name,),
        rows=count,
        sample=n,
        severity="ask" if many else "note",
        evidence=f"{count:,} of {n:,} texts in {name} say nothing: {missing:,} are missing, "
        f"{count - missing:,} hold no letter and no digit",
        proposal="leave these rows out of training: their label cannot be told from nothing"
        if many and count <= TAKEN_OUT
        else "nothing to learn from these rows; decide what the product answers to an empty text",
        row_ids=ids(data, empty, TAKEN_OUT if many and count <= TAKEN_OUT else FEWEST * 20),
        rows_out=many and count <= TAKEN_OUT,
    )


DETECTOR = Detector("text_empty", "Texts that say nothing", False, look)

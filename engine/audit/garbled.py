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
WESTERN = "cp1252"
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-32")
MOST_WORDS = 300
"""Different values that are mended one by one."""


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
        n = int(column.notna().sum())
        wrong = [str(word) for word in column[where].unique()]
        found.append(_finding(name, wrong, where, n, data))
    return tuple(found)


def _finding(name: str, wrong: list[str], where: np.ndarray, n: int, data: AuditData) -> Finding:
    count = int(where.sum())
    again = {word: right for word in wrong if (right := _mended(word, data.encoding))}
    read_wrong = data.encoding not in ("", "auto", *UNICODE) and len(again) > len(wrong) / 2
    # Free text is read word by word, so that a value as a whole is not exchanged.
    merged = again if not read_wrong and len(wrong) <= MOST_WORDS and data.columns[name].kind == "categorical" else {}
    proposal = "have the file written again from where it comes: the letters are wrong in the file itself"
    if read_wrong:
        proposal = "read the file as UTF-8, which these letters are in (framing.encoding)"
    elif merged:
        proposal = f"read these values of {name} as the letters they were, such as {next(iter(merged.values()))!r}"
    return Finding(
        detector="garbled",
        columns=(name,),
        rows=count,
        sample=n,
        severity="ask" if (read_wrong or merged) and count >= max(FEWEST, ASKED * n) else "note",
        evidence=f"{count:,} of {n:,} values of {name} hold letters that a wrong encoding took apart: "
        + ", ".join(repr(word[:40]) for word in wrong[:SHOWN]),
        proposal=proposal,
        row_ids=ids(data, where),
        merged=merged,
        answers={"framing.encoding": "utf-8"} if read_wrong else {},
    )


def _mended(word: str, encoding: str) -> str:
    """The word whose bytes in UTF-8 were read by `encoding`; empty where it is no such word."""
    for name in (*(() if encoding in ("", "auto", *UNICODE) else (encoding,)), WESTERN, "latin-1"):
        try:
            return word.encode(name).decode("utf-8")
        except (UnicodeError, LookupError):
            continue
    return ""


def _where(column: object) -> np.ndarray:
    texts = pa.array(column, type=pa.large_string(), from_pandas=True)
    found = pc.fill_null(pc.match_substring_regex(texts, GARBLED), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


DETECTOR = Detector("garbled", "Letters garbled by a wrong encoding", False, look)

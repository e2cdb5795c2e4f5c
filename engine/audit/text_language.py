"""Texts of several languages in one column, told by their writing and by the small words of each language."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pandas as pd

from engine.audit.sample import TAKEN_OUT, ids, places, prose
from engine.detector import AuditData, Detector
from engine.text.language import language
from engine.values import Finding

MOST = 2000
"""Texts looked at; a share of one in a hundred is then told to a third of itself."""

ALL = 20_000
"""Texts up to which each is looked at, so that those in other languages can be left out."""

SHARE = 0.03
FEWEST = 20
"""Share and number of the told texts that a second language needs to be asked about."""

NOTED = 0.01


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in prose(data) if (finding := _look_at(name, data)) is not None)


def _look_at(name: str, data: AuditData) -> Finding | None:
    rows = places(data, MOST)
    texts = data.frame[name].iloc[rows]
    told = np.array([language(text) if isinstance(text, str) else None for text in texts], dtype=object)
    counts = Counter(word for word in told if word)
    n = sum(counts.values())
    if len(counts) < 2 or n < FEWEST:
        return None
    (main, most), *others = counts.most_common()
    others = [(word, count) for word, count in others if count >= max(FEWEST / 4, NOTED * n)]
    if not others:
        return None
    strangers = np.isin(told.astype(str), [word for word, _ in others])
    asked = sum(count for _, count in others) >= max(FEWEST, SHARE * n)
    where = np.zeros(len(data.frame), dtype=bool)
    where[rows[strangers]] = True
    if asked and not data.sampled and len(where) <= ALL:
        where = _in(data.frame[name], [word for word, _ in others])
    else:
        asked = False
    asked = asked and int(where.sum()) <= TAKEN_OUT
    said = ", ".join(f"{count:,} in {word}" for word, count in others)
    return Finding(
        detector="text_language",
        columns=(name,),
        rows=int(where.sum()),
        sample=n,
        severity="ask" if asked else "note",
        evidence=f"of {n:,} texts in {name} whose language can be told, {most:,} are in {main} and {said}",
        proposal=f"leave the others out of training; override if the product will meet texts that are not in {main}"
        if asked
        else f"decide whether the product will meet them; if not, keep the texts in {main} only",
        row_ids=ids(data, where, TAKEN_OUT) if asked else ids(data, where),
        rows_out=asked,
    )


def _in(texts: pd.Series, languages: list[str]) -> np.ndarray:
    """Which texts (n,) are in one of these languages."""
    return np.array([isinstance(text, str) and language(text) in languages for text in texts], dtype=bool)


DETECTOR = Detector("text_language", "Texts of several languages", False, look)

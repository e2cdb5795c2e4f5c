"""Words that many texts begin or end with, and markup: they say nothing, or, worse, where one class comes from."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from scipy.stats import binom

from engine.audit.sample import class_word, ids, places, prose
from engine.detector import AuditData, Detector
from engine.values import Finding

WORDS = 4
"""Words that have to be the same; fewer are how a language begins its sentences."""

MOST = 10_000
SHARE = 0.1
"""Share of texts with the same words from which it is asked about in any case."""

TELLING = 0.02
PURE = 0.95
LUCK = 1e-6
"""Share of texts from which words that go with one class are asked about, how purely, and chance of that by luck."""

MARKUP = r"</?[a-zA-Z][a-zA-Z0-9]*( [^>]*)?/?>|&(amp|lt|gt|nbsp|quot|#\d+);"
MARKED = 0.05
"""Share of texts with markup that is worth a note."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in prose(data) for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    texts = pa.array(data.frame[name], type=pa.large_string(), from_pandas=True)
    some = data.frame[name].iloc[places(data, MOST)].dropna()
    split = [text.split() for text in some.unique()]
    split = [words for words in split if len(words) > WORDS]
    said: list[str] = []
    where = np.zeros(len(texts), dtype=bool)
    asked = False
    for words, at_end in ((_most(split, slice(None, WORDS)), False), (_most(split, slice(-WORDS, None)), True)):
        if words is None:
            continue
        pattern = r"\s+".join(_quoted(word) for word in words)
        here = _matches(texts, rf"{pattern}\s*$" if at_end else rf"^\s*{pattern}")
        share, told = float(here.mean()), _told(here, data)
        if share >= TELLING and (share >= SHARE or told):
            said.append(f"{int(here.sum()):,} {'end' if at_end else 'begin'} with “{' '.join(words)}”{told}")
            where, asked = where | here, True
    marked = _matches(texts, MARKUP)
    if marked.mean() >= MARKED:
        said.append(f"{int(marked.sum()):,} hold markup{_told(marked, data)}")
        where |= marked
    return [_finding(name, said, where, asked, data)] if said else []


def _quoted(word: str) -> str:
    return "".join(rf"\x{{{ord(sign):x}}}" if not sign.isalnum() else sign for sign in word)


def _matches(texts: pa.Array, pattern: str) -> np.ndarray:
    found = pc.fill_null(pc.match_substring_regex(texts, pattern), False)
    return np.asarray(found.to_numpy(zero_copy_only=False), dtype=bool)


def _most(split: list[list[str]], part: slice) -> list[str] | None:
    """The most common words at one end of different texts, if they are common at all."""
    counts = Counter(tuple(words[part]) for words in split)
    if not counts:
        return None
    words, count = counts.most_common(1)[0]
    return list(words) if count >= TELLING * len(split) / 2 and count > 2 else None


def _told(here: np.ndarray, data: AuditData) -> str:
    """Which class the texts with the words nearly all have, in words; empty when that says nothing."""
    if not data.classes or data.codes is None or here.sum() < 10:
        return ""
    counts = np.bincount(data.codes[here].astype(int))
    label, most, n = int(counts.argmax()), int(counts.max()), int(here.sum())
    base = float(np.mean(data.codes == label))
    if most < PURE * n or binom.sf(most - 1, n, base) >= LUCK:
        return ""
    return f", of which {most:,} are {class_word(data, label)} (among all texts {base:.0%} are)"


def _finding(name: str, said: list[str], where: np.ndarray, asked: bool, data: AuditData) -> Finding:
    return Finding(
        detector="text_boilerplate",
        columns=(name,),
        rows=int(where.sum()),
        sample=len(where),
        severity="ask" if asked else "note",
        evidence=f"of {len(where):,} texts in {name}, {'; '.join(said)}",
        proposal="cut these words from the texts in the file: new texts will not have them for the same reason",
        row_ids=ids(data, where),
    )


DETECTOR = Detector("text_boilerplate", "Words that many texts share", False, look)

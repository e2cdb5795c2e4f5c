"""Texts that are nearly another text: templates, quotes, the same message sent twice with another number in it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from engine.audit.sample import TAKEN_OUT, ids, places, prose
from engine.detector import AuditData, Detector
from engine.values import Finding

MOST = 20_000
CUT = 300
"""Signs of a text, from its beginning, that are compared."""

SHINGLE = 4
"""Signs of a shingle: short enough for messages of a line, and for scripts without blanks."""

HASHES, BANDS = 60, 15
"""MinHash signature (Broder, 1997) and its bands: of pairs with a similarity of .9 all but 1 in 10^7 share a band."""

ALIKE = 0.9
"""Jaccard similarity of the sets of shingles from which two texts are nearly the same."""

FEWEST = 5
ASK = 0.01
CROWD = 50
"""Texts of one band compared with its first one only where there are more: a template, not pairs."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(finding for name in prose(data) for finding in _look_at(name, data))


def _look_at(name: str, data: AuditData) -> list[Finding]:
    rows = places(data, MOST)
    rows = rows[data.frame[name].iloc[rows].notna().to_numpy()]
    raw = data.frame[name].iloc[rows]
    plain = simplified(raw)
    kinds, kind = np.unique(plain, return_inverse=True)
    long = np.array([len(text) >= 2 * SHINGLE for text in kinds], dtype=bool)
    pairs = alike([kinds[place] for place in np.flatnonzero(long)])
    pairs = np.flatnonzero(long)[pairs]
    unit = connected_components(coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(kinds),) * 2))[
        1
    ][kind]
    exact = pd.factorize(raw)[0]
    # Exact copies are another detector's; here a set counts that holds at least two different texts.
    different = pd.Series(exact).groupby(unit).nunique().to_numpy()
    members = (different[unit] > 1) & long[kind]
    count, n = int(members.sum()), len(rows)
    if count < FEWEST:
        return []
    return [_finding(name, data, rows, unit, members, n)]


def simplified(texts: pd.Series) -> np.ndarray:
    """Texts (n,) in small letters, every number as 0, everything that is neither letter nor digit as one blank."""
    column = pc.utf8_lower(pa.array(texts, type=pa.large_string()))
    column = pc.replace_substring_regex(pc.utf8_slice_codeunits(column, 0, CUT), r"\d+", "0")
    column = pc.replace_substring_regex(column, r"[^\pL\pN]+", " ")
    return np.asarray(pc.utf8_trim_whitespace(column).to_numpy(zero_copy_only=False), dtype=object)


def alike(texts: list[str]) -> np.ndarray:
    """Pairs of places (p, 2) of texts whose sets of shingles have a Jaccard similarity of at least ALIKE."""
    if len(texts) < 2:
        return np.zeros((0, 2), dtype=np.int64)
    shingles, ends = _shingles(texts)
    starts = np.concatenate(([0], ends[:-1]))
    found = set()
    rows = HASHES // BANDS
    random = np.random.default_rng(1)
    factors = random.integers(0, 2**63, HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)
    for band in range(BANDS):
        key = np.zeros(len(texts), dtype=np.uint64)
        for factor in factors[band * rows : (band + 1) * rows]:
            least = np.minimum.reduceat((shingles * factor) >> np.uint64(16), starts)
            key = (key * np.uint64(0x9E3779B97F4A7C15)) ^ least
        found |= _together(key)
    pairs = np.array(sorted(found), dtype=np.int64).reshape(-1, 2)
    sets = {place: np.unique(shingles[starts[place] : ends[place]]) for place in np.unique(pairs)}
    close = np.array([_jaccard(sets[first], sets[second]) >= ALIKE for first, second in pairs], dtype=bool)
    near: np.ndarray = pairs[close]
    return near


def _shingles(texts: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Hashes of all shingles, text after text, and where each text's end (t,)."""
    signs = np.frombuffer("".join(texts).encode("utf-32-le"), dtype="<u4").astype(np.uint64)
    lengths = np.array([len(text) for text in texts])
    ends = np.cumsum(lengths)
    hashes = np.zeros(len(signs) - SHINGLE + 1, dtype=np.uint64)
    for place in range(SHINGLE):
        hashes = (hashes ^ signs[place : place + len(hashes)]) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    inside = np.ones(len(hashes), dtype=bool)
    for end in ends[:-1]:
        inside[end - SHINGLE + 1 : end] = False
    return hashes[inside], np.cumsum(lengths - SHINGLE + 1)


def _together(key: np.ndarray) -> set[tuple[int, int]]:
    """Pairs of places with the same key; in a crowd only each with its first."""
    order = np.argsort(key, kind="stable")
    cuts = np.flatnonzero(np.diff(key[order])) + 1
    sets = [part for part in np.split(order, cuts) if len(part) > 1]
    found = set()
    for part in sets:
        heads = part[:1] if len(part) > CROWD else part[:-1]
        for number, first in enumerate(heads):
            found |= {(int(first), int(second)) for second in part[number + 1 :]}
    return found


def _jaccard(a: np.ndarray, b: np.ndarray) -> float:
    shared = len(np.intersect1d(a, b, assume_unique=True))
    return shared / (len(a) + len(b) - shared)


def _finding(name: str, data: AuditData, rows: np.ndarray, unit: np.ndarray, members: np.ndarray, n: int) -> Finding:
    count = int(members.sum())
    first = np.unique(unit, return_index=True)[1][unit]
    later = members & (np.arange(len(unit)) != first)
    where = np.zeros(len(data.frame), dtype=bool)
    where[rows[later]] = True
    asked = count >= ASK * n
    whole = len(rows) == int(data.frame[name].notna().sum()) and not data.sampled and later.sum() <= TAKEN_OUT
    return Finding(
        detector="near_duplicate_texts",
        columns=(name,),
        rows=count,
        sample=n,
        severity="ask" if asked else "note",
        evidence=f"{count:,} of {n:,} texts in {name} are nearly another one (Jaccard similarity of at least {ALIKE:g} "
        f"in shingles of {SHINGLE} of the first {CUT} signs, digits and case aside){_mixed(data, rows, unit, members)}",
        proposal="leave the later ones out of training: they are the same text twice"
        if whole
        else "keep one of each in the file: they are the same text twice",
        row_ids=ids(data, where, TAKEN_OUT) if whole else ids(data, where),
        rows_out=whole and asked,
    )


def _mixed(data: AuditData, rows: np.ndarray, unit: np.ndarray, members: np.ndarray) -> str:
    """How many of these texts resemble one of another class, in words."""
    if not data.classes or data.codes is None:
        return ""
    codes = pd.Series(data.codes[rows][members])
    mixed = int((codes.groupby(unit[members]).transform("nunique") > 1).sum())
    return f"; {mixed:,} of them resemble one of another class" if mixed else ""


DETECTOR = Detector("near_duplicate_texts", "Texts that are nearly another", False, look)

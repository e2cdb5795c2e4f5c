"""Seeded 64-bit hashes of rows by their content: the same row has the same hash in any order and in any file."""

import hashlib
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import pandas as pd
from pandas.util import hash_array

from engine.data.stored import Stored

MISSING = np.uint64(0x9E3779B97F4A7C15)


def row_hashes(frame: pd.DataFrame, columns: Sequence[str], seed: int) -> np.ndarray:
    """One uint64 per row (n,) from the values of some columns: equal for equal values, missing equals missing."""
    total = np.zeros(len(frame), dtype=np.uint64)
    for name in columns:
        total += salted(_values(frame[name].to_numpy()), name, seed)
    return mixed(total)


def stored_hashes(
    stored: Stored, wanted: Sequence[tuple[Sequence[str], int]], tell: Callable[[str, int, int], None]
) -> list[np.ndarray]:
    """The same of a table on disk for several choices of columns and seeds, each column read once; 8 bytes per row and
    choice are kept. `tell` is told each column and may raise to stop.
    """
    totals = [np.zeros(stored.rows, dtype=np.uint64) for _ in wanted]
    names = list(dict.fromkeys(name for columns, _ in wanted for name in columns))
    for number, name in enumerate(names):
        tell(name, number, len(names))
        asked = [(total, seed) for total, (columns, seed) in zip(totals, wanted, strict=True) if name in columns]
        start = 0
        for hashes in _stored_values(stored, name):
            for total, seed in asked:
                total[start : start + len(hashes)] += salted(hashes, name, seed)
            start += len(hashes)
    return [mixed(total) for total in totals]


def salted(hashes: np.ndarray, name: str, seed: int) -> np.ndarray:
    """What the values of one column add to the hashes of their rows."""
    return mixed(hashes ^ _salt(f"{seed}:{name}"))


def numbered_hashes(n: int, seed: int, *words: object) -> np.ndarray:
    """One uint64 for each of the numbers 0 to n - 1, another series for each seed and words."""
    return mixed(np.arange(n, dtype=np.uint64) * MISSING ^ _salt(":".join(map(str, (seed, *words)))))


def mixed(bits: np.ndarray) -> np.ndarray:
    """The finaliser of splitmix64 (Steele, Lea & Flood 2014): every bit of the input moves every bit of the output."""
    bits = (bits ^ (bits >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    bits = (bits ^ (bits >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    found: np.ndarray = bits ^ (bits >> np.uint64(31))
    return found


def _salt(text: str) -> np.uint64:
    return np.uint64(int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "little"))


def _stored_values(stored: Stored, name: str) -> Iterator[np.ndarray]:
    if stored.kinds[name] in ("numeric", "date"):
        yield from map(_values, stored.column(name))
    else:
        yield from (_words(codes, words) for codes, words in stored.coded(name))


def _values(array: np.ndarray) -> np.ndarray:
    if array.dtype == object:
        return _words(*pd.factorize(array))
    if array.dtype.kind == "M":
        bits = array.astype("datetime64[ns]").view(np.uint64)
    else:
        bits = (array.astype(float) + 0.0).view(np.uint64)
    return np.where(pd.isna(array), MISSING, mixed(bits))


def _words(codes: np.ndarray, words: np.ndarray) -> np.ndarray:
    hashes = hash_array(np.array([str(word) for word in words], dtype=object), categorize=False)
    found: np.ndarray = np.append(hashes, MISSING)[codes]
    return found

"""Seeded 64-bit hashes of rows by their content: the same row has the same hash in any order and in any file."""

import hashlib
from collections.abc import Sequence

import numpy as np
import pandas as pd
from pandas.util import hash_array

MISSING = np.uint64(0x9E3779B97F4A7C15)


def row_hashes(frame: pd.DataFrame, columns: Sequence[str], seed: int) -> np.ndarray:
    """One uint64 per row (n,) from the values of some columns: equal for equal values, missing equals missing."""
    total = np.zeros(len(frame), dtype=np.uint64)
    for name in columns:
        total += mixed(_values(frame[name]) ^ _salt(f"{seed}:{name}"))
    return mixed(total)


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


def _values(values: pd.Series) -> np.ndarray:
    array = values.to_numpy()
    missing = pd.isna(array)
    if array.dtype == object:
        codes, words = pd.factorize(array)
        hashes = hash_array(np.array([str(word) for word in words], dtype=object), categorize=False)
        return np.where(missing, MISSING, np.append(hashes, MISSING)[codes])
    if array.dtype.kind == "M":
        bits = array.astype("datetime64[ns]").view(np.uint64)
    else:
        bits = (array.astype(float) + 0.0).view(np.uint64)
    return np.where(missing, MISSING, mixed(bits))

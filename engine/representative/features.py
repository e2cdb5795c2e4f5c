"""Rows of two tables as numbers that a linear model can tell apart, made without knowing which row is whose."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.data.profile import as_text

BINS = 8
TOP = 15
PAIRS = 60
"""Random conjunctions of two conditions, so that columns that differ only together are seen."""
WIDEST = 300
"""Columns of the result at most: conditions are then drawn at random."""

Array = np.ndarray


def conditions(pooled: pd.DataFrame, seed: int) -> Array:
    """Centred features (n, m), m ≤ WIDEST: deciles, words, gaps, and random pairs of them.

    They depend on the pooled rows alone, so that a permutation of the labels leaves them as they are.
    """
    random = np.random.default_rng(seed)
    found = [part for name in pooled.columns for part in _column(pooled[name])]
    if not found:
        return np.zeros((len(pooled), 0))
    bits = np.column_stack(found)
    if bits.shape[1] > WIDEST - PAIRS:
        bits = bits[:, np.sort(random.choice(bits.shape[1], WIDEST - PAIRS, replace=False))]
    first, second = random.integers(0, bits.shape[1], size=(2, PAIRS))
    every = np.concatenate([bits, bits[:, first] * bits[:, second]], axis=1).astype(np.float64)
    spread = every.std(axis=0)
    used = spread > 0
    return np.asarray((every[:, used] - every[:, used].mean(axis=0)) / spread[used])


def numbers(column: pd.Series) -> Array | None:
    """A column of amounts or dates as floats (n,), nan where missing; None for words."""
    if column.dtype.kind == "M":
        return np.asarray(column.astype("int64").where(column.notna()), dtype=float)
    return column.to_numpy(dtype=float) if column.dtype.kind in "iufb" else None


def _column(column: pd.Series) -> list[Array]:
    amounts = numbers(column)
    if amounts is None:
        words = pd.Series(as_text(column))
        missing = column.isna().to_numpy()
        common = words[~missing].value_counts().index[:TOP]
        lengths = words.str.len().to_numpy(dtype=float)
        return [missing, *[(words == word).to_numpy() for word in common], *_above(np.where(missing, np.nan, lengths))]
    return [np.isnan(amounts), *_above(amounts)]


def _above(values: Array) -> list[Array]:
    known = values[np.isfinite(values)]
    if not len(known):
        return []
    edges = np.unique(np.quantile(known, np.arange(1, BINS) / BINS))
    return [values > edge for edge in edges]

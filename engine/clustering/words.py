"""What sets a cluster apart, in words: the columns that differ most from the other rows, with sizes."""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from engine.clustering.schema import Cluster

SHOWN = 4
LEAST = 0.3
"""Difference in standard deviations, or of shares times this many, below which nothing is said."""
MOST_VALUES = 50


def described(frame: pd.DataFrame, own: NDArray[np.int64], k: int) -> tuple[Cluster, ...]:
    """Every cluster of the rows of a frame (n, columns), `own` (n,) being the cluster of each."""
    found = []
    for number in range(k):
        inside = own == number
        said = sorted(_differences(frame, inside), key=lambda each: -each[0])[:SHOWN] if inside.any() else []
        found.append(
            Cluster(
                name=name_of(number),
                rows=int(inside.sum()),
                share=round(float(inside.mean()), 4),
                apart="; ".join(words for size, words in said if size >= LEAST) or "near the middle in every column",
            )
        )
    return tuple(found)


def name_of(number: int) -> str:
    """A cluster, counted from 1."""
    return f"cluster {number + 1}"


def _differences(frame: pd.DataFrame, inside: NDArray[np.bool_]) -> list[tuple[float, str]]:
    """How far the rows inside are from the others in each column, in standard deviations, and in words."""
    found = []
    for name in frame.columns:
        values = frame[name]
        if pd.api.types.is_numeric_dtype(values):
            here, rest = values[inside].mean(), values[~inside].mean()
            spread = float(values.std())
            if spread > 0 and np.isfinite(here) and np.isfinite(rest):
                size = float(here - rest) / spread
                found.append((abs(size), f"{name} {here:.4g} against {rest:.4g} ({size:+.1f} sd)"))
        elif not pd.api.types.is_datetime64_any_dtype(values) and values.nunique() <= MOST_VALUES:
            shares = pd.DataFrame(
                {"here": values[inside].value_counts(True), "rest": values[~inside].value_counts(True)}
            )
            shares = shares.fillna(0.0)
            gap = (shares["here"] - shares["rest"]).abs()
            if len(gap) and gap.max() > 0:
                word = gap.idxmax()
                here, rest = shares.loc[word]
                middle = (here + rest) / 2
                spread = float(np.sqrt(middle * (1 - middle)))
                found.append((float(gap.max()) / spread, f"{name} is {word} in {here:.0%} against {rest:.0%}"))
    return found

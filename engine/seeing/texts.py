"""A few texts of each column of texts: the shortest, the longest, random ones."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from engine.seeing.cells import TEXT
from engine.seeing.schema import Sample, Texts

EACH = 8
COLUMNS = 6


def of_texts(frame: pd.DataFrame, names: Iterable[str], seed: int) -> tuple[Texts, ...]:
    """`names` are the columns of texts; those without a value are passed over."""
    found = []
    for name in list(names)[:COLUMNS]:
        column = frame[name].dropna()
        if column.empty:
            continue
        length = column.str.len().to_numpy()
        order = np.argsort(length, kind="stable")
        drawn = np.random.default_rng(seed).choice(len(column), min(EACH, len(column)), replace=False)
        samples = {"random": np.sort(drawn), "shortest": order[:EACH], "longest": order[::-1][:EACH]}
        found.append(
            Texts(
                name,
                tuple(
                    Sample(
                        title,
                        tuple((int(column.index[at]), int(length[at]), str(column.iloc[at])[:TEXT]) for at in places),
                    )
                    for title, places in samples.items()
                ),
            )
        )
    return tuple(found)

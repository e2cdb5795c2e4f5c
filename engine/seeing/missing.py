"""Which columns are missing together."""

import numpy as np
import pandas as pd

from engine.seeing.schema import Missing, Pattern

COLUMNS = 16
PATTERNS = 12


def of_missing(frame: pd.DataFrame) -> Missing | None:
    """The patterns over the columns with most missing cells; None where no cell is missing."""
    counts = frame.isna().sum()
    names = [str(name) for name in counts[counts > 0].sort_values(ascending=False, kind="stable").index]
    if not names:
        return None
    shown = names[:COLUMNS]
    gone = frame[shown].isna().to_numpy()
    kinds, rows = np.unique(gone, axis=0, return_counts=True)
    order = np.argsort(-rows, kind="stable")
    return Missing(
        columns=tuple(shown),
        missing=tuple(int(counts[name]) for name in shown),
        rows=len(frame),
        patterns=tuple(
            Pattern(tuple(int(at) for at in np.flatnonzero(kinds[place])), int(rows[place]))
            for place in order[:PATTERNS]
        ),
        rarer=int(rows[order[PATTERNS:]].sum()),
        not_shown=len(names) - len(shown),
    )

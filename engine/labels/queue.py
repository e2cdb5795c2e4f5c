"""The rows that are to be labelled, drawn once for all annotators. Runs where pandas may be loaded."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from engine.data.seal import load_development, load_unlabelled
from engine.labels.record import Item, read_queue, write_queue


def prepare(project: Path, target: str, hidden: tuple[str, ...], most: int, seed: int) -> int:
    """Draw at most so many rows, those without a target first; labelled ones show no target. Returns how many wait.

    `hidden` columns are not shown. A queue that is there stays. Errors: UserError when the data step has not run.
    """
    there = read_queue(project)
    if there:
        return len(there)
    frames = (load_unlabelled(project), load_development(project))
    drawn = [frame.sample(min(most, len(frame)), random_state=seed) for frame in frames]
    frame = pd.concat([part for part in drawn if len(part)]).head(most)
    shown = [name for name in frame.columns if name != target and name not in hidden]
    rows = frame[shown].astype(object).where(frame[shown].notna(), "")
    write_queue(
        project,
        (
            Item(str(key), {str(name): str(value) for name, value in zip(shown, row, strict=True)})
            for key, row in zip(rows.index, rows.itertuples(index=False, name=None), strict=True)
        ),
    )
    return len(frame)

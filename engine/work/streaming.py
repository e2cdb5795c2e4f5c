"""Which rows are trained on from memory, and which from their file because prepared they would not fit."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from engine import machine
from engine.data.row_groups import RowGroups
from engine.data.seal import development_groups
from engine.findings import rows_left_out
from engine.steps import Plan
from engine.training.decide import Recipe
from engine.training.stream_decide import too_large
from engine.work.rows import Rows


def inputs_of(plan: Plan, rows: Rows, recipe: Recipe, project: Path, free: int | None) -> pd.DataFrame | RowGroups:
    """The columns of rows; or all development rows in their file, where preparing them would not fit into `free` bytes.

    Some of the development rows only are always taken from memory.
    """
    if not too_large(len(rows), recipe, free):
        return rows.inputs
    source = development_groups(project, sorted(rows_left_out(plan)))
    return source if source.rows == len(rows) else rows.inputs


def free_memory() -> int | None:
    """Bytes that this machine, or its container, has left; None where nobody tells."""
    seen = machine.look()
    return None if seen.total is None or seen.used is None else seen.total - seen.used

"""The file that framing names, opened as it fits: whole in memory, or on disk where it would not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import msgspec
import numpy as np
import pandas as pd

from engine.data import large
from engine.data.convert import Told
from engine.data.names import ROW
from engine.data.schema import Column, Reading
from engine.data.stored import Stored
from engine.dotted import load
from engine.errors import UserError
from engine.jobs.context import Context
from engine.modalities import pick
from engine.steps import Plan
from engine.steps.file import REJECTED, manner_of

SAMPLE = 200_000
"""Rows of a table too large for memory that the audit looks at, drawn at random."""
CELLS = 1 << 23
"""Cells of that sample, so that a wide table has fewer rows in it."""


@dataclass(frozen=True)
class Opened:
    """How a file was read, and its table: `frame` with all rows, or `stored` on disk."""

    reading: Reading
    frame: pd.DataFrame | None = None
    stored: Stored | None = None

    def columns(self, names: Sequence[str]) -> pd.DataFrame:
        """Some columns of all rows."""
        if self.stored is not None:
            return self.stored.frame(names)
        assert self.frame is not None
        return self.frame[list(names)]


def opened(plan: Plan, context: Context) -> Opened:
    """Read the file, or convert and profile one that is too large. Errors: UserError naming the file; Stopped."""
    given = plan.framing.data
    if not given:
        raise UserError("no data file yet: answer framing.data with its path")
    context.phase("reading the file")
    path, manner, rejected = context.project / given, manner_of(plan), context.project / REJECTED
    modality = pick(path)
    if modality.pieces and large.is_large(path):
        found = large.open_large(path, manner, rejected.parent, tell=said(context), rejected=rejected)
        context.log(f"{found.stored.rows:,} rows, {len(found.stored.kinds)} columns: worked on piece by piece")
        reading = large.reading_of(path, found, said(context, "counting the values of "))
        stored, frame = found.stored, None
    else:
        frame, reading = load(modality.read)(path, manner, rejected=rejected)
        stored = None
    # The file is known by the path it was given as, so that a project folder can move with its data.
    return Opened(msgspec.structs.replace(reading, path=given), frame, stored)


def counted(reading: Reading) -> Reading:
    """Columns by name, kind and counts: until the seal is drawn nobody is shown the shape of their values."""
    columns = (
        Column(
            name=column.name,
            kind=column.kind,
            rows=column.rows,
            missing=column.missing,
            distinct=column.distinct,
            integer=column.integer,
            monotone=column.monotone,
        )
        for column in reading.columns
    )
    return msgspec.structs.replace(reading, columns=tuple(columns))


def said(context: Context, before: str = "") -> Told:
    """Tells what is going on as a phase, and stops when the job should end."""

    def tell(name: str, done: int, total: int) -> None:
        context.check()
        context.phase(f"{before}{name}", done, total)

    return tell


def sample_of(stored: Stored, seed: int) -> pd.DataFrame:
    """Random rows in the order of the file, with the ids that they have in it."""
    most = min(SAMPLE, max(CELLS // len(stored.kinds), 1000))
    places = np.arange(stored.rows)
    if stored.rows > most:
        places = np.sort(np.random.default_rng(seed).choice(stored.rows, most, replace=False, shuffle=False))
    rows = stored.some(places, list(stored.kinds))
    return rows.set_index(ROW) if ROW in rows else rows

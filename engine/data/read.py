"""Read a table from a file, or from several: one robust way in, and in plain sentences everything that was assumed."""

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec
import numpy as np
import pandas as pd

from engine.data.file_columns import read_as_words, with_files, with_kinds
from engine.data.names import resolve_column
from engine.data.profile import profile
from engine.data.schema import Column, ColumnKind, Manner, Preview, Reading, Rejected
from engine.data.table import CUT, column_notes
from engine.data.tables import open_table
from engine.files import write_atomic

__all__ = ["as_said", "read", "resolve_column"]

SHOWN_REJECTS = 8
SAID = ("categorical", "text", "boolean", "image", "audio", "mask")
"""Kinds that a profile cannot know."""
AS_FOUND = Manner()


def read(
    path: Path | str,
    manner: Manner = AS_FOUND,
    *,
    like: Mapping[str, ColumnKind] | None = None,
    rejected: Path | None = None,
) -> tuple[pd.DataFrame, Reading]:
    """A table with float64, datetime64[ns] and object (text or None) columns, and how it was read.

    The index is the row id: 0 to n - 1 in file order, wholly empty and ragged rows left out; ragged ones are written to
    the file `rejected`. `like` gives columns by name the kind they had in an earlier reading; a cell that does not fit
    it, or the kind that `manner` names, is missing.
    Errors: UserError naming the file and what is wrong with it.
    """
    known = {**(like or {}), **manner.kinds}
    plain = msgspec.structs.replace(manner, kinds=read_as_words(manner.kinds))
    table, digest = open_table(Path(path), plain, read_as_words(like or {}))
    columns = {name: _series(column.values) for name, column in table.columns.items()}
    frame, kinds, notes = with_files(pd.DataFrame(columns), folder_of(Path(path)), known)
    told = with_kinds(table.manner or plain, kinds)
    if rejected is not None:
        keep(rejected, table.rejected)
    reading = Reading(
        path=str(path),
        digest=digest,
        rows=table.rows,
        columns=as_said(profile(frame), told),
        assumptions=(*table.notes, *column_notes(table.columns), *notes),
        preview=Preview(names=tuple(columns), rows=table.preview),
        manner=table.manner and told,
        rejected=len(table.rejected),
        rejects=tuple(
            Rejected(line=line.line, cells=line.cells, text=line.text[:CUT]) for line in table.rejected[:SHOWN_REJECTS]
        ),
        doubts=table.doubts,
    )
    return frame, reading


def folder_of(path: Path) -> Path:
    """The folder that paths in a table start from."""
    return path if path.is_dir() else path.parent


def as_said(columns: tuple[Column, ...], manner: Manner) -> tuple[Column, ...]:
    """The columns with the kinds that a person named, where a profile could not know."""
    said = {name: kind for name, kind in manner.kinds.items() if kind in SAID}
    return tuple(
        msgspec.structs.replace(column, kind=said[column.name])
        if column.name in said and column.kind != "empty"
        else column
        for column in columns
    )


def keep(path: Path, rejected: Sequence[Rejected]) -> None:
    """The rejected lines as a CSV file of their own; no file where there are none."""
    if not rejected:
        path.unlink(missing_ok=True)
        return
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["line", "cells", "text"])
    writer.writerows([line.line, line.cells, line.text] for line in rejected)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, text.getvalue().encode())


def _series(values: np.ndarray) -> pd.Series:
    return pd.Series(values, dtype=values.dtype, copy=False)

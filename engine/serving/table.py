"""Reads a file for a model as the training file was read: same names, same kinds, every row kept."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import msgspec
import pandas as pd

from engine.data.names import unique_names
from engine.data.read import read
from engine.data.schema import Manner
from engine.dotted import load
from engine.errors import UserError
from engine.modalities import pick, tabular
from engine.serving.looking_back import lacks_past
from engine.training.past import looked_back

if TYPE_CHECKING:
    from engine.data.schema import Reading
    from engine.steps import Plan


def read_like(plan: Plan, file: Path, columns: tuple[str, ...]) -> tuple[pd.DataFrame, Reading]:
    """The table and how it was read, every cell with the kind its column had in the training file.

    Errors: UserError naming the file and the first of `columns` it lacks, or lines that would lose their place.
    """
    frame, reading = read_named(plan, file, columns)
    for name in columns:
        if name not in frame.columns:
            raise UserError(f"{file}: column {name!r} is missing; the model needs it, leave cells empty if unknown")
    if reading.rejects:
        first = reading.rejects[0]
        if not first.cells:
            raise UserError(f"{first.text}, so that every row gets its answer")
        others = f" (and {reading.rejected - 1} more)" if reading.rejected > 1 else ""
        raise UserError(
            f"{file}: line {first.line}{others} left out, not having the cells of a row; "
            "mend it, so that every row gets its answer"
        )
    return frame, reading


def read_named(plan: Plan, file: Path, columns: tuple[str, ...], kinds: bool = True) -> tuple[pd.DataFrame, Reading]:
    """The table with names as in the training file; with `kinds` its cells have the kinds they had there.

    Where the training file had no header line, a file that has one with the names of `columns` is read by it.
    """
    result = plan.data.result
    assert result is not None
    known = result.reading.manner or Manner()
    every = {column.name: column.kind for column in result.reading.columns}
    like = every if kinds else {}
    said = {name: kind for name, kind in known.kinds.items() if name in like}
    manner = Manner(dates=known.dates, missing=known.missing, kinds=said)
    if (modality := pick(file)) is not tabular.MODALITY:
        return cast("tuple[pd.DataFrame, Reading]", load(modality.read)(file, manner, like=every))
    past = result.past if kinds else None
    for header in headers_of(plan):
        frame, reading = read(file, msgspec.structs.replace(manner, header=header), like=like)
        frame = frame.assign(**looked_back(past, frame)) if past and lacks_past(past, frame.columns) else frame
        if set(columns) <= set(frame.columns):
            break
    return frame, reading


def headers_of(plan: Plan) -> tuple[str, ...]:
    """How many lines of a file of this project may hold names: one, or as many as in the training file."""
    result = plan.data.result
    assert result is not None
    names = [column.name for column in result.reading.columns]
    if names == list(unique_names([""] * len(names))[0]):
        return "yes", "no"
    two = result.reading.manner is not None and result.reading.manner.header == "two"
    return ("yes", "two") if two else ("yes",)

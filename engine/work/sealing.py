"""The test set sealed, whether the table is in memory or on disk, and what is then known of the rows to learn from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import msgspec
import pandas as pd

from engine.data import large, seal
from engine.data.draw import Kind
from engine.data.profile import profile, target_summary
from engine.data.profile_stored import profile_stored
from engine.data.schema import Column, TargetSummary
from engine.data.source import digest_of
from engine.data.stored import Stored
from engine.image.alike import first_alike, looks
from engine.jobs.context import Context
from engine.training.apply_picture import cells
from engine.work.opening import said, sample_of


class Drawing(TypedDict):
    """How a test set is drawn, as in `seal.draw`."""

    share: float
    seed: int
    kind: Kind
    target: str
    others: tuple[str, ...]
    group: str | None
    time: str | None


def by_content(column: pd.Series) -> pd.Series:
    """In the place of every path what names the file's content, that of the first where several are nearly the same."""
    paths = cells(column.to_numpy())
    named = [None if path is None else digest_of(Path(str(path))) for path in paths]
    first = first_alike(looks(paths, str(column.name)))
    return pd.Series([named[place] for place in first], index=column.index, dtype=object)


@dataclass(frozen=True)
class Held:
    """What was sealed, and of the rows to learn from: all of them or a sample, their columns, target and twins."""

    seal: seal.Seal
    sample: pd.DataFrame
    columns: tuple[Column, ...]
    target: TargetSummary
    twins: tuple[int, ...]


def sealed_in_memory(
    project: Path, frame: pd.DataFrame, drawing: Drawing, names: list[str], pictures: Sequence[str] = ()
) -> Held:
    """`pictures` are columns of them: rows with nearly the same one are the same row to whoever divides them.

    Errors: UserError as in `seal.draw` and `seal.write`.
    """
    content = frame.assign(**{name: by_content(frame[name]) for name in pictures})
    drawn = seal.draw(content, **drawing)
    target, others = drawing["target"], drawing["others"]
    labelled = frame[[target, *others]].notna().all(axis=1).to_numpy()
    # In time order a repeated row is news, not a copy.
    twins = seal.twins(content[labelled], drawn.mask[labelled], names) if drawing["kind"] != "time" else ()
    written = seal.write(project, frame, drawn, target=target, others=others)
    development = frame[labelled & ~drawn.mask]
    return Held(written, development, profile(development), _summary(development, drawing, written), twins)


def sealed_on_disk(context: Context, stored: Stored, drawing: Drawing, names: list[str]) -> Held:
    """The same for a table that is read piece by piece. Errors: as in `sealed_in_memory`; Stopped."""
    tell = said(context)
    drawn, unlabelled, twins = large.draw_stored(
        stored, names, tell=said(context, "drawing the test set by "), **drawing
    )
    written = seal.write_stored(
        context.project, stored, drawn, unlabelled, lambda rows: tell("sealing the test set", rows, stored.rows)
    )
    development = seal.development_stored(context.project, stored.kinds)
    columns = profile_stored(development, tell=said(context, "looking at the values of "), columns=list(stored.kinds))
    summary = _summary(development.frame([drawing["target"], *drawing["others"]]), drawing, written)
    return Held(written, sample_of(development, drawing["seed"]), columns, summary, twins)


def _summary(development: pd.DataFrame, drawing: Drawing, written: seal.Seal) -> TargetSummary:
    found = target_summary(development, drawing["target"], *drawing["others"])
    return msgspec.structs.replace(found, missing=written.unlabelled)

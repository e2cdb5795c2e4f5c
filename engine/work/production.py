"""Production, sources and time as the data step names them: how the rows to learn from represent what is to come."""

from dataclasses import replace
from pathlib import Path

import pandas as pd
from msgspec import structs

from engine.data import large
from engine.data.read import read
from engine.data.schema import Manner
from engine.detector import AuditData
from engine.errors import UserError
from engine.jobs.context import Context
from engine.questions import nearest
from engine.representative import margins
from engine.representative.decay import decay
from engine.representative.production import compare
from engine.representative.schema import Decay, Production, Source, Weighting
from engine.representative.sources import leave_one_out
from engine.representative.weighting import weigh
from engine.values import Finding
from engine.work.opening import said, sample_of

SCRATCH = "cache/production"
"""In the project: a large production file in pieces, which can be made again at any time."""


def compared(
    given: str | None, context: Context, data: AuditData, manner: Manner | None, found: tuple[Finding, ...]
) -> Production | None:
    """The comparison; None where no sample is named. Columns that the audit proposes to leave out are not compared.

    Errors: UserError naming the file.
    """
    if not given:
        return None
    context.phase("comparing with production")
    path = context.project / given
    sample, rows = read_sample(path, context, data, manner)
    compared = compare(_honest(data, found), sample)
    return compared if rows is None else structs.replace(compared, rows=rows, sampled=len(sample))


def weighed(given: str | None, context: Context, data: AuditData) -> Weighting | None:
    """The weights that give the rows the population's shares; None where no shares are named. Errors: UserError."""
    if not given:
        return None
    context.phase("weighing rows by the population's shares")
    wanted = margins.read(context.project / given) if margins.is_file(given) else margins.parse(given)
    return weigh(data.frame, wanted)


def by_source(given: str | None, context: Context, data: AuditData, found: tuple[Finding, ...]) -> tuple[Source, ...]:
    """The score on each source with and without it in training; nothing where none is named.

    Errors: UserError for a column that is not there, or names one source only.
    """
    if not given:
        return ()
    if given not in data.frame:
        raise UserError(f"data.source: {given} is not a column of the file{nearest(given, list(data.frame))}")
    context.phase("leaving one source out after the other")
    return leave_one_out(_honest(data, found), given)


def with_time(context: Context, data: AuditData, found: tuple[Finding, ...]) -> Decay | None:
    """How a model grows old, where framing names the time of a row."""
    if data.time is None or data.time not in data.frame:
        return None
    context.phase("looking for changes with time")
    return decay(_honest(data, found), data.time)


def _honest(data: AuditData, found: tuple[Finding, ...]) -> AuditData:
    """Without the columns that the audit proposes to leave out."""
    outside = {name for finding in found if finding.severity != "note" for name in finding.drop}
    return replace(data, names=tuple(name for name in data.names if name not in outside))


def read_sample(
    path: Path, context: Context, data: AuditData, manner: Manner | None, limit: int = large.LARGE
) -> tuple[pd.DataFrame, int | None]:
    """The rows of the file, typed as the training data; or random ones of a file beyond `limit` bytes, and how many it
    has. Errors: UserError naming the file; Stopped."""
    kinds = {name: column.kind for name, column in data.columns.items()}
    if large.is_large(path, limit):
        typed = structs.replace(manner or Manner(), kinds=kinds)
        found = large.open_large(path, typed, context.project / SCRATCH, tell=said(context), limit=limit)
        frame, rows = sample_of(found.stored, data.seed), found.stored.rows
    else:
        (frame, _), rows = read(path, manner or Manner(), like=kinds), None
    if not set(frame) & set(data.names):
        raise UserError(f"data.production: no input of the training data is a column of {path}: name them alike")
    return frame, rows

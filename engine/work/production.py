"""The sample of production that the data step names, read as the training data were, and compared with them."""

from dataclasses import replace
from pathlib import Path

import pandas as pd

from engine.data.read import read
from engine.data.schema import Manner
from engine.detector import AuditData
from engine.errors import UserError
from engine.jobs.context import Context
from engine.representative.production import compare
from engine.representative.schema import Production
from engine.values import Finding


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
    sample = _read(path, data, manner)
    outside = {name for finding in found if finding.severity != "note" for name in finding.drop}
    return compare(replace(data, names=tuple(name for name in data.names if name not in outside)), sample)


def _read(path: Path, data: AuditData, manner: Manner | None) -> pd.DataFrame:
    kinds = {name: column.kind for name, column in data.columns.items()}
    frame, _ = read(path, manner or Manner(), like=kinds)
    if not set(frame) & set(data.names):
        raise UserError(f"data.production: no input of the training data is a column of {path}: name them alike")
    return frame

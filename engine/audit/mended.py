"""What accepting does to the score where cells or rows are concerned: read as missing, or left out of training."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from msgspec.structs import replace as changed

from engine.audit.effect import COLUMNS as INPUTS
from engine.audit.effect import FEWEST, METRICS, compared, matrix, parts, predicted, rows_of, split_words
from engine.data.folds import Fold
from engine.detector import AuditData
from engine.errors import UserError
from engine.values import Effect, Finding

MEASURED = 4
"""Findings of one audit that are measured here, those that concern most rows first."""

LEFT = 0.5
"""Share of a fold's training rows that has to be left for a model to be compared."""


def mended(data: AuditData, found: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """The findings, those that read numbers as missing or leave rows out with their effect on the score.

    Columns that findings leave out are no inputs of the measurement.
    """
    wanted = [each for each in found if each.severity != "note" and each.effect is None and not each.drop]
    wanted = [each for each in wanted if each.blank or (each.rows_out and each.row_ids)]
    chosen = sorted(wanted, key=lambda finding: -finding.rows)[:MEASURED]
    outside = {name for finding in found if finding.severity != "note" for name in finding.drop}
    honest = replace(data, names=tuple(name for name in data.names if name not in outside))
    return tuple(changed(each, effect=effect_of(honest, each)) if each in chosen else each for each in found)


def effect_of(data: AuditData, finding: Finding) -> Effect | None:
    """The score as the rows are against that once the proposal is accepted, on the same rows under the plan's split.

    Rows that are left out are scored by neither model. None where it cannot be told.
    """
    if data.codes is None or data.task not in METRICS:
        return None
    rows = rows_of(data, None)
    y = data.codes[rows]
    out = np.isin(np.asarray(data.frame.index)[rows], finding.row_ids) if finding.rows_out else np.zeros(len(y), bool)
    names = tuple(dict.fromkeys((*(name for name in finding.columns if name in data.names), *data.names)))[:INPUTS]
    if len(rows) < FEWEST or len(np.unique(y[~out])) < 2 or not names:
        return None
    inputs = matrix(data.frame.iloc[rows], names)
    blank = inputs.copy()
    for place, name in enumerate(names):
        if name in finding.columns and finding.blank:
            blank[np.isin(inputs[:, place], np.array(finding.blank, dtype=np.float32)), place] = np.nan
    if not out.any() and np.array_equal(blank, inputs, equal_nan=True):
        return None
    try:
        divided = parts(data, rows, y, None)
        kept = tuple(Fold(train=fold.train[~out[fold.train]], test=fold.test) for fold in divided)
        if any(len(after.train) < LEFT * len(fold.train) for after, fold in zip(kept, divided, strict=True)):
            return None
        with_it, without = predicted(data, inputs, y, divided), predicted(data, blank, y, kept)
    except UserError:
        return None
    scored = np.isfinite(with_it.sum(axis=1)) & np.isfinite(without.sum(axis=1)) & ~out
    units = None
    if data.group is not None and data.group in data.frame:
        units = np.unique(data.frame[data.group].iloc[rows].astype(str), return_inverse=True)[1][scored]
    how = split_words(data) + (", the rows in question scored by neither" if out.any() else "")
    return compared(data, y[scored], with_it[scored], without[scored], units, how)

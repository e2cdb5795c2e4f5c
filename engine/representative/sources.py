"""How well a model does on a source of rows that it never learnt from."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.audit import effect
from engine.data.folds import Fold
from engine.detector import AuditData
from engine.errors import UserError
from engine.representative.schema import Source
from engine.stats.intervals import score

FEWEST = 30
MOST = 8
"""Sources that are left out one by one, the largest first."""


def leave_one_out(data: AuditData, column: str) -> tuple[Source, ...]:
    """The score of each source with and without it among the training rows, by the audit's cheap model.

    Sources of fewer than FEWEST rows, or of one class alone, are not scored. Errors: UserError for one source only.
    """
    if data.codes is None or data.task not in effect.METRICS:
        return ()
    rows = np.arange(len(data.frame))
    if len(rows) > effect.MOST:
        rows = np.sort(np.random.default_rng(data.seed).choice(len(rows), effect.MOST, replace=False))
    y = data.codes[rows]
    whose, names = pd.factorize(data.frame[column].iloc[rows].astype("str"))
    if len(names) < 2:
        raise UserError(f"data.source: {column} names one source only: nothing can be left out")
    inputs = effect.matrix(
        data.frame.iloc[rows], tuple(name for name in data.names if name != column)[: effect.COLUMNS]
    )
    mixed = effect.predicted(data, inputs, y, effect.parts(data, rows, y, None))
    metric, found = effect.METRICS[data.task], []
    for source in np.argsort(-np.bincount(whose), kind="stable")[:MOST]:
        inside = np.flatnonzero(whose == source)
        outside = np.flatnonzero(whose != source)
        if len(inside) < FEWEST or len(np.unique(y[inside])) < 2 or len(np.unique(y[outside])) < 2:
            continue
        alone = effect.predicted(data, inputs, y, (Fold(outside, inside),))
        scored = inside[np.isfinite(mixed[inside].sum(axis=1))]
        if len(scored) < FEWEST:
            continue
        truth = y[scored].astype(np.int64) if data.classes else y[scored]
        within, without = (
            score(metric, truth, p[scored] if data.task == "multiclass" else p[scored][:, -1], seed=data.seed, how=how)
            for p, how in ((mixed, "extra trees, source learnt from"), (alone, "extra trees, source left out"))
        )
        found.append(Source(name=str(names[source]), rows=len(scored), within=within, without=without))
    return tuple(found)

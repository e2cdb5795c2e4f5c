"""Rows whose place in the file tells the target: neighbours are alike, so a random split asks for what it has seen."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from engine.audit.effect import TITLES, measure
from engine.audit.sample import places
from engine.data.places import coordinates
from engine.data.schema import Column
from engine.detector import AuditData, Detector
from engine.stats.association import single_column_score
from engine.steps.framing import ROW_ORDER
from engine.values import Effect, Finding

TELLS = {"binary": 0.55, "multiclass": 0.55, "regression": 0.05}
"""AUC or R² of a row's place alone from which the file has an order that matters."""

ALIKE = 5.0
"""Standard errors by which neighbours are more alike than rows far apart, from which it matters as well."""

BLOCK = 100
BLOCKS = 30
"""Rows of a stretch of the file that is kept on one side, and how many stretches a small file is cut into."""

NOTED = 0.02
GRAVE = 0.1
"""How much better a random split looks than one by stretches, for certain: from the first noted, then asked about."""


def look(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    if data.time is not None or data.group is not None or _settled(data):
        return ()
    place = np.argsort(np.argsort(data.frame.index.to_numpy(), kind="stable"), kind="stable")
    some = places(data)
    score = single_column_score(pd.Series(place[some].astype(float)), data.codes[some], data.classes, data.seed)
    alike = _neighbours(data.codes[np.argsort(place)], data.classes)
    if score < TELLS[data.task or ""] and alike < ALIKE:
        return ()
    said = {name for finding in data.found if finding.severity != "note" for name in finding.drop}
    inputs = tuple(name for name in data.names if name not in said and not data.columns[name].monotone)
    stretches = place // max(1, min(BLOCK, len(place) // BLOCKS))
    effect = measure(replace(data, names=inputs), groups=stretches) if inputs else None
    if effect is None or effect.low < NOTED:
        return ()
    return (_finding(score, effect, data),)


def _settled(data: AuditData) -> bool:
    """Whether the order is that of a column of dates, or of groups that are asked about already."""
    answered = {question for finding in data.found for question in finding.answers}
    return bool(answered & {"framing.group", "framing.time"}) or any(map(_dated, data.columns.values()))


def _dated(column: Column) -> bool:
    return column.kind == "date" and column.monotone


def _neighbours(codes: np.ndarray, classes: bool) -> float:
    """Standard errors by which the correlation of a row's target with the next one's is above none."""
    each = [(codes == label).astype(float) for label in np.unique(codes)] if classes else [codes]
    return max(_lag(y) for y in each)


def _lag(y: np.ndarray) -> float:
    y = y - y.mean()
    total = float(y @ y)
    return float(y[1:] @ y[:-1]) / total * float(np.sqrt(len(y))) if total > 0 else 0.0


def _finding(score: float, effect: Effect, data: AuditData) -> Finding:
    measured = "AUC" if data.classes else "R²"
    # A file of places is in the order of its regions, which is no time.
    grave = effect.low >= GRAVE and not coordinates(data.columns)
    return Finding(
        detector="row_order",
        rows=len(data.frame),
        sample=effect.n,
        severity="ask" if grave else "note",
        evidence=f"a row's place in the file alone reaches {measured} {score:.3f}, and a random split reads "
        f"{TITLES[effect.metric]} {effect.with_it:.3f} where one by stretches of the file reads "
        f"{effect.without_it:.3f} (difference {effect.low:.3f} to {effect.high:.3f}, n = {effect.n:,}): "
        "neighbouring rows are alike",
        proposal=f"take the file to be in order of time (framing.time = {ROW_ORDER}): the test then holds its last rows"
        if grave
        else f"if the rows were written one after another, say so (framing.time = {ROW_ORDER})",
        row_ids=tuple(int(row) for row in data.frame.index[:BLOCK]),
        answers={"framing.time": ROW_ORDER} if grave else {},
        effect=effect,
    )


DETECTOR = Detector("row_order", "Rows whose place tells the target", True, look)

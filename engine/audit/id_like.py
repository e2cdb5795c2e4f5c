"""Columns that name a row instead of describing it: a network can learn them by heart, and new rows have other ones."""

import pandas as pd

from engine.data.schema import Column
from engine.detector import AuditData, Detector
from engine.values import Finding

UNIQUE = 0.95
"""Share of different values from which a column names rows."""

FAR_OFF = 0.8
"""The same where the number is only about right, or of more rows than these."""

FILLED = 0.7
"""A running number that covers this share of its range counts rows."""

WORDS = 3.0
"""Values of this many words on average are text that says something, however unique."""


def look(data: AuditData) -> tuple[Finding, ...]:
    return tuple(_finding(name, data) for name in data.names if _names_rows(data.frame[name], data.columns[name]))


def _names_rows(column: pd.Series, known: Column) -> bool:
    # What is known of all rows spares counting them again where it is far off.
    if known.kind == "date" or known.distinct < FAR_OFF * (known.rows - known.missing):
        return False
    present = column.dropna()
    if len(present) < 30 or present.nunique() < UNIQUE * len(present):
        return False
    if known.kind == "numeric":
        span = float(present.max() - present.min()) + 1
        return known.integer and (known.monotone or known.distinct >= FILLED * span)
    return float(present.astype(str).str.split().str.len().mean()) < WORDS


def _finding(name: str, data: AuditData) -> Finding:
    distinct = int(data.frame[name].nunique())
    ordered = ", in file order" if data.columns[name].monotone else ""
    return Finding(
        detector="id_like",
        columns=(name,),
        rows=len(data.frame),
        sample=len(data.frame),
        severity="ask",
        evidence=f"{name} has {distinct:,} different values in {len(data.frame):,} rows{ordered}",
        proposal=f"leave out {name}: it names a row",
        drop=(name,),
    )


DETECTOR = Detector("id_like", "Columns that name rows", False, look)

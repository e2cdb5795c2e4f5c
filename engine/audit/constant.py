"""Columns that never change, or hardly ever: they cannot tell rows apart."""

from engine.detector import AuditData, Detector
from engine.values import Finding

HARDLY = 0.995
"""Share of rows on one value from which a column is nearly constant."""

SEEN = 2000
HARDLY_SEEN = 0.98
"""Rows that rule most columns out at once, and the share of one value among them that leaves it open."""


def look(data: AuditData) -> tuple[Finding, ...]:
    found = []
    for name in data.names:
        column = data.frame[name]
        some = column.iloc[:: max(1, len(column) // SEEN)].value_counts(dropna=False)
        if len(some) and some.iloc[0] < HARDLY_SEEN * some.sum():
            continue
        counts = column.value_counts(dropna=False)
        share = float(counts.iloc[0]) / len(data.frame) if len(counts) else 1.0
        if share < HARDLY:
            continue
        always = len(counts) <= 1
        many = "all" if always else f"{share:.2%} of"
        found.append(
            Finding(
                detector="constant",
                columns=(name,),
                rows=len(data.frame),
                sample=len(data.frame),
                severity="note",
                evidence=f"{name} is {_said(counts.index[0])} in {many} {len(data.frame):,} rows"
                if len(counts)
                else f"{name} is empty",
                proposal="it is left out by itself" if always else "keep it only if the rare value matters",
            )
        )
    return tuple(found)


def _said(value: object) -> str:
    """A value as it is shown; missing ones are never equal to themselves, or None."""
    return "missing" if value is None or value != value else repr(value)


DETECTOR = Detector("constant", "Columns that hardly change", False, look)

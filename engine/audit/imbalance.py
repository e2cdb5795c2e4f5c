"""Uneven classes, and what follows from them in numbers."""

import numpy as np

from engine.detector import AuditData, Detector
from engine.stats.power import se_recall
from engine.values import Finding

UNEVEN = 10
"""Largest class over smallest class from which metric and protocol have to take it into account."""

FEW = 10
"""Rows of a class below which nothing can be said of it."""


def look(data: AuditData) -> tuple[Finding, ...]:
    if not data.classes:
        return ()
    assert data.codes is not None
    counts = np.bincount(data.codes.astype(int))
    counts = counts[counts > 0]
    smallest, largest, n = int(counts.min()), int(counts.max()), len(data.codes)
    if largest < UNEVEN * smallest and smallest >= FEW:
        return ()
    held = max(1, smallest // 5)
    return (
        Finding(
            detector="imbalance",
            columns=(data.target or "",),
            rows=smallest,
            sample=n,
            severity="note",
            evidence=(
                f"the largest class has {largest:,} rows, the smallest {smallest:,}: always the largest is right in "
                f"{largest / n:.1%}; a fifth of the smallest is {held:,} rows, where a recall of .8 has a standard "
                f"error of {se_recall(0.8, held):.2f}"
            ),
            proposal="use a metric that counts every class, and a protocol that scores every row",
        ),
    )


DETECTOR = Detector("imbalance", "Uneven classes", True, look)

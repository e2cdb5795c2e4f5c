"""Numbers far from all others: single slips of the decimal point, and values that pull every mean towards them."""

from __future__ import annotations

import numpy as np

from engine.audit.impossible import BLANKS
from engine.audit.mixed_units import SHARE
from engine.audit.sample import TAKEN_OUT, ids, known, measures
from engine.audit.sentinel import stand_ins
from engine.detector import AuditData, Detector
from engine.values import Finding

DIFFERENT = 15
FEWEST = 50
"""Different values and rows from which a column has a shape to speak of."""

ALONE = 3.0
"""Distance from the median, in distances of the farthest of all others, from which a value stands alone."""

SEEN = 5000
"""Values that are enough to tell the median and the usual distance from it."""

FAR = 20.0
"""Distance from the median, in median distances of its side, from which a value is far; the normal law has none."""

COMPACT = 40.0
"""The same of the farthest of all others, up to which they lie together; heavy tails have lone values by nature."""

TOLD = 100
"""Rows from which a slip is asked about: with fewer, and many columns, luck makes some."""

SLIPS = (10.0, 100.0, 1000.0, 0.1, 0.01, 0.001)
"""What a slip of the decimal point multiplies by."""

MIDDLE = (0.01, 0.99)
"""Levels between which a value lies amid the others once its decimal point is put right."""


def look(data: AuditData) -> tuple[Finding, ...]:
    codes = stand_ins(data)
    found = []
    for name in measures(data):
        column = data.columns[name]
        if column.distinct < DIFFERENT or column.rows - column.missing < FEWEST:
            continue
        values = known(data.frame[name])
        values = values[~np.isin(values, codes[name])] if name in codes else values
        limits = _alone(values)
        if limits is None and values.min() > 0:
            # Small sizes are alone by nature; only where a slip explains them is it worth a word.
            limits = _alone_in_size(values)
            limits = limits if limits and _slip(values, limits) else None
        if limits is not None:
            found.append(_finding(name, values, limits, data))
    return tuple(found)


def _alone(values: np.ndarray) -> tuple[float, float] | None:
    """The lowest and the highest of the values that stand together, or None when none stands alone."""
    some = values[:: max(1, len(values) // SEEN)]
    middle = float(np.median(some))
    usual = float(np.median(np.abs(some - middle)))
    if max(float(values.max()) - middle, middle - float(values.min())) < FAR * usual:
        return None
    most = max(1, int(SHARE * len(values)))
    distances = np.abs(values - middle)
    ends = np.sort(np.partition(distances, len(values) - most - 1)[-most - 1 :])
    apart = np.flatnonzero((ends[1:] >= ALONE * ends[:-1]) & (ends[:-1] > 0))
    if not len(apart) or ends[apart[0] + 1] < FAR * usual:
        return None
    together = values[distances <= ends[apart[0]]]
    return float(together.min()), float(together.max())


def _alone_in_size(values: np.ndarray) -> tuple[float, float] | None:
    """The same for positive values by their logarithms, where a hundredth is as far as a hundredfold."""
    sizes = np.log(values)
    limits = _alone(sizes)
    if limits is None:
        return None
    together = values[(sizes >= limits[0]) & (sizes <= limits[1])]
    return float(together.min()), float(together.max())


def _slip(values: np.ndarray, limits: tuple[float, float]) -> float | None:
    """What the lone values were multiplied by, if dividing by it puts them all amid the others."""
    alone = (values < limits[0]) | (values > limits[1])
    strange = np.unique(values[alone])
    distances = np.abs(values - np.median(values))
    if len(values) < TOLD or np.max(distances[~alone]) > COMPACT * np.median(distances):
        return None
    low, high = np.quantile(values[~alone], MIDDLE)
    return next((times for times in SLIPS if np.all((strange / times >= low) & (strange / times <= high))), None)


def _finding(name: str, values: np.ndarray, limits: tuple[float, float], data: AuditData) -> Finding:
    strange = np.unique(values[(values < limits[0]) | (values > limits[1])])
    slip = _slip(values, limits)
    column = data.frame[name].to_numpy(dtype=float)
    where = np.isin(column, strange)
    count = int(where.sum())
    of_target = name == data.target
    blank = tuple(float(value) for value in strange) if slip and not of_target and len(strange) <= BLANKS else ()
    out = bool(slip) and not blank and count <= TAKEN_OUT
    shown = ", ".join(f"{value:g}" for value in strange[:5]) + (" …" if len(strange) > 5 else "")
    why = f"; divided by {slip:g} they lie amid the others" if slip else ""
    mend = f"read these values of {name} as missing" if blank else f"mend {name} in the file"
    mend += "; until then the rows stay out of training" if out else ""
    return Finding(
        detector="outliers",
        columns=(name,),
        rows=count,
        sample=len(values),
        severity="ask" if slip else "note",
        evidence=f"{name} is {shown} in {count:,} of {len(values):,} rows, "
        f"all others are between {limits[0]:g} and {limits[1]:g}{why}",
        proposal=mend if slip else "look at these rows: one value like this moves a mean more than all others",
        blank=blank,
        row_ids=ids(data, where, TAKEN_OUT) if out else ids(data, where),
        rows_out=out,
    )


DETECTOR = Detector("outliers", "Values far from all others", False, look)

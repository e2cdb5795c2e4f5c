"""Columns that make up the target: a sum, a difference, a product, a quotient, or any exact linear formula."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.audit.sample import ids, places
from engine.detector import AuditData, Detector
from engine.values import Finding

SAME = 0.999
"""Share of rows on which the formula has to hold; the rest may be typing errors."""

ROUNDING = 1e-6
"""Largest relative difference between formula and target."""

MOST_COLUMNS = 60
SCREENED = 300
"""Columns looked at and rows that tell a formula from none; what passes is counted on all rows."""

FITTED = 2000
PER_COLUMN = 3
"""Rows for the linear formula, and at least how many for each column: fewer rows fit any target exactly."""

SHOWN = 20

PAIRS: dict[str, Callable[[np.ndarray, np.ndarray], np.ndarray]] = {
    "{0} + {1}": lambda a, b: a + b,
    "{0} - {1}": lambda a, b: a - b,
    "{1} - {0}": lambda a, b: b - a,
    "{0} × {1}": lambda a, b: a * b,
    "{0} / {1}": lambda a, b: a / b,
    "{1} / {0}": lambda a, b: b / a,
}


def look(data: AuditData) -> tuple[Finding, ...]:
    if data.classes:
        return ()
    said = {name for finding in data.found for name in finding.drop}
    numeric = [name for name in data.names if data.columns[name].kind == "numeric" and name not in said]
    # A column of zeros beside a copy of the target is no pair of parts.
    numeric = [name for name in numeric if data.columns[name].distinct > 2][:MOST_COLUMNS]
    found = _pairs(numeric, data)
    if not found:
        found = _linear(numeric, data)
    return tuple(found)


def _pairs(names: list[str], data: AuditData) -> list[Finding]:
    assert data.codes is not None
    rows = places(data, SCREENED)
    some, target = data.frame[names].iloc[rows].to_numpy(dtype=float), data.codes[rows]
    found = []
    for first in range(len(names)):
        rest = some[:, first + 1 :]
        for formula, compute in PAIRS.items():
            with np.errstate(divide="ignore", invalid="ignore"):
                near = _near(compute(some[:, [first]], rest), target[:, None]).mean(axis=0)
            # A screening of few rows lets through what holds nearly always; all rows then decide.
            for second in np.flatnonzero(near >= SAME - 3 * np.sqrt((1 - SAME) / len(rows))):
                pair = (names[first], names[first + 1 + int(second)])
                finding = _pair(pair, formula, compute, data)
                if finding is not None:
                    found.append(finding)
    return found


def _pair(
    pair: tuple[str, str], formula: str, compute: Callable[[np.ndarray, np.ndarray], np.ndarray], data: AuditData
) -> Finding | None:
    assert data.codes is not None
    first, second = (data.frame[name].to_numpy(dtype=float) for name in pair)
    with np.errstate(divide="ignore", invalid="ignore"):
        holds = _near(compute(first, second), data.codes)
    if holds.mean() < SAME:
        return None
    sums = "+" in formula or "-" in formula
    return _finding(pair, formula.format(*pair), holds, "block" if sums else "ask", data)


def _near(value: np.ndarray, target: np.ndarray) -> np.ndarray:
    return np.asarray(np.abs(value - target) <= ROUNDING * (np.abs(target) + 1))


def _linear(names: list[str], data: AuditData) -> list[Finding]:
    """The fewest columns of which the target is a linear function, where it is one at all."""
    assert data.codes is not None
    rows = places(data, FITTED)
    inputs, target = data.frame[names].iloc[rows].to_numpy(dtype=float), data.codes[rows]
    full = np.isnan(inputs).mean(axis=0) <= 1 - SAME
    names, inputs = [name for name, whole in zip(names, full, strict=True) if whole], inputs[:, full]
    known = ~np.isnan(inputs).any(axis=1)
    inputs, target = inputs[known], target[known]
    if len(target) < PER_COLUMN * (len(names) + 1) or len(names) < 3 or _weights(inputs, target) is None:
        return []
    for name in reversed(list(names)):
        fewer = [place for place, other in enumerate(names) if other != name]
        if fewer and _weights(inputs[:, fewer], target) is not None:
            inputs, names = inputs[:, fewer], [names[place] for place in fewer]
    weights = _weights(inputs, target)
    assert weights is not None
    values = data.frame[names].to_numpy(dtype=float)
    holds = _near(values @ weights[:-1] + weights[-1], data.codes)
    if holds.mean() < SAME:
        return []
    formula = " + ".join(f"{weight:.4g} × {name}" for weight, name in zip(weights[:-1], names, strict=True))
    return [_finding(tuple(names), f"{formula} + {weights[-1]:.4g}", holds, "block", data)]


def _weights(inputs: np.ndarray, target: np.ndarray) -> np.ndarray | None:
    """Weights (c + 1,) of the exact linear formula, the constant last; None where there is none."""
    centre, scale = inputs.mean(axis=0), inputs.std(axis=0)
    scale = np.where(scale > 0, scale, 1.0)
    design = np.column_stack([(inputs - centre) / scale, np.ones(len(target))])
    found = np.linalg.lstsq(design, target, rcond=1e-10)[0]
    if _near(design @ found, target).mean() < SAME or np.ptp(target) == 0:
        return None
    weights = found[:-1] / scale
    return np.append(weights, found[-1] - float(centre @ weights))


def _finding(names: tuple[str, ...], formula: str, holds: np.ndarray, severity: str, data: AuditData) -> Finding:
    return Finding(
        detector="target_parts",
        columns=names,
        rows=int(holds.sum()),
        sample=len(holds),
        severity="block" if severity == "block" else "ask",
        evidence=f"{formula} is {data.target} in {int(holds.sum()):,} of {len(holds):,} rows",
        proposal=f"leave out {', '.join(names)}: they are known only when the target is",
        drop=names,
        row_ids=ids(data, holds, SHOWN),
    )


DETECTOR = Detector("target_parts", "Columns that make up the target", True, look)

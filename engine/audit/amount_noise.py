"""Amounts that contradict what all other rows say: residuals of rows not learnt from that are a hump of their own.

It ranks rows for a person to look at and leaves none out: a rare case looks like a wrong amount.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from engine.audit.effect import matrix, parts, predicted
from engine.audit.sample import LISTED, places
from engine.data.folds import Fold
from engine.detector import AuditData, Detector
from engine.errors import UserError
from engine.stats.intervals import wilson
from engine.values import Finding

MOST = 1500
COLUMNS = 40
FEWEST = 200
"""Rows below which no share of a hundredth is told from nothing."""

WEAK = 0.5
"""Robust R² (by median distances, not squares) below which the model's contradictions say nothing."""

BINS = 10
"""Stretches of the prediction, each with a residual spread of its own: large amounts are told less exactly."""

HONEST = 3.0
FENCE = 1.5
"""Distance from the quartiles, in quartile ranges, at which the first fit takes an amount to be no farther."""

FAR = (12.0, 8.0, 6.0, 4.0)
"""Residuals, in spreads, beyond which amounts may be wrong: farthest first."""

HUMP = 1.0
"""How many residuals there have to be beyond for each that is half as far to as far.

An honest tail thins out: of one that falls with the square of the distance a third as many lie beyond as that.
"""

ROWS = 5
ASK = 0.005
"""Number and share of rows from which it is asked about."""


def look(data: AuditData) -> tuple[Finding, ...]:
    if data.classes or data.codes is None or data.task != "regression":
        return ()
    rows = places(data, MOST)
    outside = {name for finding in data.found if finding.severity != "note" for name in finding.drop}
    names = tuple(name for name in data.names if name not in outside)[:COLUMNS]
    if len(rows) < FEWEST or not names:
        return ()
    try:
        inputs, y = matrix(data.frame.iloc[rows], names), data.codes[rows].astype(float)
        said = _said(replace(data, names=names), inputs, y, parts(data, rows, y, None))
    except UserError:
        return ()
    told = np.isfinite(said)
    rows, y, said = rows[told], y[told], said[told]
    if len(rows) < FEWEST or np.ptp(y) == 0:
        return ()
    # Wrong amounts rule a sum of squares: the spreads of most rows tell how much the model knows.
    strength = 1 - (_spread(y - said) / (_spread(y) or float(np.std(y)))) ** 2
    if strength < WEAK:
        return (_withheld(data, len(rows), strength),)
    away = distances(y, said)
    for reach in FAR:
        beyond = away > reach
        count = int(beyond.sum())
        if count >= max(ROWS, ASK * len(rows)) and count > HUMP * int(((away > reach / 2) & ~beyond).sum()):
            return (_found(data, rows, away, beyond, reach, strength),)
    return ()


def _said(data: AuditData, inputs: np.ndarray, y: np.ndarray, divided: tuple[Fold, ...]) -> np.ndarray:
    """Predictions (n,) of rows not learnt from; amounts far off are learnt from as far as they may be honest.

    The second fit sees every amount at most `HONEST` spreads from the first one's prediction (Huber, 1964).
    """
    low, high = np.quantile(y, [0.25, 0.75])
    first = predicted(data, inputs, np.clip(y, low - FENCE * (high - low), high + FENCE * (high - low)), divided)[:, 0]
    first = np.where(np.isfinite(first), first, np.median(y))
    reach = HONEST * _spread(y - first)
    return predicted(data, inputs, first + np.clip(y - first, -reach, reach), divided)[:, 0]


def distances(y: np.ndarray, said: np.ndarray) -> np.ndarray:
    """Residuals (n,) without sign in robust standard deviations of those with a prediction (n,) of like size."""
    residual = y - said
    away = np.zeros(len(y))
    whole = _spread(residual)
    for part in np.array_split(np.argsort(said, kind="stable"), BINS):
        # Where most predictions of a stretch are exact its own spread says nothing.
        spread = max(_spread(residual[part]), whole / 4)
        away[part] = np.abs(residual[part] - np.median(residual[part])) / (spread or 1.0)
    return away


def _spread(residual: np.ndarray) -> float:
    """The median distance from the median, as the standard deviation of a normal distribution (Hampel, 1974)."""
    return 1.4826 * float(np.median(np.abs(residual - np.median(residual))))


def _found(
    data: AuditData, rows: np.ndarray, away: np.ndarray, beyond: np.ndarray, reach: float, strength: float
) -> Finding:
    count, n = int(beyond.sum()), len(rows)
    low, high = wilson(count, n)
    worst = np.argsort(-away, kind="stable")[: min(count, LISTED)]
    return Finding(
        detector="amount_noise",
        columns=(data.target or "",),
        rows=count,
        sample=n,
        severity="ask",
        evidence=f"{count:,} of {n:,} amounts ({count / n:.1%}, 95 % interval {low:.1%} to {high:.1%}) lie more than "
        f"{reach:g} spreads from what other rows say (robust R² {strength:.2f} on rows not learnt from), more than lie "
        "half as far: an honest tail thins out",
        proposal="look at the rows listed, the farthest first, and mend wrong amounts in the file; none is left out "
        "for it",
        row_ids=tuple(int(row) for row in data.frame.index[rows[worst]]),
    )


def _withheld(data: AuditData, n: int, strength: float) -> Finding:
    return Finding(
        detector="amount_noise",
        columns=(data.target or "",),
        sample=n,
        severity="note",
        evidence=f"cannot tell how many amounts are wrong: on {n:,} rows not learnt from a model reaches a "
        f"robust R² of {strength:.2f}, and below {WEAK:g} its contradictions say nothing",
        proposal="have some hundred rows measured or looked up a second time: how far they differ tells what a model "
        "cannot",
    )


DETECTOR = Detector("amount_noise", "Amounts that other rows contradict", True, look)

"""One value far more common than all others, which is their mean or median: filled in before anyone split the rows."""

from __future__ import annotations

import numpy as np

from engine.audit.heaping import unit_of
from engine.audit.sample import ids, known, measures
from engine.detector import AuditData, Detector
from engine.values import Finding

DIFFERENT = 30
PILE = 0.02
"""Share of rows on one value from which it is a pile."""

TALL = 3.0
AROUND = 10
"""How much the pile has to exceed each of so many values before and after it."""

FEWEST = 5
MOST = 20_000

ROUND = 5
"""People answer with multiples of this, so that a pile on one needs no other reason."""

NEAR = 1.5
"""Standard errors that may lie between the pile and the mean of the development rows: the file has more rows."""

HALF = 0.03
"""How far from a half the share of rows below the pile may be, for the same reason."""


def look(data: AuditData) -> tuple[Finding, ...]:
    found = []
    for name in measures(data):
        if data.columns[name].distinct < DIFFERENT or name == data.target:
            continue
        values = known(data.frame[name])
        filled = _filled(values)
        if filled is not None:
            found.append(_finding(name, *filled, values, data))
    return tuple(found)


def _filled(values: np.ndarray) -> tuple[float, str] | None:
    """The value that is the mean or the median of all others and far more common than those around it."""
    some = values[:: max(1, len(values) // MOST)]
    different, counts = np.unique(some, return_counts=True)
    error = NEAR * float(some.std()) / np.sqrt(len(some))
    middles = {"mean": float(some.mean()), "median": float(np.median(some))}
    for words, middle in middles.items():
        low, high = np.searchsorted(different, (middle - error, middle + error))
        near = np.arange(max(0, low - 1), min(len(different), high + 1))
        place = int(near[counts[near].argmax()])
        around = np.delete(counts[max(0, place - AROUND) : place + AROUND + 1], min(place, AROUND))
        pile, rest = float(different[place]), some[some != different[place]]
        if counts[place] < max(FEWEST, PILE * len(some)) or pile % ROUND == 0:
            continue
        if counts[place] < TALL * around.max() and not _finer(pile, rest):
            continue
        if words == "mean" and abs(float(rest.mean()) - pile) <= error:
            return pile, words
        if words == "median" and abs(float(np.mean(rest < pile)) - 0.5) <= HALF:
            return pile, words
    return None


def _finer(pile: float, rest: np.ndarray) -> bool:
    """Whether a value has more decimals than nearly all others: a mean of whole numbers is none."""
    unit = unit_of(rest)
    return unit is not None and abs(pile / unit - np.rint(pile / unit)) > 1e-6


def _finding(name: str, pile: float, words: str, values: np.ndarray, data: AuditData) -> Finding:
    here = data.frame[name].to_numpy(dtype=float) == pile
    return Finding(
        detector="filled_in",
        columns=(name,),
        rows=int(here.sum()),
        sample=len(values),
        severity="ask",
        evidence=f"{name} is {pile:.6g} in {int(here.sum()):,} of {len(values):,} rows, the {words} of all "
        "others: it seems to have been filled in over the whole file, the rows of the test included",
        proposal=f"read {pile:.6g} in {name} as missing, and let every fold fill it in by itself",
        blank=(pile,),
        row_ids=ids(data, here),
    )


DETECTOR = Detector("filled_in", "Means filled in for missing values", False, look)

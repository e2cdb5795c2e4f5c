"""Heaps on round numbers, and a column that ends in a pile: people rounded, or a scale went no further."""

from __future__ import annotations

import numpy as np

from engine.audit.sample import MOST, ids, known, measures
from engine.audit.sentinel import stand_ins
from engine.detector import AuditData, Detector
from engine.values import Finding

DIFFERENT = 50
"""Different values from which a column could have any last digit."""

STEPS = (1000, 100, 50, 10, 5)
"""Round numbers are multiples of these, in units of the last digit that is used."""

OFTEN = {5: 2.0, 10: 3.0, 50: 5.0, 100: 5.0, 1000: 5.0}
"""How much more often than by chance round numbers have to occur."""

LEAST = 0.1
ALL = 0.9
"""Share of rows on multiples from which they matter, and from which they are simply the unit."""

ENOUGH = 200
"""Rows that last digits are counted on."""

CERTAIN = 10.0
"""Standard errors by which the share has to exceed chance."""

EXACT = 1e12
"""Size beyond which a float no longer holds the last digit of a thousandth."""

PILE = 0.01
STEEP = 10.0
"""Share of rows on the last value, and how much they exceed the usual count of the values next to it."""

NEXT = 20


def look(data: AuditData) -> tuple[Finding, ...]:
    codes, found = stand_ins(data), []
    for name in measures(data):
        if data.columns[name].distinct < DIFFERENT:
            continue
        values = known(data.frame[name])
        values = values[~np.isin(values, codes[name])] if name in codes else values
        said = [*_round(values[:: max(1, len(values) // MOST)]), *_ends(values, data.columns[name].distinct)]
        if said:
            found.append(_finding(name, [words for words, _ in said], [limit for _, limit in said], len(values), data))
    return tuple(found)


def _round(values: np.ndarray) -> list[tuple[str, tuple[float, float]]]:
    """The step whose multiples are most in excess, if any are."""
    unit = unit_of(values)
    if unit is None or len(values) < ENOUGH:
        return []
    whole = np.rint(values / unit).astype(np.int64)
    whole = whole[whole != 0]
    spread = float(np.subtract(*np.quantile(whole, [0.75, 0.25]))) if len(whole) else 0.0
    for step in STEPS:
        on = whole[whole % step == 0]
        share, chance = len(on) / max(1, len(whole)), 1 / step
        error = np.sqrt(chance * (1 - chance) / max(1, len(whole)))
        if (
            spread >= 2 * step
            and ALL >= share >= max(LEAST, OFTEN[step] * chance)
            and share - chance >= CERTAIN * error
            and len(np.unique(on)) > 5
        ):
            words = f"{share:.0%} of the values are multiples of {step * unit:g}, by chance {chance:.1%}"
            return [(words, (step * unit, 0.0))]
    return []


def unit_of(values: np.ndarray) -> float | None:
    """The place of the last digit that is used; None where numbers are not rounded at all."""
    if np.abs(values).max() > EXACT:
        return None
    for unit in (1.0, 0.1, 0.01, 0.001):
        scaled = values / unit
        if np.mean(np.abs(scaled - np.rint(scaled)) < 1e-6) > ALL:
            return unit
    return None


def _ends(values: np.ndarray, distinct: int) -> list[tuple[str, tuple[float, float]]]:
    """The last value of either end, where it is a pile."""
    found = []
    usual = len(values) / distinct
    for end, words in ((float(values.max()), "no value is above"), (float(values.min()), "no value is below")):
        count = int(np.count_nonzero(values == end))
        if end == 0 or count < max(STEEP * usual, PILE * len(values)):
            continue
        rest = values[values != end]
        near = rest[np.argsort(np.abs(rest - end), kind="stable")[: max(NEXT, count)]]
        if count >= STEEP * np.median(np.unique(near, return_counts=True)[1]):
            found.append((f"{words} {end:g}, which {count:,} rows have", (end, end)))
    return found


def _finding(name: str, words: list[str], limits: list[tuple[float, float]], n: int, data: AuditData) -> Finding:
    piled = [low for low, high in limits if low == high]
    here = np.isin(data.frame[name].to_numpy(dtype=float), piled)
    of_target = name == data.target and piled
    return Finding(
        detector="heaping",
        columns=(name,),
        rows=int(here.sum()),
        sample=n,
        severity="note",
        evidence=f"{name} (n = {n:,}): {'; '.join(words)}",
        proposal="the model cannot learn amounts beyond the pile, and its error there is not known"
        if of_target
        else "take differences smaller than the heaps for nothing",
        row_ids=ids(data, here),
    )


DETECTOR = Detector("heaping", "Heaps on round numbers and at the ends", False, look)

"""One column in two units: two separate humps of the same shape, a known conversion apart."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.audit.sample import MOST, TAKEN_OUT, ids, known, measures
from engine.detector import AuditData, Detector
from engine.values import Finding

COMMON = 0.12
"""Share of each of the conversions that files are most often about."""


@dataclass(frozen=True, slots=True)
class Conversion:
    """The larger unit's number times `times`, plus `plus`, is the smaller unit's.

    `share` says how common it is among the conversions that a file in two units may be about.
    """

    words: str
    times: float
    plus: float = 0.0
    share: float = 0.015

    def back(self, values: np.ndarray) -> np.ndarray:
        return (values - self.plus) / self.times


CONVERSIONS = (
    Conversion("kilograms and pounds", 2.20462, share=COMMON),
    Conversion("inches and centimetres", 2.54, share=COMMON),
    Conversion("inches and millimetres", 25.4, share=COMMON),
    Conversion("metres and feet", 3.28084),
    Conversion("miles and kilometres", 1.60934),
    Conversion("gallons and litres", 3.78541),
    Conversion("kilocalories and kilojoules", 4.184),
    Conversion("millimoles per litre and milligrams per decilitre of glucose", 18.0156),
    Conversion("ounces and grams", 28.3495),
    Conversion("years and months, or feet and inches", 12.0),
    Conversion("days and hours", 24.0),
    Conversion("minutes and seconds, or hours and minutes", 60.0),
    Conversion("hours and seconds", 3600.0),
    Conversion("a unit and its tenth", 10.0, share=COMMON),
    Conversion("a unit and its hundredth", 100.0, share=COMMON),
    Conversion("a unit and its thousandth", 1000.0, share=COMMON),
    Conversion("degrees Celsius and Fahrenheit", 1.8, 32.0, share=0.5),
    Conversion("degrees Celsius and Kelvin", 1.0, 273.15, share=0.5),
)

ODDS = 10.0
"""How many times as likely the humps have to be in two units as to be two kinds of things, to be asked about.

Two kinds lie e^x apart with the density e^-x, their quartile ranges e^y apart with a normal y of deviation SPREAD.
"""

SPREAD = 0.35
NEAREST = 0.002
"""Deviation of the humps' distance that rounding alone leaves, on the scale on which they are compared."""

DIFFERENT = 30
"""Different values from which a column has a shape to speak of."""

ENOUGH = 100
"""Rows from which two humps are told from luck."""

FEWEST = 6
SHARE = 0.01
"""Share of rows that the smaller hump needs; fewer are single slips, which `outliers` shows."""

APART = 0.005
"""How far the ratio of the humps' middles may be from the conversion, beyond what chance explains."""

MOST_APART = 0.04
"""The same as a share of the way between the humps, however few rows they have."""

SPREADS = 1.4
"""Most by which the humps' quartile ranges, in one unit, may differ."""

SHAPE = 0.03
"""Largest Kolmogorov distance between the humps in one unit, beyond what chance explains."""

VALLEY = 0.25
"""Rows between the humps, as a share of those at the top of the lower one."""


TRIES = (0.25, 0.5, 0.75)
"""Levels of the column that one hump's middle may be near at first, whatever part of the rows the hump holds."""

ROUNDS = 4
LEVELS = np.linspace(0.02, 0.98, 49)


@dataclass(frozen=True, slots=True)
class Split:
    """Two humps, parted at `cut`; `misfit` is the Kolmogorov distance between them in one unit, `odds` as for ODDS."""

    conversion: Conversion
    cut: float
    misfit: float
    odds: float


def look(data: AuditData) -> tuple[Finding, ...]:
    found = []
    for name in measures(data):
        if data.columns[name].distinct < DIFFERENT:
            continue
        values = known(data.frame[name])
        split = split_of(np.sort(values[:: max(1, len(values) // MOST)]))
        if split is not None:
            found.append(_finding(name, split, data))
    return tuple(found)


def split_of(ordered: np.ndarray) -> Split | None:
    """The conversion that fits sorted numbers (n,) best, or None when they are no two humps of one shape."""
    splits = [split for conversion in CONVERSIONS if (split := _split(ordered, conversion)) is not None]
    return min(splits, key=lambda split: split.misfit, default=None)


def _split(ordered: np.ndarray, conversion: Conversion) -> Split | None:
    if conversion.plus == 0:
        # A ratio is a distance between logarithms, which only positive numbers have.
        ordered = np.log(ordered[np.searchsorted(ordered, 0, side="right") :])
        step = Conversion(conversion.words, 1.0, float(np.log(conversion.times)))
    else:
        step = conversion
    if len(ordered) < ENOUGH:
        return None
    cuts = set()
    for level in TRIES:
        anchor = ordered[int(level * len(ordered))]
        cuts |= {_settled(ordered, step, float(anchor)), _settled(ordered, step, float(step.back(anchor)))}
    fits = [(misfit, cut) for cut in cuts if cut and (misfit := _misfit(ordered, cut, step)) is not None]
    if not fits:
        return None
    misfit, cut = min(fits)
    between = float(ordered[cut - 1] + ordered[cut]) / 2
    odds = _odds(ordered[:cut], step.back(ordered[cut:]), conversion)
    return Split(conversion, float(np.exp(between)) if conversion.plus == 0 else between, misfit, odds)


def _odds(low: np.ndarray, high: np.ndarray, conversion: Conversion) -> float:
    """How many times as likely humps in one unit are by this conversion as by chance: distance and width together."""
    widths = [float(part[3 * len(part) // 4] - part[len(part) // 4]) for part in (low, high)]
    errors = [1.2533 * width / 1.349 / np.sqrt(len(part)) for part, width in zip((low, high), widths, strict=True)]
    luck = 1.36 * float(np.hypot(1 / np.sqrt(len(low)), 1 / np.sqrt(len(high))))
    apart = float(high[len(high) // 2] - low[len(low) // 2])
    distance = conversion.share * _normal(apart, float(np.hypot(NEAREST, np.hypot(*errors))))
    chance = 1 / conversion.plus if conversion.plus else 1 / conversion.times
    wider = float(np.log(widths[1] / widths[0]))
    return distance / chance * _normal(wider, luck) / _normal(wider, float(np.hypot(luck, SPREAD)))


def _normal(value: float, deviation: float) -> float:
    """The density of a normal distribution around 0."""
    return float(np.exp(-((value / deviation) ** 2) / 2)) / (deviation * float(np.sqrt(2 * np.pi)))


def _settled(ordered: np.ndarray, step: Conversion, lower: float) -> int:
    """Where the upper hump begins when the humps' middles are a conversion apart; 0 when there are no two humps."""
    upper, place = lower * step.times + step.plus, 0
    for _ in range(ROUNDS):
        before, place = place, int(np.searchsorted(ordered, (lower * step.times + upper) / (1 + step.times)))
        if min(place, len(ordered) - place) < max(FEWEST, SHARE * len(ordered)):
            return 0
        if place == before:
            break
        lower, upper = ordered[place // 2], ordered[(place + len(ordered)) // 2]
    return place


def _misfit(ordered: np.ndarray, cut: int, step: Conversion) -> float | None:
    """Kolmogorov distance between the humps in one unit; None unless middles, spreads, shapes and the valley fit."""
    low, high = ordered[:cut], step.back(ordered[cut:])
    ranges = [float(part[3 * len(part) // 4] - part[len(part) // 4]) for part in (low, high)]
    # A quartile range of n values has a relative standard error of about 1.36 / √n (Kendall and Stuart, 1977).
    luck = 1.36 * float(np.hypot(1 / np.sqrt(len(low)), 1 / np.sqrt(len(high))))
    if min(ranges) <= 0 or max(ranges) > SPREADS * np.exp(2 * luck) * min(ranges):
        return None
    # The standard error of a median of a normal sample, its spread told by the quartiles.
    errors = [1.2533 * width / 1.349 / np.sqrt(len(part)) for part, width in zip((low, high), ranges, strict=True)]
    chance = float(np.hypot(*errors))
    allowed = APART * max(1.0, 5 * min(ranges)) if step.times == 1 else APART * 5 * min(ranges)
    if abs(low[len(low) // 2] - high[len(high) // 2]) > min(allowed + 3 * chance, MOST_APART * step.plus):
        return None
    distance = max(
        float(np.max(np.abs(np.searchsorted(one, np.quantile(other, LEVELS)) / len(one) - LEVELS)))
        for one, other in ((low, high), (high, low))
    )
    if distance > SHAPE + 1.95 * np.sqrt(1 / len(low) + 1 / len(high)) or not _valley(ordered, cut, min(ranges), step):
        return None
    return distance


def _valley(ordered: np.ndarray, cut: int, width: float, step: Conversion) -> bool:
    """Whether hardly a row lies between the humps, compared with the top of the lower one."""

    def within(middle: float, wide: float) -> int:
        return int(np.diff(np.searchsorted(ordered, (middle - wide / 2, middle + wide / 2)))[0])

    first, second = ordered[cut // 2], ordered[(cut + len(ordered)) // 2]
    between = (first * step.times + second) / (1 + step.times)
    tops = min(within(float(first), width / 2), within(float(second), width / 2 * step.times) / step.times)
    return within(float(between), width / 2) <= VALLEY * tops


def _finding(name: str, split: Split, data: AuditData) -> Finding:
    values = data.frame[name].to_numpy(dtype=float)
    low, high = values < split.cut, values >= split.cut
    fewer = low if low.sum() < high.sum() else high
    count, n = int(fewer.sum()), int((low | high).sum())
    asked = split.odds >= ODDS
    # Rows are never left out by their target: the score would be of the rows that are easy.
    out = asked and count <= TAKEN_OUT and name != data.target
    return Finding(
        detector="mixed_units",
        columns=(name,),
        rows=count,
        sample=n,
        severity="ask" if asked else "note",
        evidence=f"{name} has two separate humps of the same shape, as {split.conversion.words} "
        f"{'would have' if asked else 'would have, and two kinds of things may have by chance'}: "
        f"{int(low.sum()):,} of {n:,} rows around {np.median(values[low]):.4g}, "
        f"{int(high.sum()):,} around {np.median(values[high]):.4g}",
        proposal=f"convert {name} to one unit in the file"
        + ("" if asked else ", if it is in two")
        + ("; until then the rows of the smaller hump stay out of training" if out else ""),
        row_ids=ids(data, fewer, TAKEN_OUT) if out else ids(data, fewer),
        rows_out=out,
    )


DETECTOR = Detector("mixed_units", "Columns in two units", False, look)

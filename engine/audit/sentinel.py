"""Numbers that stand for "not known": -999, 9999, or a pile of zeros where zero makes no sense."""

from collections import Counter

import numpy as np

from engine.audit.sample import TAKEN_OUT, ids, known, measures
from engine.detector import AuditData, Detector
from engine.values import Finding

PILE = 0.01
"""Share of rows on one value from which it is a pile, whatever the value is."""

FEWEST = 5
FEW = 3
"""Rows that suffice for a value that people use for "not known": a usual code, or a zero far below everything."""

FAR = 3.0
"""Distance of a pile from all other values, in interquartile ranges of those."""

CODE_FAR = 1.0
"""The same for a usual code."""

STEPS = 5
"""Gap above zero, in usual steps between neighbouring values, from which zeros stand apart: a count goes 0, 1, 2."""

NEVER_NEAR = 0.25
"""Gap above zero, as a share of the median, from which a zero is not a small amount but none, however few there are."""

NEAR = 0.1
"""The same where zeros are a pile: more than lie within one more such gap."""

RULES = 0.6
"""Share of zeros from which a zero is how things usually are."""

NINES = (99.0, 999.0, 9999.0, 99999.0, 999999.0)
CODES = frozenset((-1.0, -9.0, *NINES, *(-nines for nines in NINES)))

MANY_VALUES = 15
"""A column with fewer different values is a code or a count, where a zero means something."""

AMID = 0.05
"""Share of rows on either side of a code that lies amid honest values."""

TALL = 20
"""Rows on such a code, as a multiple of the rows on any other value within a tenth of it."""

PEELED = 3
"""Most values looked at from each end: -999 may lie behind -9999."""

ORDERED = 5_000
"""Values that are enough to tell quartiles and usual steps."""


def look(data: AuditData) -> tuple[Finding, ...]:
    found = stand_ins(data)
    together = _shared({name: codes for name, codes in found.items() if name != data.target})
    alone = [
        _finding(name, code, data)
        for name, codes in found.items()
        for code in codes
        if name not in together.get(code, ())
    ]
    return (*alone, *(_of_several(columns, code, data) for code, columns in together.items()))


def stand_ins(data: AuditData) -> dict[str, list[float]]:
    """The values that stand for missing, of the columns that have some."""
    values = {name: known(data.frame[name]) for name in measures(data) if data.columns[name].distinct > 2}
    found = {name: _codes(column, data.columns[name].distinct, CODES) for name, column in values.items()}
    # What stands for missing in two columns of a file does so in its others, too.
    of_file = CODES | set(_shared(found))
    if of_file > CODES:
        found = {name: _codes(column, data.columns[name].distinct, of_file) for name, column in values.items()}
    return {name: codes for name, codes in found.items() if codes}


def _shared(found: dict[str, list[float]]) -> dict[float, tuple[str, ...]]:
    """Codes that stand for missing in several columns, and those columns; zeros are a matter of each column."""
    used = Counter(code for codes in found.values() for code in codes if code)
    return {
        code: tuple(name for name, codes in found.items() if code in codes)
        for code, columns in used.items()
        if columns > 1
    }


def _codes(values: np.ndarray, distinct: int, codes: frozenset[float]) -> list[float]:
    """The values of a column that stand for missing."""
    found: list[float] = []
    for end in (np.min, np.max):
        rest = values
        for _ in range(PEELED):
            if len(rest) < FEW or not _stands_for_missing(rest, float(end(rest)), distinct, codes):
                break
            found.append(float(end(rest)))
            rest = rest[rest != found[-1]]
    amid = (code for code in codes if abs(code) > NINES[0] and code not in found and distinct >= MANY_VALUES)
    return found + [code for code in amid if _amid(values, code)]


def _stands_for_missing(values: np.ndarray, end: float, distinct: int, codes: frozenset[float]) -> bool:
    """Whether the smallest or largest value is a pile apart from the rest."""
    count = int(np.count_nonzero(values == end))
    if count < FEW or count == len(values):
        return False
    rest = values[values != end]
    gap = float(np.min(np.abs(rest - end)))
    if distinct < MANY_VALUES:
        return end in codes and abs(end) >= NINES[0] and gap >= FAR * float(np.ptp(rest)) > 0
    if end == 0:
        return bool(rest.min() > 0 and count <= RULES * len(values) and _zero_is_none(count, rest, len(values)))
    some = rest[:: max(1, len(rest) // ORDERED)]
    low, middle, high = np.quantile(some, [0.25, 0.5, 0.75])
    # Where one value rules, quartiles say nothing of the spread of the others.
    spread = float(high - low) or float(np.ptp(rest))
    if end in codes and gap >= CODE_FAR * spread:
        return True
    if count < max(FEWEST, PILE * len(values)):
        return False
    only_negative = end < 0 <= float(rest.min())
    return gap >= FAR * spread or (only_negative and (end in codes or -end >= NEVER_NEAR * middle > 0))


def _zero_is_none(count: int, rest: np.ndarray, n: int) -> bool:
    """Zeros amid positive values that stay away from zero: a body mass of 0 is not a small body mass."""
    some = rest[:: max(1, len(rest) // ORDERED)]
    gap, median = float(rest.min()), float(np.median(some))
    if gap < NEAR * median:
        return False
    steps = np.diff(np.unique(some[some <= median]))
    if len(steps) == 0 or gap < STEPS * float(np.median(steps)):
        return False
    if gap >= NEVER_NEAR * median:
        return True
    return bool(count >= max(FEWEST, PILE * n) and count > np.sum(rest < 2 * gap))


def _amid(values: np.ndarray, code: float) -> bool:
    """Whether a usual code lies in a heap amid values that are spread around it."""
    count = int(np.count_nonzero(values == code))
    if count < max(FEWEST, PILE * len(values)):
        return False
    if min(np.mean(values < code), np.mean(values > code)) < AMID:
        return False
    near = values[(np.abs(values - code) <= abs(code) / 10) & (values != code)]
    return len(near) > 0 and count >= TALL * int(np.unique(near, return_counts=True)[1].max())


def _finding(name: str, value: float, data: AuditData) -> Finding:
    values = known(data.frame[name])
    here = data.frame[name].to_numpy(dtype=float) == value
    count, rest = int(np.count_nonzero(here)), values[values != value]
    nearest = float(rest[np.argmin(np.abs(rest - value))])
    of_target = name == data.target
    out = of_target and count <= TAKEN_OUT
    proposal = f"read {value:g} in {name} as missing"
    if of_target:
        proposal = f"leave these rows out of training: {value:g} is no amount to learn" if out else "mend the file"
    return Finding(
        detector="sentinel",
        columns=(name,),
        rows=count,
        sample=len(values),
        severity="ask",
        evidence=f"{name} is {value:g} in {count:,} of {len(values):,} rows; the nearest other value is {nearest:g}",
        proposal=proposal,
        blank=() if of_target else (value,),
        row_ids=ids(data, here, TAKEN_OUT) if out else ids(data, here),
        rows_out=out,
    )


def _of_several(columns: tuple[str, ...], code: float, data: AuditData) -> Finding:
    here = data.frame[list(columns)].to_numpy(dtype=float) == code
    counts, rows = here.sum(axis=0), here.any(axis=1)
    said = ", ".join(f"{name} {count:,}" for name, count in zip(columns, counts, strict=True))
    return Finding(
        detector="sentinel",
        columns=columns,
        rows=int(rows.sum()),
        sample=len(rows),
        severity="ask",
        evidence=f"{code:g} lies apart from all other values in {len(columns)} columns; rows of {len(rows):,}: {said}",
        proposal=f"read {code:g} in these columns as missing",
        blank=(code,),
        row_ids=ids(data, rows),
    )


DETECTOR = Detector("sentinel", "Numbers that stand for missing", False, look)

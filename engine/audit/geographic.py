"""Places that are none: latitude and longitude changed about, a lost sign, the point (0, 0), degrees no globe has."""

import numpy as np

from engine.audit.sample import TAKEN_OUT, ids
from engine.data.places import coordinates
from engine.detector import AuditData, Detector
from engine.values import Finding

REACH = 8.0
"""Half the width of the box where nearly all rows lie, in median distances from its middle."""

NARROW = 0.5
"""Degrees that this distance counts at least, so that the rows of one town do not make a box of a street."""

MOSTLY = 0.5
FEWEST = 20


def look(data: AuditData) -> tuple[Finding, ...]:
    pair = coordinates(name for name in data.names if data.columns[name].kind == "numeric")
    if pair is None:
        return ()
    north, east = (data.frame[name].to_numpy(dtype=float) for name in pair)
    both = ~np.isnan(north) & ~np.isnan(east)
    if both.any() and np.mean(np.abs(north[both]) > 90) > MOSTLY and np.all(np.abs(east[both]) <= 90):
        return (_changed_about(pair, north, data),)
    origin = both & (north == 0) & (east == 0)
    if (both & ~origin).sum() < FEWEST:
        return ()
    box = _Box(north[both & ~origin], east[both & ~origin])
    stray = both & ~origin & ~box.holds(north, east)
    swapped = stray & box.holds(east, north)
    sign = stray & ~swapped & (box.holds(north, -east) | box.holds(-north, east) | box.holds(-north, -east))
    off = stray & ~swapped & ~sign & ((np.abs(north) > 90) | (np.abs(east) > 180))
    zero = origin & ~box.holds(np.zeros(1), np.zeros(1))
    said = {
        f"{pair[0]} and {pair[1]} changed about: the other way round they lie among the others": swapped,
        "lost a minus sign: with it they lie among the others": sign,
        "beyond 90 degrees north or 180 east, on no globe": off,
        "0° N 0° E, far from all others": zero,
    }
    found = [f"{int(where.sum()):,} {words}" for words, where in said.items() if where.any()]
    return (_finding(pair, found, swapped | sign | off | zero, int(both.sum()), data),) if found else ()


class _Box:
    """Where nearly all rows lie: around the median, as wide as the median distance from it says."""

    def __init__(self, north: np.ndarray, east: np.ndarray) -> None:
        self.sides = [(float(np.median(side)), _spread(side)) for side in (north, east)]

    def holds(self, north: np.ndarray, east: np.ndarray) -> np.ndarray:
        (lat, high), (lon, wide) = self.sides
        return np.asarray((np.abs(north - lat) <= high) & (np.abs(east - lon) <= wide))


def _spread(side: np.ndarray) -> float:
    return REACH * max(NARROW, float(np.median(np.abs(side - np.median(side)))))


def _finding(pair: tuple[str, str], found: list[str], where: np.ndarray, n: int, data: AuditData) -> Finding:
    count = int(where.sum())
    out = count <= TAKEN_OUT
    return Finding(
        detector="geographic",
        columns=pair,
        rows=count,
        sample=n,
        severity="ask",
        evidence=f"{count:,} of {n:,} places are none: {'; '.join(found)}",
        proposal="mend these places in the file" + ("; until then the rows stay out of training" if out else ""),
        row_ids=ids(data, where, TAKEN_OUT),
        rows_out=out,
    )


def _changed_about(pair: tuple[str, str], north: np.ndarray, data: AuditData) -> Finding:
    beyond = np.abs(north) > 90
    return Finding(
        detector="geographic",
        columns=pair,
        rows=int(beyond.sum()),
        sample=len(north),
        severity="ask",
        evidence=f"{pair[0]} is beyond 90 degrees in {int(beyond.sum()):,} of {len(north):,} rows, {pair[1]} never: "
        "the names of the two columns seem to be changed about",
        proposal=f"change the names of {pair[0]} and {pair[1]} in the file",
        row_ids=ids(data, beyond),
    )


DETECTOR = Detector("geographic", "Places that are none", False, look)

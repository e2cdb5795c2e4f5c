"""The bootstrap: how often each row is drawn in each replicate, and intervals from the replicates.

Rows are drawn alone, in whole groups (cluster bootstrap), or in circular moving blocks where they follow each other
in time.
"""

from collections.abc import Iterator

import numpy as np
from scipy import stats

from engine.stats.arrays import Array, Floats

CHUNK = 2_000_000
"""Weights held in memory at once."""
WORK = 50_000_000
"""Rows times replicates above which fewer replicates are drawn: large samples need fewer."""
FEWEST = 100
"""Replicates that are always drawn."""
FOR_PERCENTILES = 500
"""From so many replicates on their own percentiles are read; with fewer, drawn on large samples, their spread is."""
FEW_UNITS = 10
"""Below as many independent units the percentiles are too coarse and a t interval on the bootstrap error is used."""
OUT_OF_BAG = float(np.exp(-1))
"""Share of the rows that a bootstrap sample leaves out."""


def replicates_for(rows: int, wanted: int) -> int:
    """How many replicates to draw on so many rows, at most `wanted`."""
    return min(wanted, max(FEWEST, WORK // max(rows, 1)))


def block_length(n: int, horizon: int = 1) -> int:
    """Length of the moving block, of the order of the cube root of n (Künsch, 1989), in rows."""
    return min(n, max(horizon, int(np.ceil(1.5 * n ** (1 / 3)))))


def unit_count(n: int, groups: Array | None = None, block: int | None = None) -> int:
    """Number of independently drawn units."""
    if groups is not None:
        return len(np.unique(groups))
    return n // block if block else n


def draws(
    n: int, replicates: int, rng: np.random.Generator, *, groups: Array | None = None, block: int | None = None
) -> Iterator[Floats]:
    """Arrays (b, n) of how often each row is drawn, `replicates` rows of them in all, in chunks of bounded memory."""
    codes = None if groups is None else np.unique(groups, return_inverse=True)[1].ravel()
    units = n if codes is None else int(codes.max()) + 1
    taken = -(-n // block) if block else units
    per_chunk = max(1, CHUNK // n)
    for start in range(0, replicates, per_chunk):
        b = min(per_chunk, replicates - start)
        drawn = rng.integers(0, units, size=(b, taken)) + np.arange(b)[:, None] * units
        counts = np.bincount(drawn.ravel(), minlength=b * units).reshape(b, units).astype(np.float64)
        if codes is not None:
            yield counts[:, codes]
        elif block:
            yield _in_blocks(counts, block)
        else:
            yield counts


def _in_blocks(starts: Floats, length: int) -> Floats:
    """Row weights from the number of blocks that start at each row, the series taken as a circle."""
    wrapped = np.concatenate([np.zeros((len(starts), 1)), starts[:, starts.shape[1] - length + 1 :], starts], axis=1)
    total = np.cumsum(wrapped, axis=1)
    return np.asarray(total[:, length:] - total[:, :-length], dtype=np.float64)


def interval(estimate: float, replicates: Floats, units: int, level: float = 0.95) -> tuple[float, float] | None:
    """Expanded percentile interval (Hesterberg, 2015): percentiles moved out as t and n/(n-1) ask at few units.

    None where nothing varies or fewer than two units were drawn.
    """
    replicates = replicates[np.isfinite(replicates)]
    if units < 2 or len(replicates) < 2 or np.ptp(replicates) == 0:
        return None
    reach = float(stats.t.ppf(0.5 + level / 2, units - 1)) * (units / (units - 1)) ** 0.5
    if units < FEW_UNITS or len(replicates) < FOR_PERCENTILES:
        half = reach * float(replicates.std(ddof=1))
        return estimate - half, estimate + half
    tail = float(stats.norm.cdf(-reach))
    low, high = np.quantile(replicates, [tail, 1 - tail])
    return float(low), float(high)


def p_value(estimate: float, replicates: Floats, units: int) -> float:
    """Two-sided p of "no difference" that agrees with `interval`: 1.0 where nothing varies around 0."""
    replicates = replicates[np.isfinite(replicates)]
    if units < 2 or len(replicates) < 2 or (estimate == 0 and np.ptp(replicates) == 0):
        return 1.0
    if units < FEW_UNITS or len(replicates) < FOR_PERCENTILES:
        spread = float(replicates.std(ddof=1))
        reach = abs(estimate) / spread if spread > 0 else np.inf
    else:
        below, above = (replicates <= 0).sum(), (replicates >= 0).sum()
        tail = (min(below, above) + 1) / (len(replicates) + 1)
        reach = max(0.0, float(-stats.norm.ppf(min(tail, 0.5))))
    return float(2 * stats.t.sf(reach * ((units - 1) / units) ** 0.5, units - 1))


def out_of_bag_interval(replicates: Floats, level: float = 0.95) -> tuple[float, float] | None:
    """Interval of a mean of out-of-bag scores: their percentiles, drawn in as each rests on 37 % of the rows only."""
    replicates = replicates[np.isfinite(replicates)]
    if len(replicates) < 2 or np.ptp(replicates) == 0:
        return None
    centre = float(replicates.mean())
    low, high = np.quantile(replicates, [0.5 - level / 2, 0.5 + level / 2])
    shrink = OUT_OF_BAG**0.5
    return centre + shrink * (float(low) - centre), centre + shrink * (float(high) - centre)

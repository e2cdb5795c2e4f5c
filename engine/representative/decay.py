"""Whether the relation of inputs and target changes with time, from when on, and how fast a model grows old."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.audit import effect
from engine.data.folds import Fold, make
from engine.detector import AuditData
from engine.representative.schema import Decay
from engine.stats import resampling

PERIODS = 12
FEWEST = 25
"""Rows of a period."""
PERMUTATIONS = 500
LEVEL = 0.02
EDGE = 3
"""Periods on either side of a change at least: with fewer, chance alone cannot be told from it."""

LIVES = np.geomspace(0.1, 10 * PERIODS, 200)
"""Half-lives that are looked for, in periods; the longest means that no end of the decay is seen."""
DRAWS = 500
TINY = 1e-12

Array = np.ndarray


def decay(data: AuditData, column: str) -> Decay | None:
    """Train in each of PERIODS periods of `column`, score in every other; None with too few rows or no input."""
    names = tuple(name for name in data.names if name != column)[: effect.COLUMNS]
    if data.codes is None or data.task not in effect.METRICS or not names:
        return None
    times = data.frame[column]
    places = np.flatnonzero(times.notna().to_numpy())
    places = places[np.argsort(times.iloc[places].to_numpy(), kind="stable")]
    if len(places) > effect.MOST:
        places = places[np.sort(np.random.default_rng(data.seed).choice(len(places), effect.MOST, replace=False))]
    if len(places) < PERIODS * FEWEST:
        return None
    y = data.codes[places]
    period = np.arange(len(places)) * PERIODS // len(places)
    inputs = effect.matrix(data.frame.iloc[places], names)
    losses = _losses(data, inputs, y, period)
    if not np.isfinite(losses).all():
        return None
    cut, p = change_point(losses, data.seed)
    old = aged(losses)
    ages, counts = by_age(old)
    decays = p <= LEVEL
    interval = half_life_interval(old, data.seed) if decays else None
    return Decay(
        periods=PERIODS,
        rows=len(places),
        loss=tuple(float(each) for each in ages),
        change=cut + 1 if decays else None,
        p=p,
        half_life=half_life(ages, counts) if decays else None,
        half_life_low=interval[0] if interval else None,
        half_life_high=interval[1] if interval else None,
        retrain=_retrain(interval, times.iloc[places]),
        period=_length(times.iloc[places]),
    )


def _losses(data: AuditData, inputs: Array, y: Array, period: Array) -> Array:
    """Mean loss (PERIODS, PERIODS) on rows of the column's period of a model of the row's period."""
    out = np.full((PERIODS, PERIODS), np.nan)
    for at in range(PERIODS):
        own = np.flatnonzero(period == at)
        if len(np.unique(y[own])) < 2:
            return out
        rest = np.flatnonzero(period != at)
        there = _per_row(data, effect.predicted(data, inputs, y, (Fold(own, rest),)), y)
        inner = make("kfold", n=len(own), k=3, seed=data.seed)
        here = _per_row(data, effect.predicted(data, inputs[own], y[own], inner), y[own])
        for other in range(PERIODS):
            out[at, other] = here.mean() if other == at else there[period == other].mean()
    return out


def _per_row(data: AuditData, told: Array, y: Array) -> Array:
    if data.classes:
        return np.asarray(told.argmax(axis=1) != y, dtype=float)
    return np.asarray((told[:, 0] - y) ** 2)


def change_point(losses: Array, seed: int) -> tuple[int, float]:
    """The period (from 0) from which on another relation holds, and its p value by permutation of the periods.

    The cut with the largest mean loss across it over that on one side of it, by losses (k, k) without the diagonal.
    """
    random = np.random.default_rng(seed)
    both = (losses + losses.T) / 2
    cut, best = _cut(both)
    turns = [random.permutation(len(both)) for _ in range(PERMUTATIONS)]
    reached = sum(_cut(both[np.ix_(turn, turn)])[1] >= best - 1e-12 for turn in turns)
    return cut, (reached + 1) / (PERMUTATIONS + 1)


def _cut(both: Array) -> tuple[int, float]:
    k = len(both)
    apart = ~np.eye(k, dtype=bool)
    found = []
    for cut in range(EDGE, k - EDGE + 1):
        side = np.arange(k) >= cut
        across = side[:, None] != side
        found.append(both[across].mean() - both[~across & apart].mean())
    return int(np.argmax(found)) + EDGE, float(max(found))


def by_age(losses: Array) -> tuple[Array, Array]:
    """Mean loss (k - 1,) at each age from 0, of losses (m, k) by period learnt from and age, and how many it is of.

    Rows that were learnt from are the earlier ones; where none are of an age, the loss is nan.
    """
    known = np.isfinite(losses[:, :-1])
    counts = known.sum(axis=0)
    sums = np.where(known, losses[:, :-1], 0.0).sum(axis=0)
    return np.where(counts > 0, sums / np.maximum(counts, 1), np.nan), counts


def aged(losses: Array) -> Array:
    """Losses (k, k) of periods by the period learnt from and the age: how many periods later; nan beyond the last."""
    k = len(losses)
    found = np.full((k, k), np.nan)
    for at in range(k):
        found[at, : k - at] = losses[at, at:]
    return found


def half_life(ages: Array, counts: Array) -> float | None:
    """Age at which half of what is lost at last is lost, of loss(age) = a + b·(1 - 2^(-age/h)); None if nothing is.

    Least squares of `ages` (k,), weighted by `counts`, over LIVES.
    """
    known = np.isfinite(ages)
    loss, share = ages[known], counts[known] / counts[known].sum()
    rises = 1 - 2 ** (-np.flatnonzero(known) / LIVES[:, None])
    rises = rises - (rises @ share)[:, None]
    loss = loss - share @ loss
    spread = rises**2 @ share
    slopes = np.maximum(rises @ (share * loss) / np.maximum(spread, TINY), 0.0)
    errors = (loss - slopes[:, None] * rises) ** 2 @ share
    best = int(np.argmin(errors))
    return float(LIVES[best]) if slopes[best] > 0 else None


def half_life_interval(losses: Array, seed: int) -> tuple[float, float | None] | None:
    """A 95 % interval by drawing anew the periods learnt from, of losses (k, k) as in `aged`.

    None where it cannot be told: a fortieth of the draws or more shows no decay, or all the same. The upper end is
    None where no end of the decay is seen.
    """
    random = np.random.default_rng(seed)
    drawn = (losses[random.integers(0, len(losses), len(losses))] for _ in range(DRAWS))
    found = [half_life(*by_age(some)) for some in (losses, *drawn)]
    lives = np.log([life for life in found[1:] if life is not None])
    if found[0] is None or len(lives) <= 0.975 * DRAWS:
        return None
    ends = resampling.interval(float(np.log(found[0])), lives, len(losses))
    if ends is None:
        return None
    low, high = (float(np.exp(end)) for end in ends)
    return low, None if high >= LIVES[-1] else high


def _retrain(interval: tuple[float, float | None] | None, times: pd.Series) -> str:
    """How often to train anew: at the cautious end of the half-life."""
    return "" if interval is None else f"every {_length(times, interval[0])}"


def _length(times: pd.Series, periods: float = 1.0) -> str:
    """How long so many periods are, in words."""
    if times.dtype.kind != "M":
        return f"{periods * len(times) / PERIODS:,.0f} rows"
    days = (times.max() - times.min()).total_seconds() / 86_400 / PERIODS * periods
    return f"{days:.3g} days"

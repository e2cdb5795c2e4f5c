"""Whether the relation of inputs and target changes with time, from when on, and how fast a model grows old."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.optimize import curve_fit

from engine.audit import effect
from engine.data.folds import Fold, make
from engine.detector import AuditData
from engine.representative.schema import Decay

PERIODS = 12
FEWEST = 25
"""Rows of a period."""
PERMUTATIONS = 500
LEVEL = 0.02
EDGE = 3
"""Periods on either side of a change at least: with fewer, chance alone cannot be told from it."""

Array = np.ndarray


def decay(data: AuditData, column: str) -> Decay | None:
    """Train in each of PERIODS periods of `column`, score in every other; None with too few rows or no target."""
    if data.codes is None or data.task not in effect.METRICS:
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
    inputs = effect.matrix(
        data.frame.iloc[places], tuple(name for name in data.names if name != column)[: effect.COLUMNS]
    )
    losses = _losses(data, inputs, y, period)
    if not np.isfinite(losses).all():
        return None
    cut, p = change_point(losses, data.seed)
    ages = _by_age(losses)
    return Decay(
        periods=PERIODS,
        rows=len(places),
        loss=tuple(float(each) for each in ages),
        change=cut + 1 if p <= LEVEL else None,
        p=p,
        half_life=half_life(ages) if p <= LEVEL else None,
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


def _by_age(losses: Array) -> Array:
    """Mean loss at each age from 0: rows after those that were learnt from."""
    return np.array([np.diagonal(losses, age).mean() for age in range(len(losses) - 1)])


def half_life(ages: Array) -> float | None:
    """Age at which half of what is lost at last is lost, of loss(age) = a + b·(1 - 2^(-age/h)); None if nothing is."""
    rise = float(ages[1:].max() - ages[0])
    if rise <= 0:
        return None
    age = np.arange(len(ages))
    (_, _, found), _ = curve_fit(
        lambda t, a, b, h: a + b * (1 - 2 ** (-t / h)),
        age,
        ages,
        p0=(ages[0], rise, 2.0),
        bounds=([-np.inf, 0, 0.1], [np.inf, 10 * rise, 10 * len(ages)]),
    )
    return float(found)


def _length(times: pd.Series) -> str:
    if times.dtype.kind != "M":
        return f"{len(times) // PERIODS:,} rows"
    days = (times.max() - times.min()).total_seconds() / 86_400 / PERIODS
    return f"{days:.3g} days"

"""Row weights from the population's shares by raking, and the weight of any row that follows from them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import numpy as np
import pandas as pd

from engine.data.profile import as_text
from engine.errors import UserError
from engine.questions import nearest
from engine.representative.margins import BAND, REST, Margin
from engine.representative.schema import Stratum, Weighting
from engine.representative.separation import effective_size

ROUNDS = 200
CLOSE = 1e-12
"""Relative change of a factor below which raking has come to its end."""
OFF = 0.005
"""Difference of a weighted share from the wanted one that is said."""
CAP = 20.0
"""Largest weight, in units of the mean: beyond it a few rows decide a score (trimming; Potter, 1990)."""
USELESS = 0.1
"""Share of effective rows below which weighting is of no use (METHODS D7)."""

Array = np.ndarray


def weigh(frame: pd.DataFrame, margins: Sequence[Margin]) -> Weighting:
    """Weights of the rows (n,) of `frame` that meet every margin, or come close and say where they do not.

    Iterative proportional fitting (Deming and Stephan, 1940), which with one column is post-stratification; then no
    weight is left above CAP means. Rows without a value keep their part. Errors: UserError for a column that is not
    there, or when no row has any of the values.
    """
    places, whole = [], []
    for margin in margins:
        if margin.column not in frame:
            raise UserError(f"data.margins: {margin.column} is not a column{nearest(margin.column, list(frame))}")
        whole.append(_with_rest(frame[margin.column], margin))
        places.append(_places(frame[margin.column], whole[-1]))
    shares = [np.array([share for _, share in margin.shares]) for margin in whole]
    factors = _raked(places, shares)
    raw = _product(places, factors)
    if not raw.sum() > 0:
        raise UserError("data.margins: by these shares the population has none of these rows; look for misspelt values")
    limit = _limit(raw)
    scale = 1 / float(np.minimum(raw, limit).mean())
    weights = np.minimum(raw, limit) * scale
    strata = tuple(
        _stratum(margin, at, place, float(factor[at]), weights)
        for margin, place, factor in zip(whole, places, factors, strict=True)
        for at in range(len(margin.shares))
    )
    # Judged before any is cut: cutting hides how few rows stand for the population.
    enough = effective_size(raw) >= USELESS * len(frame)
    return Weighting(
        rows=len(frame),
        effective=effective_size(weights if enough else raw),
        largest=float(weights.max()),
        trimmed=int((raw > limit).sum()),
        limit=limit,
        scale=scale,
        used=enough,
        strata=strata,
        notes=_notes(strata, int((raw > limit).sum())),
    )


def row_weights(weighting: Weighting, frame: pd.DataFrame) -> Array:
    """Weights (n,) of rows from their values alone. Errors: UserError for a column that is not there."""
    places, factors = [], []
    for column, own in groupby(weighting.strata, key=lambda stratum: stratum.column):
        if column not in frame:
            raise UserError(f"data.margins: {column} is not a column of these rows; run data again")
        strata = tuple(own)
        margin = Margin(column, tuple((stratum.value, stratum.wanted) for stratum in strata))
        places.append(_places(frame[column], margin))
        factors.append(np.array([*(stratum.factor for stratum in strata), 1.0]))
    return np.asarray(np.minimum(_product(places, factors), weighting.limit) * weighting.scale)


def _with_rest(column: pd.Series, margin: Margin) -> Margin:
    """Rows whose value is not named have no part in a population whose named shares are all of it."""
    place = _places(column, margin)
    if not (place < len(margin.shares)).any():
        said = ", ".join(repr(value) for value, _ in margin.shares)
        raise UserError(f"data.margins: no row has {said} in {margin.column}; look how the values are written there")
    unnamed = (place == len(margin.shares)) & column.notna().to_numpy()
    return Margin(margin.column, (*margin.shares, (REST, 0.0))) if unnamed.any() else margin


def _places(column: pd.Series, margin: Margin) -> Array:
    """Which of the margin's values each row has, (n,); their number where it has none of them."""
    named = len(margin.shares)
    rest = next((at for at, (value, _) in enumerate(margin.shares) if value == REST), named)
    found = np.where(column.isna(), named, rest)
    words, amounts = as_text(column), pd.to_numeric(column, errors="coerce").to_numpy(dtype=float)
    for at, (value, _) in enumerate(margin.shares):
        ends = _band(value)
        found[words == value if ends is None else (amounts >= ends[0]) & (amounts < ends[1])] = at
    return found


def _band(value: str) -> tuple[float, float] | None:
    """The ends of a band such as 18..30, ..18 or 65..; None for any other value."""
    low, between, high = value.partition(BAND)
    try:
        return (float(low or "-inf"), float(high or "inf")) if between and (low or high) else None
    except ValueError:
        return None


def _raked(places: list[Array], shares: list[Array]) -> list[Array]:
    """A factor for each value of each column, and 1 for rows without a value."""
    factors = [np.ones(len(own) + 1) for own in shares]
    for _ in range(ROUNDS):
        moved = 0.0
        for place, own, factor in zip(places, shares, factors, strict=True):
            sums = np.bincount(place, weights=_product(places, factors), minlength=len(own) + 1)[:-1]
            there = sums > 0
            wanted = np.where(there, own, 0.0)
            if wanted.sum() > 0:
                turn = np.where(there, wanted / wanted.sum() * sums.sum() / np.where(there, sums, 1.0), 0.0)
                moved = max(moved, float(np.abs(turn[there] - 1).max()))
                factor[:-1] *= turn
        if moved < CLOSE:
            break
    return factors


def _product(places: list[Array], factors: list[Array]) -> Array:
    found = np.ones(len(places[0]))
    for place, factor in zip(places, factors, strict=True):
        found *= factor[place]
    return found


def _limit(raw: Array) -> float:
    """The weight that is CAP times the mean of the weights that are cut at it."""
    limit = float(raw.max())
    for _ in range(ROUNDS):
        lower = min(limit, CAP * float(np.minimum(raw, limit).mean()))
        if limit - lower <= CLOSE * limit:
            break
        limit = lower
    return limit


def _stratum(margin: Margin, at: int, place: Array, factor: float, weights: Array) -> Stratum:
    """Shares are of the rows that have a value."""
    known, inside = place < len(margin.shares), place == at
    value, wanted = margin.shares[at]
    return Stratum(
        column=margin.column,
        value=value,
        wanted=wanted,
        rows=int(inside.sum()),
        before=float(inside.sum() / known.sum()),
        after=float(weights[inside].sum() / weights[known].sum()) if weights[known].sum() > 0 else 0.0,
        factor=factor,
    )


def _notes(strata: tuple[Stratum, ...], trimmed: int) -> tuple[str, ...]:
    """What the weights cannot mend."""
    cut = f", as {trimmed:,} weights are cut at {CAP:g} times the mean" if trimmed else ""
    found = []
    for each in strata:
        what = f"{each.column} = {'any other value' if each.value == REST else each.value}"
        if each.rows == 0 and each.wanted > 0:
            found.append(
                f"{what} is {each.wanted:.1%} of the population and no row: no weight mends that, collect some"
            )
        elif each.wanted == 0 and each.rows > 0:
            found.append(f"{what}: {each.rows:,} rows weigh nothing, as the population has none by these shares")
        elif abs(each.after - each.wanted) > OFF:
            found.append(f"{what} cannot be met: {each.wanted:.1%} are wanted, {each.after:.1%} are reached{cut}")
    return tuple(found)

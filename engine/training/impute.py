"""Fills missing numbers by a ridge regression on the other columns, and tests on masked cells whether that pays."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import sqrt

import numpy as np
from msgspec import structs
from numpy.typing import NDArray

from engine.training import parse
from engine.training.apply import Matrix, transform
from engine.training.decide import Imputed
from engine.training.parse import Column, Floats
from engine.training.spec import Drop, Imputer, Numeric, Preparation

AMOUNTS = ("number", "place", "plain")
"""Kinds of inputs that are amounts, or yes and no."""
PENALTY = 1.0
"""Of the squared weights, beside the sum of squared errors over scaled inputs (Hoerl and Kennard, 1970)."""
LEAST = 50
"""Known cells from which a column's model is fitted, and tested, at all."""
PARTS = 5
Z = 1.96


def imputers(preparation: Preparation, frame: Mapping[str, Column], names: Iterable[str]) -> tuple[Imputer, ...]:
    """A model for each of `names` that this preparation of the rows in `frame` has as a number."""
    wanted = set(names)
    columns = [made for made in preparation.encoders if isinstance(made, Numeric) and made.name in wanted]
    x = transform(preparation, frame) if columns else np.zeros((0, 0), dtype=np.float32)
    place = preparation.named
    found = []
    for made in columns:
        known, inputs = _known(made, frame), _inputs(preparation, made.name)
        y = x[known, place[made.name]].astype(np.float64)
        if len(known) < LEAST or not inputs:
            continue
        intercept, weights = _ridge(x[np.ix_(known, np.array([place[name] for name in inputs]))], y)
        low, high = float(y.min()), float(y.max())
        found.append(Imputer(made.name, intercept, inputs, tuple(map(float, weights)), low, high))
    return tuple(found)


def masked(
    preparation: Preparation, frame: Mapping[str, Column], names: Sequence[str], seed: int
) -> tuple[Imputed, ...]:
    """What model and median make of known cells that were hidden from them, part after part; errors in scaled units.

    The interval of the gain in root mean squared error is a paired one over cells (delta method). It is against the
    mean where that guesses better than the median: a model of nothing but its intercept must not count as one.
    """
    x = transform(preparation, frame)
    place = preparation.named
    numbers = [made for made in preparation.encoders if isinstance(made, Numeric) and made.name in set(names)]
    found = []
    for made in numbers:
        known, inputs = _known(made, frame), _inputs(preparation, made.name)
        if len(known) < LEAST or not inputs:
            continue
        y = x[known, place[made.name]].astype(np.float64)
        others = x[np.ix_(known, np.array([place[name] for name in inputs]))]
        found.append(_compared(made.name, others, y, np.random.default_rng(seed).permutation(len(y)) % PARTS))
    return tuple(found)


def _compared(column: str, x: Matrix, y: Floats, part: NDArray[np.int64]) -> Imputed:
    by_median, by_mean, by_model = np.empty(len(y)), np.empty(len(y)), np.empty(len(y))
    for number in range(PARTS):
        hidden, seen = part == number, part != number
        intercept, weights = _ridge(x[seen], y[seen])
        guess = np.clip(intercept + x[hidden].astype(np.float64) @ weights, y[seen].min(), y[seen].max())
        by_median[hidden] = (y[hidden] - np.median(y[seen])) ** 2
        by_mean[hidden] = (y[hidden] - y[seen].mean()) ** 2
        by_model[hidden] = (y[hidden] - guess) ** 2
    by_constant = by_median if by_median.mean() <= by_mean.mean() else by_mean
    constant, model = sqrt(by_constant.mean()), sqrt(by_model.mean())
    slopes = by_constant / (2 * constant or 1.0) - by_model / (2 * model or 1.0)
    half = Z * float(slopes.std(ddof=1)) / sqrt(len(y))
    low, high = constant - model - half, constant - model + half
    return Imputed(column, len(y), sqrt(by_median.mean()), model, low, high, kept=low > 0)


def _known(made: Numeric, frame: Mapping[str, Column]) -> NDArray[np.int64]:
    return np.flatnonzero(~np.isnan(parse.numbers(frame[made.name], made.name, made.blanks)))


def _inputs(preparation: Preparation, column: str) -> tuple[str, ...]:
    """The inputs of other raw columns but ids, which are no amounts; a derived column may hold this very one."""
    derived = {made.name for made in preparation.derived}
    found: list[str] = []
    for made in preparation.encoders:
        if made.name == column or made.name in derived or isinstance(made, Drop):
            continue
        if all(part.kind in AMOUNTS for part in made.parts_of_input):
            found.extend(made.features)
    return tuple(found)


def _ridge(x: Matrix, y: Floats) -> tuple[float, Floats]:
    """Intercept and weights (d,) of a linear model with penalised weights."""
    inputs = x.astype(np.float64)
    middle, mean = inputs.mean(axis=0), float(y.mean())
    centred = inputs - middle
    weights = np.linalg.solve(centred.T @ centred + PENALTY * np.eye(inputs.shape[1]), centred.T @ (y - mean))
    return mean - float(middle @ weights), weights


def with_imputers(preparation: Preparation, frame: Mapping[str, Column], names: Iterable[str]) -> Preparation:
    """The preparation, filling the columns `names` by models of the rows in `frame`."""
    return structs.replace(preparation, imputers=imputers(preparation, frame, names))

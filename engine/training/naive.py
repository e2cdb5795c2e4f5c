"""Answers that need no model: what a common-sense person would say. They see the training rows of a fold only."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import pandas as pd

Array = np.ndarray

BINS = 6
"""Parts into which a one-feature rule cuts a numeric column (Holte, 1993)."""


@dataclass(frozen=True)
class NaiveInput:
    """One fold: `y` training targets, `train` and `score` raw inputs, `classes` how many the target has.

    `weights` of the training rows, None where they count alike; `previous` holds, for every row to score, the last
    target known at its time; None where rows have no time.
    """

    y: Array
    train: pd.DataFrame
    score: pd.DataFrame
    classes: int
    previous: Array | None = None
    weights: Array | None = None


Naive: TypeAlias = Callable[[NaiveInput], Array | None]
"""What it says of the rows to score, as metrics take it; None where it has nothing to say."""


def _constant(fold: NaiveInput, shares: Array) -> Array:
    """The same answer for every row: (n,) for two classes or amounts, (n, k) for more classes."""
    n = len(fold.score)
    return np.full(n, shares[1]) if fold.classes == 2 else np.tile(shares, (n, 1))


def shares(y: Array, classes: int, weights: Array | None = None) -> Array:
    """Share of each class, (k,)."""
    total = len(y) if weights is None else float(weights.sum())
    return np.bincount(y.astype(int), weights, minlength=classes) / (total or 1)


def majority(fold: NaiveInput) -> Array | None:
    found = np.zeros(fold.classes)
    found[int(np.argmax(shares(fold.y, fold.classes, fold.weights)))] = 1.0
    return _constant(fold, found)


def prior(fold: NaiveInput) -> Array | None:
    return _constant(fold, shares(fold.y, fold.classes, fold.weights))


def one_rule(fold: NaiveInput) -> Array | None:
    """Class shares within the values of the one column that separates the training rows best (1-R; Holte, 1993)."""
    best: tuple[float, Array] | None = None
    weights = np.ones(len(fold.y)) if fold.weights is None else fold.weights
    prior_shares = shares(fold.y, fold.classes, fold.weights)
    for name in fold.train.columns:
        train, score = _parts(fold.train[name], fold.score[name])
        counts = np.zeros((int(max(train.max(initial=0), score.max(initial=0))) + 1, fold.classes))
        np.add.at(counts, (train, fold.y.astype(int)), weights)
        smooth = (counts + prior_shares) / (counts.sum(axis=1, keepdims=True) + 1)
        # Each training row is judged without itself, or a column of unique values would look perfect.
        own = smooth[train].copy()
        rows = np.arange(len(train))
        codes = fold.y.astype(int)
        total = counts.sum(axis=1)[train]
        own[rows, codes] = (counts[train, codes] - weights + prior_shares[codes]) / (total + 1 - weights)
        loss = float(np.average(-np.log(np.clip(own[rows, codes], 1e-9, 1)), weights=weights))
        if best is None or loss < best[0]:
            best = (loss, smooth[score])
    if best is None:
        return None
    return best[1][:, 1] if fold.classes == 2 else best[1]


def _parts(train: pd.Series, score: pd.Series) -> tuple[Array, Array]:
    """Both columns as part numbers; 0 stands for missing or never seen in training."""
    if pd.api.types.is_numeric_dtype(train) or pd.api.types.is_datetime64_any_dtype(train):
        a, b = _numbers(train), _numbers(score)
        known = a[~np.isnan(a)]
        cuts = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1])) if len(known) else np.array([])
        return _part_of(a, cuts), _part_of(b, cuts)
    words = {word: number for number, word in enumerate(pd.unique(train.dropna()), 1)}
    return np.asarray(train.map(words).fillna(0), dtype=int), np.asarray(score.map(words).fillna(0), dtype=int)


def _part_of(values: Array, cuts: Array) -> Array:
    return np.where(np.isnan(values), 0, np.searchsorted(cuts, values, side="right") + 1)


def _numbers(column: pd.Series) -> Array:
    if pd.api.types.is_numeric_dtype(column):
        return np.asarray(column, dtype=float)
    return np.where(column.isna(), np.nan, column.astype("int64") / 1e9)


def mean(fold: NaiveInput) -> Array | None:
    return _each(fold, np.average(fold.y, axis=0, weights=fold.weights))


def median(fold: NaiveInput) -> Array | None:
    if fold.y.ndim == 1:
        return _each(fold, np.asarray(weighted_median(fold.y, fold.weights)))
    return _each(fold, np.array([weighted_median(y, fold.weights) for y in fold.y.T]))


def _each(fold: NaiveInput, answer: Array) -> Array:
    """The same amount, or amounts, for every row: (n,) or (n, k)."""
    return np.tile(answer, (len(fold.score), *(1,) * (fold.y.ndim - 1)))


def weighted_median(y: Array, weights: Array | None) -> float:
    """Half of the weight is at most this; the mean of two where it falls between them."""
    if weights is None:
        return float(np.median(y))
    order = np.argsort(y, kind="stable")
    reached = np.cumsum(weights[order])
    low, high = (np.searchsorted(reached, reached[-1] / 2, side=side) for side in ("left", "right"))
    return float((y[order][low] + y[order][min(high, len(y) - 1)]) / 2)


def persistence(fold: NaiveInput) -> Array | None:
    """The last known value; nothing where rows have no time, or before the first value."""
    if fold.previous is None:
        return None
    mean_ = np.average(fold.y, axis=0, weights=fold.weights)
    return np.where(np.isnan(fold.previous), mean_, fold.previous)


TITLES = {
    "majority": "always the largest class",
    "prior": "the share of each class",
    "one_rule": "a rule on one column",
    "mean": "always the mean",
    "median": "always the median",
    "persistence": "the last known value",
    "seasonal_naive": "the value one season ago",
    "drift": "the last known value and the mean step so far",
    "frequent": "the most frequent labels",
    "mean_mask": "what each place mostly is",
    "quantiles": "the quantiles of all rows",
    "constant": "any order",
    "popularity": "the mean grade of a thing before",
    "one_feature": "the order of one column",
}

"""Metrics of rows that are put in order within lists: truth y (n, 2) of grades from 0 and list numbers, scores p (n,).

A list whose rows all have the same grade, as one of a single row has, tells nothing of an order: it does not count.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import NDArray

from engine.stats.arrays import Array, Bools, Floats
from engine.stats.weightings import Weighted, divide


@dataclass(frozen=True)
class Lists:
    """The rows of y (n, 2) list after list: `order` sorts them so, `starts` says where each list begins there."""

    order: NDArray[np.int64]
    starts: NDArray[np.int64]
    of: NDArray[np.int64]
    """The list of each sorted row, counted from 0."""

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.bincount(self.of)

    def sums(self, values: Floats) -> Floats:
        """Sums (q,) over the lists, or (b, q), of values of sorted rows (n,) or (b, n)."""
        return np.asarray(np.add.reduceat(values, self.starts, axis=-1), dtype=np.float64)

    def telling(self, grades: Floats) -> Bools:
        """The lists (q,) in which not all grades (n,) of sorted rows are the same."""
        most, least = np.maximum.reduceat(grades, self.starts), np.minimum.reduceat(grades, self.starts)
        return np.asarray(most > least)


def lists_of(y: Array, *by: Array) -> Lists:
    """The lists of y (n, 2), the rows of one sorted by further keys (n,), the first of them before the others."""
    order = np.lexsort((*reversed(by), y[:, 1]))
    new = np.r_[True, np.diff(y[order, 1]) != 0]
    return Lists(order, np.flatnonzero(new), np.cumsum(new) - 1)


def gains(grades: Floats) -> Floats:
    """What a row of a grade is worth near the top: 2 to its power, less 1 (Burges et al., 2005)."""
    return np.asarray(np.exp2(grades) - 1, dtype=np.float64)


def ndcg_of_lists(y: Array, p: Array, k: int) -> tuple[Lists, Floats]:
    """Normalised discounted cumulative gain of the first k rows of each list (q,) (Järvelin and Kekäläinen, 2002).

    Rows of the same score share the discounts of their places. nan where a list tells nothing.
    """
    said = lists_of(y, -p)
    grades = y[said.order, 0].astype(np.float64)
    place = np.arange(len(y)) - said.starts[said.of]
    discount = np.where(place < k, 1 / np.log2(place + 2.0), 0.0)
    scores = p[said.order]
    tied = np.cumsum(np.r_[True, (np.diff(scores) != 0) | (np.diff(said.of) != 0)]) - 1
    shared = (np.bincount(tied, discount) / np.bincount(tied))[tied]
    best = lists_of(y, -y[:, 0])
    ideal = best.sums(gains(y[best.order, 0].astype(np.float64)) * discount)
    found = said.sums(gains(grades) * shared) / np.where(ideal > 0, ideal, 1.0)
    return said, np.where(said.telling(grades), found, np.nan)


def reciprocal_of_lists(y: Array, p: Array) -> tuple[Lists, Floats]:
    """1 over the place of the first row with a grade above 0 of each list (q,), expected over the orders of ties."""
    said = lists_of(y, -p)
    grades, scores = y[said.order, 0], p[said.order]
    telling = said.telling(grades.astype(np.float64))
    found = np.full(len(said.starts), np.nan)
    for number, (start, size) in enumerate(zip(said.starts, said.sizes, strict=True)):
        if not telling[number]:
            continue
        own, at = scores[start : start + size], grades[start : start + size] > 0
        level = own == own[int(np.argmax(at))]
        ahead, tied, right = int((own > own[int(np.argmax(at))]).sum()), int(level.sum()), int((level & at).sum())
        ways = [comb(tied - 1 - step, right - 1) for step in range(tied - right + 1)]
        found[number] = sum(way / (ahead + 1 + step) for step, way in enumerate(ways)) / comb(tied, right)
    return said, found


def mean_over_lists(of_lists: Callable[[Array, Array], tuple[Lists, Floats]]) -> Weighted:
    """The mean over the lists that tell something as a metric of weightings (b, n) of the rows.

    A list weighs what its rows weigh on average.
    """

    def weighted(y: Array, p: Array, weights: Floats) -> Floats:
        said, found = of_lists(y, p)
        known = np.isfinite(found)
        own = (said.sums(weights[:, said.order]) / said.sizes)[:, known]
        return divide(own @ found[known], own.sum(axis=1))

    return weighted


ndcg_5 = mean_over_lists(lambda y, p: ndcg_of_lists(y, p, 5))
ndcg_10 = mean_over_lists(lambda y, p: ndcg_of_lists(y, p, 10))
reciprocal_rank = mean_over_lists(reciprocal_of_lists)


def out_of_order(y: Array, p: Array) -> Floats:
    """The share of the rows of another grade in its list that a row is on the wrong side of (n,), a tie half."""
    wrong = np.zeros(len(y))
    said = lists_of(y)
    for start, size in zip(said.starts, said.sizes, strict=True):
        rows = said.order[start : start + size]
        grades, scores = y[rows, 0], p[rows]
        sign = np.sign(grades[:, None] - grades[None, :])
        missed = (1 - sign * np.sign(scores[:, None] - scores[None, :])) / 2 * (sign != 0)
        wrong[rows] = np.nan_to_num(divide(missed.sum(axis=1), (sign != 0).sum(axis=1).astype(np.float64)))
    return wrong

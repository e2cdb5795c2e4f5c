"""Learning an order of rows within lists: rows of a list visited side by side, and the loss of whole lists.

Targets y (n, 2) hold the grade of each row and the number of its list. Shipped with exported scripts.
"""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Rows: TypeAlias = NDArray[np.integer[Any]]

LISTWISE = ("listwise",)
"""Losses that compare the rows of a list."""


def lists_in(loss: str, y: NDArray[Any]) -> NDArray[Any] | None:
    """The number of each row's list (n,), as the loss takes it; None where rows are learned one by one."""
    return y[:, -1] if loss in LISTWISE else None


def side_by_side(rows: Rows, lists: NDArray[Any], rng: np.random.Generator) -> Rows:
    """The rows (m,) with their lists in a random order, and within each the rows in a random order."""
    mixed = rng.permutation(rows)
    names, own = np.unique(lists[mixed], return_inverse=True)
    return np.asarray(mixed[np.argsort(rng.permutation(len(names))[own.ravel()], kind="stable")])


def listwise(y: Any, scores: Any) -> Any:
    """How far the shares of attention that the scores give the rows of a list are from those of their worth (n,).

    Softmax of the scores within each list against worth (2 to the power of the grade, less 1) over the list's worth:
    ListNet's cross-entropy (Cao et al., 2007) in the form that bounds NDCG (Bruch et al., 2019), less the entropy of
    the shares, divided so that its mean over the rows is its mean over the lists. Neighbouring rows with the same
    number are a list, or the part of one that came into the batch; one whose grades are all the same counts for
    nothing. y (n, 2), scores (n, 1), or (n, members, 1) for the mean over the members.
    """
    from keras import ops

    said = scores[..., 0] if len(scores.shape) == 3 else scores
    grades = ops.cast(y[:, :1], said.dtype)
    new = ops.cast(y[1:, -1] != y[:-1, -1], "int32")
    lists = ops.cumsum(ops.concatenate([ops.zeros_like(new[:1]), new]))
    worth = ops.exp(grades * np.log(2.0)) - 1
    shares = worth / ops.maximum(of_lists(worth, lists, "sum"), 1e-9)
    differ = of_lists(grades, lists, "max") > of_lists(grades, lists, "min")
    counts = ops.cast(differ[:, 0], said.dtype)
    first = ops.concatenate([ops.ones_like(new[:1]), new])
    telling = ops.sum(counts * ops.cast(first, said.dtype))
    apart = ops.mean(shares * (ops.log(ops.maximum(shares, 1e-9)) - log_shares(said, lists)), axis=-1)
    return apart * counts * (y.shape[0] / ops.maximum(telling, 1.0))


def log_shares(scores: Any, lists: Any) -> Any:
    """Logarithms of the softmax (n, m) of scores (n, m) within lists (n,) of neighbouring rows, counted from 0."""
    from keras import ops

    level = scores - ops.stop_gradient(of_lists(scores, lists, "max"))
    return level - ops.log(of_lists(ops.exp(level), lists, "sum"))


def of_lists(values: Any, lists: Any, of: str) -> Any:
    """The sum, or the largest or least value (n, m) over each row's list, of values (n, m)."""
    from keras import ops

    if of == "min":
        return -of_lists(-values, lists, "max")
    rows = values.shape[0]
    whole = ops.segment_sum(values, lists, rows) if of == "sum" else ops.segment_max(values, lists, rows)
    return ops.take(whole, lists, axis=0)

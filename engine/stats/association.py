"""How well one column alone tells the target, judged on rows it was not fitted on."""

import numpy as np
import pandas as pd
from scipy.stats import rankdata

Array = np.ndarray

FOLDS = 5
BINS = 32
"""Quantile parts of a numeric column: fine enough for a threshold anywhere, coarse enough to be learned."""


def parts(column: pd.Series) -> Array:
    """A column as part numbers (n,): categories by value, numbers and dates by quantile; 0 is missing."""
    if pd.api.types.is_datetime64_any_dtype(column):
        column = column.astype("int64").where(column.notna()).astype("float64")
    if not pd.api.types.is_numeric_dtype(column):
        return np.asarray(pd.factorize(column)[0]) + 1
    values = column.to_numpy(dtype=float)
    known = values[~np.isnan(values)]
    if len(np.unique(known)) <= BINS:
        return np.asarray(pd.factorize(column)[0]) + 1
    cuts = np.unique(np.quantile(known, np.linspace(0, 1, BINS + 1)[1:-1]))
    return np.where(np.isnan(values), 0, np.searchsorted(cuts, values, side="right") + 1)


def out_of_fold_means(part: Array, y: Array, seed: int) -> Array:
    """Mean of `y` (n,) within each part, from the other folds only; the overall mean where a part is new."""
    fold = np.random.default_rng(seed).permutation(len(y)) % FOLDS
    predicted = np.empty(len(y))
    size = int(part.max(initial=0)) + 1
    for number in range(FOLDS):
        out = fold == number
        counts = np.bincount(part[~out], minlength=size)
        sums = np.bincount(part[~out], weights=y[~out], minlength=size)
        overall = y[~out].mean()
        # One pseudo-row of the overall mean keeps a part of a single row from looking certain.
        predicted[out] = ((sums + overall) / (counts + 1))[part[out]]
    return predicted


def auc(positive: Array, score: Array) -> float:
    """Chance that a positive row (bool (n,)) scores above a negative one, ties half (Mann and Whitney, 1947)."""
    n_pos = int(positive.sum())
    n_neg = len(positive) - n_pos
    if n_pos == 0 or n_neg == 0:
        return 0.5
    ranks = rankdata(score)
    return float((ranks[positive].sum() - n_pos * (n_pos + 1) / 2) / (n_pos * n_neg))


def explained(y: Array, predicted: Array) -> float:
    """R²: share of the variance of `y` that the prediction explains; 0 for a constant target."""
    total = float(((y - y.mean()) ** 2).sum())
    return 1 - float(((y - predicted) ** 2).sum()) / total if total > 0 else 0.0


def single_column_score(column: pd.Series, codes: Array, classes: bool, seed: int) -> float:
    """Out-of-fold AUC (mean over classes, one against the rest) or R² of one column alone."""
    part = parts(column)
    if not classes:
        return explained(codes, out_of_fold_means(part, codes, seed))
    names = np.unique(codes)
    names = names[1:] if len(names) == 2 else names
    each = [auc(codes == name, out_of_fold_means(part, (codes == name).astype(float), seed)) for name in names]
    return float(np.mean(each))


def intraclass(of: Array, y: Array) -> float:
    """Share of the variance of `y` (n,) between things, 0 to 1: ICC(1) of a one-way layout (Fisher, 1925).

    `of` (n,) numbers the thing of each row, from 0. 0 where every row is a thing of its own.
    """
    sizes = np.bincount(of)
    present = sizes > 0
    n, k = len(y), int(present.sum())
    if k < 2 or n <= k or np.ptp(y) == 0:
        return 0.0
    means = np.bincount(of, y)[present] / sizes[present]
    between = float((sizes[present] * (means - y.mean()) ** 2).sum()) / (k - 1)
    within = (float((y**2).sum()) - float((sizes[present] * means**2).sum())) / (n - k)
    usual = (n - float((sizes[present] ** 2).sum()) / n) / (k - 1)
    return max(0.0, (between - within) / (between + (usual - 1) * within))

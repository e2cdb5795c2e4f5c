"""How well two samples of rows can be told apart, against what chance alone reaches, and the weights that follow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.stats import rankdata

Array = np.ndarray

FOLDS = 5
PERMUTATIONS = 200
RIDGE = 0.05
"""Ridge penalty for each training row and standardised feature."""
CAP = 50.0
"""Largest weight of one row, in units of the mean weight."""


@dataclass(frozen=True, slots=True)
class Separation:
    """Area under the ROC curve of a classifier on rows it did not learn from, its p value by permutation, and the
    scores (n,) of the rows."""

    auc: float
    p: float
    scores: Array


def separate(features: Array, production: Array, seed: int) -> Separation:
    """Tell production rows, `production` (n,) bool, from the others by `features` (n, m), in FOLDS folds.

    The classifier is least squares with a ridge (its direction is Fisher's, 1936), which is fitted to all PERMUTATIONS
    of the labels at once; p counts the observed labelling as one of them (Phipson and Smyth, 2010).
    """
    random = np.random.default_rng(seed)
    n = len(production)
    labels = np.empty((n, PERMUTATIONS + 1))
    labels[:, 0] = production
    for place in range(PERMUTATIONS):
        labels[:, place + 1] = random.permutation(production)
    fold = random.permutation(n) % FOLDS
    scores = np.zeros_like(labels)
    for number in range(FOLDS):
        test = fold == number
        x, y = features[~test], labels[~test]
        centre, level = x.mean(axis=0), y.mean(axis=0)
        x = x - centre
        gram = x.T @ x + RIDGE * len(x) * np.eye(x.shape[1])
        scores[test] = (features[test] - centre) @ np.linalg.solve(gram, x.T @ (y - level)) + level
    areas = _areas(scores, labels)
    p = float((areas >= areas[0] - 1e-12).sum() / len(areas))
    return Separation(float(areas[0]), p, scores[:, 0])


def _areas(scores: Array, labels: Array) -> Array:
    """Area under each column's ROC curve (Mann and Whitney, 1947)."""
    ranks = rankdata(scores, axis=0)
    inside = labels.sum(axis=0)
    return np.asarray(((ranks * labels).sum(axis=0) - inside * (inside + 1) / 2) / (inside * (len(labels) - inside)))


def density_weights(features: Array, production: Array, seed: int) -> Array:
    """Weights (n_development,) with mean 1 that make development rows look like production rows.

    The odds of a logistic regression on rows it did not learn from (Bickel, Brückner and Scheffer, 2009).
    """
    from sklearn.linear_model import LogisticRegression

    fold = np.random.default_rng(seed).permutation(len(production)) % FOLDS
    odds = np.ones(len(production))
    for number in range(FOLDS):
        test = fold == number
        model = LogisticRegression(C=0.05, max_iter=500).fit(features[~test], production[~test])
        odds[test] = np.exp(np.clip(model.decision_function(features[test]), -20, 20))
    weights = odds[~production]
    weights = np.minimum(weights / weights.mean(), CAP)
    return np.asarray(weights / weights.mean())


def effective_size(weights: Array) -> float:
    """(Σw)² / Σw²: how many equally weighted rows say as much (Kish, 1965)."""
    return float(weights.sum() ** 2 / (weights**2).sum())

"""k-means and Gaussian mixtures as one arithmetic: a score per cluster, linear in the inputs and their squares."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.exceptions import ConvergenceWarning
from sklearn.mixture import GaussianMixture

Floats = NDArray[np.float64]
Kind = Literal["k-means", "mixture"]
KINDS: tuple[Kind, ...] = ("k-means", "mixture")
STARTS = {"k-means": 4, "mixture": 2}
LEAST_VARIANCE = 1e-3
"""Added to the variances of a mixture, so that no component shrinks to a point; inputs have about variance 1."""


@dataclass(frozen=True)
class Clusters:
    """Scores (n, k) of rows x (n, d): x @ linear + x² @ square + bias; the highest is a row's cluster.

    They are logarithms of what each cluster is worth: their softmax are the shares of a row (for k-means those of
    round clusters of one size).
    """

    kind: Kind
    linear: Floats
    square: Floats
    bias: Floats
    bic: float | None = None
    """Of a mixture (Schwarz, 1978); the lower the better."""

    @property
    def k(self) -> int:
        return int(self.linear.shape[1])

    @property
    def parameters(self) -> int:
        return self.k * int(self.linear.shape[0]) * (2 if self.kind == "mixture" else 1)

    def scores(self, x: Floats) -> Floats:
        return np.asarray(x @ self.linear + x**2 @ self.square + self.bias, dtype=np.float64)

    def assign(self, x: Floats) -> NDArray[np.int64]:
        """The cluster of each row (n,)."""
        return np.asarray(self.scores(x).argmax(axis=1), dtype=np.int64)


def fit(kind: Kind, x: Floats, k: int, seed: int, starts: int | None = None) -> Clusters:
    """k clusters of the rows x (n, d), the best of some starts."""
    wanted = starts or STARTS[kind]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        if kind == "k-means":
            return _round(KMeans(k, n_init=wanted, random_state=seed).fit(x), x)
        model = GaussianMixture(
            k, covariance_type="diag", n_init=wanted, reg_covar=LEAST_VARIANCE, max_iter=200, random_state=seed
        )
        return _mixture(model.fit(x), x)


def _round(model: Any, x: Floats) -> Clusters:
    centers = model.cluster_centers_
    variance = max(float(model.inertia_) / x.size, 1e-9)
    bias = -(centers**2).sum(axis=1) / (2 * variance)
    return Clusters("k-means", centers.T / variance, np.zeros_like(centers.T), bias)


def _mixture(model: Any, x: Floats) -> Clusters:
    means, precisions = model.means_, 1 / model.covariances_
    bias = np.log(model.weights_) - 0.5 * (means**2 * precisions + np.log(model.covariances_)).sum(axis=1)
    return Clusters("mixture", (means * precisions).T, -precisions.T / 2, bias, float(model.bic(x)))

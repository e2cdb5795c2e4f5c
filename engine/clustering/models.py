"""k-means and Gaussian mixtures as one arithmetic: scores linear in the inputs, or their code, and in its squares."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
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
EXPLAINED, MOST_NUMBERS = 0.9, 20
"""Share of the variance that a code keeps, in so many numbers at most."""
LEAST_VARIANCE = 1e-3
"""Added to the variances of a mixture, so that no component shrinks to a point; inputs have about variance 1."""


@dataclass(frozen=True)
class Code:
    """The code (n, r) of a linear autoencoder: (x - center) @ axes, the principal ones (Baldi and Hornik, 1989)."""

    center: Floats
    axes: Floats

    def of(self, x: Floats) -> Floats:
        return np.asarray((x - self.center) @ self.axes, dtype=np.float64)


def code_of(x: Floats) -> Code:
    """The code that keeps EXPLAINED of the variance of rows x (n, d), in MOST_NUMBERS numbers at most."""
    center = x.mean(axis=0)
    _, lengths, axes = np.linalg.svd(x - center, full_matrices=False)
    kept = np.cumsum(lengths**2) / max(float((lengths**2).sum()), 1e-12)
    numbers = min(int(np.searchsorted(kept, EXPLAINED)) + 1, MOST_NUMBERS, len(lengths))
    return Code(center, axes[:numbers].T)


@dataclass(frozen=True)
class Clusters:
    """Scores (n, k) of rows x (n, d): z @ linear + z² @ square + bias; the highest is a row's cluster.

    z are the rows, or their code. Scores are logarithms of what each cluster is worth: their softmax are the shares of
    a row (for k-means those of round clusters of one size).
    """

    kind: Kind
    linear: Floats
    square: Floats
    bias: Floats
    bic: float | None = None
    """Of a mixture (Schwarz, 1978); the lower the better."""
    code: Code | None = None

    @property
    def k(self) -> int:
        return int(self.linear.shape[1])

    @property
    def parameters(self) -> int:
        own = self.k * int(self.linear.shape[0]) * (2 if self.kind == "mixture" else 1)
        return own if self.code is None else own + int(self.code.axes.size)

    def scores(self, x: Floats) -> Floats:
        z = x if self.code is None else self.code.of(x)
        return np.asarray(z @ self.linear + z**2 @ self.square + self.bias, dtype=np.float64)

    def assign(self, x: Floats) -> NDArray[np.int64]:
        """The cluster of each row (n,)."""
        return np.asarray(self.scores(x).argmax(axis=1), dtype=np.int64)


def fit(kind: Kind, x: Floats, k: int, seed: int, starts: int | None = None, coded: bool = False) -> Clusters:
    """k clusters of the rows x (n, d), or of their code, the best of some starts."""
    if coded:
        code = code_of(x)
        return replace(fit(kind, code.of(x), k, seed, starts), code=code)
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

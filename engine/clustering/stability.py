"""Whether clusters come again in other samples of the same rows, and whether there are more than chance makes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from sklearn.cluster import KMeans
from sklearn.metrics import adjusted_rand_score

from engine.clustering.models import Floats, Kind, fit
from engine.values import Score

PAIRS = 20
DRAWS = 20


def stability(
    kind: Kind,
    x: Floats,
    k: int,
    seed: int,
    pairs: int = PAIRS,
    between: Callable[[], None] = lambda: None,
    coded: bool = False,
) -> Floats:
    """Adjusted Rand index (Hubert and Arabie, 1985) of each of `pairs` pairs of clusterings (pairs,).

    Both of a pair are fitted on a bootstrap sample each (with its code where `coded`) and assign all rows x (n, d)
    (after Hennig, 2007).
    """
    rng = np.random.default_rng(seed)
    found = []
    for pair in range(pairs):
        between()
        samples = rng.integers(0, len(x), (2, len(x)))
        said = [fit(kind, x[rows], k, seed + pair, 2, coded).assign(x) for rows in samples]
        found.append(float(adjusted_rand_score(*said)))
    return np.array(found)


def told(found: Floats, rows: int, how: str) -> Score:
    """The mean of pairs with the interval of Student's t."""
    half = float(stats.t.ppf(0.975, len(found) - 1)) * float(found.std(ddof=1)) / np.sqrt(len(found))
    value = float(found.mean())
    return Score(metric="stability", value=value, low=value - half, high=min(1.0, value + half), n=rows, how=how)


def uniform(x: Floats, rng: np.random.Generator) -> Floats:
    """As many rows without any cluster: even over the box around x along its principal axes."""
    center = x.mean(axis=0)
    axes = np.linalg.svd(x - center, full_matrices=False)[2]
    turned = (x - center) @ axes.T
    return np.asarray(rng.uniform(turned.min(axis=0), turned.max(axis=0), turned.shape) @ axes + center)


def gaps(
    x: Floats, ks: Sequence[int], seed: int, draws: int = DRAWS, between: Callable[[], None] = lambda: None
) -> tuple[Floats, Floats]:
    """The gap of each k and its simulation error (len(ks),) (Tibshirani, Walther and Hastie, 2001).

    How much lower the logarithm of the squared distances to the own center is than in rows without any cluster.
    """
    rng = np.random.default_rng(seed)
    own = _spreads(x, ks, seed)
    null = []
    for draw in range(draws):
        between()
        null.append(_spreads(uniform(x, rng), ks, seed + draw))
    drawn = np.array(null)
    return drawn.mean(axis=0) - own, drawn.std(axis=0) * np.sqrt(1 + 1 / draws)


def _spreads(x: Floats, ks: Sequence[int], seed: int) -> Floats:
    return np.array([np.log(max(KMeans(k, n_init=2, random_state=seed).fit(x).inertia_, 1e-12)) for k in ks])


def by_gap(ks: Sequence[int], gap: Floats, error: Floats) -> int:
    """The least k whose gap is not below the next one's by more than its error; the last where all are."""
    enough = np.flatnonzero(gap[:-1] >= gap[1:] - error[1:])
    return int(ks[int(enough[0]) if len(enough) else -1])


def agreement(one: NDArray[np.int64], other: NDArray[np.int64], how: str, seed: int, replicates: int = 1000) -> Score:
    """Adjusted Rand index of two clusterings of the same rows with its bootstrap interval (percentiles)."""
    rng = np.random.default_rng(seed)
    drawn = [
        float(adjusted_rand_score(one[rows], other[rows])) for rows in rng.integers(0, len(one), (replicates, len(one)))
    ]
    low, high = np.quantile(drawn, [0.025, 0.975])
    return Score(
        metric="adjusted_rand",
        value=float(adjusted_rand_score(one, other)),
        low=float(low),
        high=float(high),
        n=len(one),
        how=f"{how}, bootstrap interval",
    )

"""How many clusters, and of which kind: more than rows without any have, and the same in every sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.clustering.models import KINDS, Floats, Kind, fit
from engine.clustering.stability import by_gap, gaps, stability, told
from engine.values import Score

STABLE = 0.6
"""Mean adjusted Rand index of two samples from which clusters are called stable."""
MOST = 8
EACH = 10
"""Rows per cluster that there have to be on average."""
ROWS = 2000
"""Rows that are looked at, drawn at random from more."""


@dataclass(frozen=True)
class Tried:
    """One kind with one number of clusters: how stable, its gap (k-means) or BIC (mixture)."""

    kind: Kind
    k: int
    stability: Score
    pairs: Floats
    note: str


@dataclass(frozen=True)
class Chosen:
    """All that was tried, the best of it, and whether it is clusters at all, in a sentence."""

    tried: tuple[Tried, ...]
    best: Tried
    found: bool
    sentence: str


def choose(x: Floats, seed: int, between: Callable[[], None] = lambda: None) -> Chosen:
    """Search 1 to MOST clusters of the rows x (n, d).

    The gap against rows without any says whether there is more than one cluster, and how many round ones; the BIC how
    many components of a mixture. The one of the two that is the more stable is taken where it is STABLE.
    """
    if len(x) > ROWS:
        x = x[np.random.default_rng(seed).choice(len(x), ROWS, replace=False)]
    ks = list(range(1, max(2, min(MOST, len(x) // EACH)) + 1))
    gap, error = gaps(x, ks, seed, between=between)
    bics = [fit("mixture", x, k, seed).bic or 0.0 for k in ks]
    by = {"k-means": by_gap(ks, gap, error), "mixture": ks[int(np.argmin(bics))]}
    how = "mean adjusted Rand index of pairs of bootstrap samples, t interval"
    tried = []
    for kind in KINDS:
        for k in sorted({max(2, by[kind]), max(2, by["k-means"])}):
            pairs = stability(kind, x, k, seed, between=between)
            place = ks.index(k)
            note = f"gap {gap[place]:.3f} ± {error[place]:.3f}" if kind == "k-means" else f"BIC {bics[place]:,.0f}"
            tried.append(Tried(kind, k, told(pairs, len(x), how), pairs, note))
    best = max(tried, key=lambda each: round(each.stability.value, 2))
    numbers = f"stability {best.stability.value:.2f} with {best.k} clusters ({best.kind})"
    if by["k-means"] == 1:
        said = f"No stable clusters: rows without any cluster lie as close to one center as these do ({numbers})."
        return Chosen(tuple(tried), best, False, said)
    if best.stability.value < STABLE:
        said = f"No stable clusters: other samples of the rows give other ones ({numbers}, {STABLE:g} is needed)."
        return Chosen(tuple(tried), best, False, said)
    said = f"{best.k} clusters ({best.kind}) come again in other samples of the rows ({numbers})."
    return Chosen(tuple(tried), best, True, said)

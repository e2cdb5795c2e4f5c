"""How many clusters, and of which kind: more than rows without any have, and the same in every sample."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from engine.clustering.models import KINDS, Floats, Kind, code_of, fit
from engine.clustering.stability import by_gap, gaps, stability, told
from engine.values import Score

STABLE = 0.6
"""Mean adjusted Rand index of two samples from which clusters are called stable."""
MOST = 8
EACH = 10
"""Rows per cluster that there have to be on average."""
WIDE = 10
"""Inputs from which the code is looked at too: in many of them, distances are mostly noise."""
ON_CODE = " on the code"
HOW = "mean adjusted Rand index of pairs of bootstrap samples, t interval"
ROWS = 2000
"""Rows that are looked at, drawn at random from more."""


@dataclass(frozen=True)
class Tried:
    """One kind with one number of clusters: how stable, its gap (k-means) or BIC (mixture)."""

    kind: Kind
    k: int
    coded: bool
    more: bool
    """Whether the gap says that there is more than one cluster."""
    stability: Score
    pairs: Floats
    note: str

    @property
    def name(self) -> str:
        return f"{self.kind}{ON_CODE if self.coded else ''}"


@dataclass(frozen=True)
class Chosen:
    """All that was tried, the best of it, and whether it is clusters at all, in a sentence."""

    tried: tuple[Tried, ...]
    best: Tried
    found: bool
    sentence: str


def choose(x: Floats, seed: int, between: Callable[[], None] = lambda: None) -> Chosen:
    """Search 1 to MOST clusters of the rows x (n, d), where they are WIDE also of their code.

    The gap against rows without any says whether there is more than one cluster, and how many round ones; the BIC how
    many components of a mixture. What is the most stable is taken where it is STABLE.
    """
    if len(x) > ROWS:
        x = x[np.random.default_rng(seed).choice(len(x), ROWS, replace=False)]
    tried = [
        each for coded in (False, True)[: 2 if x.shape[1] > WIDE else 1] for each in _tried(x, coded, seed, between)
    ]
    best = max(tried, key=lambda each: (each.more, round(each.stability.value, 2)))
    numbers = f"stability {best.stability.value:.2f} with {best.k} clusters ({best.name})"
    if not best.more:
        said = f"No stable clusters: rows without any cluster lie as close to one center as these do ({numbers})."
        return Chosen(tuple(tried), best, False, said)
    if best.stability.value < STABLE:
        said = f"No stable clusters: other samples of the rows give other ones ({numbers}, {STABLE:g} is needed)."
        return Chosen(tuple(tried), best, False, said)
    said = f"{best.k} clusters ({best.name}) come again in other samples of the rows ({numbers})."
    return Chosen(tuple(tried), best, True, said)


def _tried(x: Floats, coded: bool, seed: int, between: Callable[[], None]) -> list[Tried]:
    """Both kinds with the numbers of clusters that gap and BIC ask for, on the rows or on their code."""
    z = code_of(x).of(x) if coded else x
    ks = list(range(1, max(2, min(MOST, len(x) // EACH)) + 1))
    gap, error = gaps(z, ks, seed, between=between)
    bics = [fit("mixture", z, k, seed).bic or 0.0 for k in ks]
    round_ones, components = by_gap(ks, gap, error), ks[int(np.argmin(bics))]
    found = []
    for kind, wanted in zip(KINDS, (round_ones, components), strict=True):
        for k in sorted({max(2, wanted), max(2, round_ones)}):
            pairs = stability(kind, x, k, seed, between=between, coded=coded)
            place = ks.index(k)
            note = f"gap {gap[place]:.3f} ± {error[place]:.3f}" if kind == "k-means" else f"BIC {bics[place]:,.0f}"
            found.append(Tried(kind, k, coded, round_ones > 1, told(pairs, len(x), HOW), pairs, note))
    return found

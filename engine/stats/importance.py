"""Which hyperparameters moved the score of a search, and how surely that can be told from so few trials."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.ensemble import RandomForestRegressor

from engine.search.results import Importance
from engine.stats.arrays import Array, Floats

FEWEST = 10
"""Trials with a score below which nothing is told."""
REPLICATES = 40
TREES = 32
LEAST_EXPLAINED = 0.05
"""Share of the variance of scores that the forest must foretell of trials it has not seen."""


def importances(
    values: Sequence[Mapping[str, float | int | str | bool]], scores: Sequence[float], seed: int = 1
) -> tuple[tuple[Importance, ...], str]:
    """Share of the variance of the scores that each hyperparameter explains by itself, the largest first; or why not.

    The variance of the main effects of a random forest over the trials, as in functional analysis of variance (Hutter,
    Hoos and Leyton-Brown, 2014), with 95 % percentiles over forests on bootstrap samples of the trials. What did not
    vary is left out; a hyperparameter that a trial does not have counts as a value of its own.
    """
    y = np.asarray(scores, dtype=np.float64)
    names = list(dict.fromkeys(key for each in values for key in each))
    x = (
        np.stack([_column([each.get(name) for each in values]) for name in names], axis=1)
        if names
        else np.empty((0, 0))
    )
    varying = [at for at in range(len(names)) if np.ptp(x[:, at]) > 0] if len(x) else []
    if len(y) < FEWEST:
        return (), f"cannot tell which hyperparameters matter from {len(y)} trials: {FEWEST} are needed"
    if not varying or np.ptp(y) == 0:
        return (), "cannot tell which hyperparameters matter: the trials do not differ"
    x = x[:, varying]
    whole = _forest(seed, out_of_bag=True).fit(x, y)
    if not whole.oob_score_ >= LEAST_EXPLAINED:
        return (), f"cannot tell which hyperparameters matter: {len(y)} trials do not foretell each other's scores"
    draw = np.random.default_rng(seed)
    found = np.stack([_shares(x, y, draw, number) for number in range(REPLICATES)])
    low, high = np.quantile(found, [0.025, 0.975], axis=0)
    told = [
        Importance(name=names[at], share=float(mean), low=float(lowest), high=float(highest))
        for at, mean, lowest, highest in zip(varying, found.mean(axis=0), low, high, strict=True)
    ]
    return tuple(sorted(told, key=lambda each: -each.share)), ""


def _shares(x: Array, y: Array, draw: np.random.Generator, number: int) -> Floats:
    """Shares (d,) of the main effects in what one forest on a bootstrap sample says over the trials."""
    rows = draw.integers(0, len(y), len(y))
    forest = _forest(number).fit(x[rows], y[rows])
    total = float(forest.predict(x).var())
    if total <= 0:
        return np.zeros(x.shape[1])
    found = []
    for at in range(x.shape[1]):
        grid = np.repeat(x[None], len(x), axis=0)
        grid[:, :, at] = x[:, at][:, None]
        means = forest.predict(grid.reshape(-1, x.shape[1])).reshape(len(x), len(x)).mean(axis=1)
        found.append(means.var() / total)
    return np.asarray(np.clip(found, 0.0, 1.0), dtype=np.float64)


def _forest(seed: int, out_of_bag: bool = False) -> RandomForestRegressor:
    trees = 4 * TREES if out_of_bag else TREES
    return RandomForestRegressor(trees, min_samples_leaf=2, random_state=seed, oob_score=out_of_bag, n_jobs=1)


def _column(values: Sequence[float | int | str | bool | None]) -> Floats:
    """Numbers as they are, words by their place in the alphabet, below all of them what is not there."""
    if any(isinstance(value, str) for value in values):
        words = sorted({str(value) for value in values if value is not None})
        return np.array([-1.0 if value is None else float(words.index(str(value))) for value in values])
    known = [float(value) for value in values if value is not None]
    absent = min(known, default=0.0) - 1.0
    return np.array([absent if value is None else float(value) for value in values])

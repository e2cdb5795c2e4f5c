"""Making probabilities mean what they say: fits that JSON can hold, how far off they are, and another prevalence."""

from typing import Any

import numpy as np
from scipy import optimize

from engine.stats import resampling
from engine.stats.arrays import Array, Floats
from engine.values import Score

Params = dict[str, Any]
"""{"method": "none"}, {"method": "platt", "slope", "intercept"} or {"method": "isotonic", "x": [...], "y": [...]}."""

MANY_POSITIVES = 1000
"""From so many positives on the free shape of an isotonic fit is worth its variance."""
EDGE = 1e-7
"""Probabilities are kept this far from 0 and 1 before taking their logit."""
BINS = 10
CHANCE = 0.975
"""A calibration error below this quantile of what perfect probabilities show may be none."""
REPLICATES = 1000


def _logit(p: Array) -> Floats:
    kept = np.clip(np.asarray(p, dtype=np.float64), EDGE, 1 - EDGE)
    return np.asarray(np.log(kept) - np.log1p(-kept), dtype=np.float64)


def _sigmoid(z: Floats) -> Floats:
    return np.asarray(1 / (1 + np.exp(-np.clip(z, -500, 500))), dtype=np.float64)


def platt(y: Array, p: Array) -> Params:
    """Logistic fit of 0/1 targets on the logit of p (n,), with Platt's (1999) softened targets; Newton's method."""
    n_pos = float((np.asarray(y) == 1).sum())
    n_neg = len(y) - n_pos
    target = np.where(np.asarray(y) == 1, (n_pos + 1) / (n_pos + 2), 1 / (n_neg + 2))
    design = np.column_stack([_logit(p), np.ones(len(y))])

    def loss(beta: Floats) -> float:
        z = design @ beta
        return float((np.logaddexp(0, z) - target * z).sum())

    def slope(beta: Floats) -> Floats:
        return np.asarray(design.T @ (_sigmoid(design @ beta) - target), dtype=np.float64)

    fit = optimize.minimize(loss, np.array([1.0, 0.0]), jac=slope, method="BFGS", options={"gtol": 1e-8 * len(y)})
    return {"method": "platt", "slope": float(fit.x[0]), "intercept": float(fit.x[1])}


def isotonic(y: Array, p: Array) -> Params:
    """Best rising step fit (pool adjacent violators) as the corners of a broken line.

    Ends are kept 1 / (n + 2) from 0 and 1, so that no finite sample makes a prediction certain.
    """
    scores, codes, counts = np.unique(np.asarray(p, dtype=np.float64), return_inverse=True, return_counts=True)
    means = np.bincount(codes.ravel(), weights=np.asarray(y, dtype=np.float64)) / counts
    fitted = optimize.isotonic_regression(means, weights=counts).x
    corner = np.ones(len(scores), dtype=bool)
    corner[1:-1] = (fitted[1:-1] != fitted[:-2]) | (fitted[1:-1] != fitted[2:])
    edge = 1 / (len(y) + 2)
    return {"method": "isotonic", "x": scores[corner].tolist(), "y": np.clip(fitted[corner], edge, 1 - edge).tolist()}


def choose(y: Array, p: Array) -> Params:
    """The fit that so many positives allow: Platt below MANY_POSITIVES, isotonic from there, none with one class."""
    positives = int((np.asarray(y) == 1).sum())
    if positives == 0 or positives == len(y):
        return {"method": "none"}
    return platt(y, p) if positives < MANY_POSITIVES else isotonic(y, p)


def apply(params: Params, p: Array) -> Floats:
    """Calibrated probabilities (n,). Errors: ValueError for an unknown method."""
    p = np.asarray(p, dtype=np.float64)
    match params["method"]:
        case "none":
            return p
        case "platt":
            return _sigmoid(params["slope"] * _logit(p) + params["intercept"])
        case "isotonic":
            return np.asarray(np.interp(p, params["x"], params["y"]), dtype=np.float64)
    raise ValueError(f"unknown calibration method {params['method']!r}")


def expected_calibration_error(
    y: Array, p: Array, bins: int = BINS, seed: int = 1, how: str = "", weights: Array | None = None
) -> Score:
    """Mean gap between stated and seen frequency over bins of equal weight, 0 to 1, with its 95 % bootstrap interval.

    The plain estimate is above 0 even for perfect probabilities, so the bootstrap's own excess is taken off, and the
    interval reaches 0 where targets drawn from p itself would show as large a gap (Bröcker and Smith, 2007).
    For p (n, k) it is the confidence of the named class against how often that is right.
    """
    y, p = np.asarray(y), np.asarray(p, dtype=np.float64)
    if p.ndim == 2:
        y, p = (p.argmax(axis=1) == y).astype(np.float64), p.max(axis=1)
    n = len(y)
    order = np.argsort(p, kind="stable")
    y, p = np.asarray(y, dtype=np.float64)[order], p[order]
    weight = np.ones(n) if weights is None else np.asarray(weights, dtype=np.float64)[order]
    upto, total = np.cumsum(weight), float(weight.sum())
    edges = np.searchsorted(upto, np.linspace(0, total, min(bins, n), endpoint=False)[1:], side="right")
    starts = np.unique([0, *edges])

    def error(weighted_gaps: Floats) -> Floats:
        return np.asarray(np.abs(np.add.reduceat(weighted_gaps, starts, axis=1)).sum(axis=1), dtype=np.float64)

    gaps: Floats = weight * (y - p) / total
    plain = float(error(gaps[None, :])[0])
    rng = np.random.default_rng(seed)
    replicates, perfect = [], []
    for times in resampling.draws(n, resampling.replicates_for(n, REPLICATES), rng):
        replicates.append(error(times * gaps) / (times @ weight / total))
        drawn = (rng.random(times.shape) < p).astype(np.float64)
        perfect.append(error(weight * (drawn - p[None, :]) / total))
    found = np.concatenate(replicates)
    excess = float(found.mean()) - plain
    low, high = resampling.interval(plain, found, n) or (None, None)
    if low is not None and high is not None:
        by_chance = plain <= np.quantile(np.concatenate(perfect), CHANCE)
        low, high = 0.0 if by_chance else max(0.0, low - 2 * excess), max(0.0, high - excess)
    name = ", ".join(part for part in (how, f"{len(starts)} equal bins, bias-corrected bootstrap") if part)
    return Score(metric="calibration_error", value=max(0.0, plain - excess), low=low, high=high, n=n, how=name)


def prevalence_shift(p: Array, pi_from: float, pi_to: float) -> Floats:
    """Probabilities of the positive class when its share goes from `pi_from` to `pi_to` (Saerens and others, 2002).

    Holds while the classes themselves look the same. Errors: ValueError for a share that is not inside 0 to 1.
    """
    if not (0 < pi_from < 1 and 0 < pi_to < 1):
        raise ValueError("pi_from and pi_to must lie between 0 and 1")
    p = np.asarray(p, dtype=np.float64)
    yes, no = p * pi_to / pi_from, (1 - p) * (1 - pi_to) / (1 - pi_from)
    return np.asarray(yes / (yes + no), dtype=np.float64)

"""95 % intervals of shares and of every metric."""

from math import exp, log, sqrt
from statistics import NormalDist

import numpy as np
from scipy import optimize, stats

from engine.errors import UserError
from engine.stats import resampling
from engine.stats.arrays import Array, Floats
from engine.stats.metrics import Metric, checked, named, right
from engine.stats.planning import rule_of_three
from engine.stats.power import hanley_mcneil_se
from engine.values import Score

__all__ = ["auc_interval", "clopper_pearson", "delong_parts", "newcombe_auc", "rule_of_three", "score", "wilson"]

LEVEL = 0.95
REPLICATES = 1000
FEW_OF_CLASS = 20
"""Below so many rows in the smaller class DeLong's interval of one AUC covers too seldom: Newcombe's is used."""


def wilson(k: float, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Score interval of a share, k of n rows (Wilson, 1927)."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    share, scale = k / n, 1 + z**2 / n
    centre = (share + z**2 / (2 * n)) / scale
    half = z * sqrt(share * (1 - share) / n + z**2 / (4 * n**2)) / scale
    return (0.0 if k <= 0 else max(0.0, centre - half)), (1.0 if k >= n else min(1.0, centre + half))


def clopper_pearson(k: int, n: int, level: float = LEVEL) -> tuple[float, float]:
    """Exact interval of a share, k of n rows (Clopper and Pearson, 1934)."""
    tail = (1 - level) / 2
    low = 0.0 if k == 0 else float(stats.beta.ppf(tail, k, n - k + 1))
    high = 1.0 if k == n else float(stats.beta.ppf(1 - tail, k + 1, n - k))
    return low, high


def delong_parts(y: Array, scores: Array) -> tuple[Floats, Floats]:
    """AUCs (m,) of m score vectors (m, n) on the same rows and their covariance (m, m).

    DeLong, DeLong and Clarke-Pearson (1988) by midranks (Sun and Xu, 2014): O(m n log n). Needs two rows of each class.
    """
    positive = np.asarray(y) == 1
    n_pos, n_neg = int(positive.sum()), int((~positive).sum())
    among_all = stats.rankdata(scores, axis=1)
    among_pos = stats.rankdata(scores[:, positive], axis=1)
    among_neg = stats.rankdata(scores[:, ~positive], axis=1)
    v10 = (among_all[:, positive] - among_pos) / n_neg
    v01 = 1 - (among_all[:, ~positive] - among_neg) / n_pos
    covariance = np.atleast_2d(np.cov(v10)) / n_pos + np.atleast_2d(np.cov(v01)) / n_neg
    return np.asarray(v10.mean(axis=1), dtype=np.float64), np.asarray(covariance, dtype=np.float64)


def newcombe_auc(auc: float, n_pos: int, n_neg: int, level: float = LEVEL) -> tuple[float, float]:
    """Score-type interval of an AUC that holds at 0 and 1 and with few rows (Newcombe, 2006, method 5)."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    each = (n_pos + n_neg) / 2

    def excess(true: float) -> float:
        return (auc - true) ** 2 - (z * hanley_mcneil_se(true, each, each)) ** 2 * each**2 / (n_pos * n_neg)

    edge = 1e-9  # At 0 and 1 themselves the variance is 0, which is a root that is not wanted.
    low = 0.0 if auc <= edge else float(optimize.brentq(excess, edge / 10, min(auc, 1 - edge)))
    high = 1.0 if auc >= 1 - edge else float(optimize.brentq(excess, max(auc, edge), 1 - edge / 10))
    return low, high


def auc_interval(y: Array, p: Array, level: float = LEVEL) -> tuple[float, float, str]:
    """Interval of an AUC and its name: DeLong on the logit scale (Pepe, 2003), Newcombe's with few rows of a class."""
    n_pos = int((y == 1).sum())
    n_neg = len(y) - n_pos
    if min(n_pos, n_neg) < FEW_OF_CLASS:
        return (*newcombe_auc(named("roc_auc").compute(y, p), n_pos, n_neg, level), "Newcombe")
    aucs, covariance = delong_parts(y, p[None, :])
    auc, se = float(aucs[0]), sqrt(max(float(covariance[0, 0]), 0.0))
    if se == 0 or auc in (0.0, 1.0):
        return (*newcombe_auc(auc, n_pos, n_neg, level), "Newcombe")
    z = NormalDist().inv_cdf(0.5 + level / 2)
    centre, half = log(auc / (1 - auc)), z * se / (auc * (1 - auc))
    return 1 / (1 + exp(half - centre)), 1 / (1 + exp(-half - centre)), "DeLong"


def score(
    metric_name: str,
    y: Array,
    p: Array,
    *,
    how: str,
    groups: Array | None = None,
    time_ordered: bool = False,
    weights: Array | None = None,
    seed: int = 1,
) -> Score:
    """A metric on all rows with its 95 % interval, in its unit; `how` says which rows, the method is appended.

    Wilson for accuracy, DeLong for AUC, bootstrap for the rest; whole `groups` (n,) are drawn where given, moving
    blocks where the rows are ordered in time; by the bootstrap, too, where rows have `weights` (n,), which the
    replicates keep. The interval is None where it cannot be told. Errors: UserError where the metric is undefined on
    these rows or a prediction is not finite.
    """
    metric = named(metric_name)
    y, p = checked(metric, y, p)
    groups = metric.units(y, groups)
    value = metric.compute(y, p, weights)
    if not np.isfinite(value):
        raise UserError(
            f"{metric_name} cannot be told on these {len(y)} rows because the target does not vary there: "
            "score more rows or choose another split."
        )
    low, high, method = _interval(metric, value, y, p, groups, time_ordered, weights, seed)
    return Score(
        metric=metric_name,
        value=value,
        low=low,
        high=high,
        n=len(y),
        how=", ".join(part for part in (how, method) if part),
    )


def _interval(
    metric: Metric,
    value: float,
    y: Array,
    p: Array,
    groups: Array | None,
    time_ordered: bool,
    weights: Array | None,
    seed: int,
) -> tuple[float | None, float | None, str]:
    n = len(y)
    block = resampling.block_length(n) if time_ordered and groups is None else None
    if groups is None and block is None and weights is None:
        if metric.name == "accuracy":
            return (*wilson(float(right(y, p).sum()), n), "Wilson interval")
        if metric.name == "roc_auc":
            low, high, method = auc_interval(y, p)
            return low, high, f"{method} interval"
    rng = np.random.default_rng(seed)
    wanted = resampling.replicates_for(n, REPLICATES)
    chunks = resampling.draws(n, wanted, rng, groups=groups, block=block)
    own = 1.0 if weights is None else weights
    replicates = np.concatenate([metric.weighted(y, p, drawn * own) for drawn in chunks])
    units = resampling.unit_count(n, groups, block)
    kind = f"bootstrap of {units} groups" if groups is not None else "block bootstrap" if block else "bootstrap"
    if weights is not None:
        # Repeats of a row, and rows of a group, are no more evidence than the row or the group.
        of = weights if groups is None else np.bincount(np.unique(groups, return_inverse=True)[1].ravel(), weights)
        drawn_as = "rows" if groups is None else "groups"
        kind = f"weighted, {of.sum() ** 2 / (of**2).sum():,.0f} effective {drawn_as}, {kind}"
    ends = resampling.interval(value, replicates, units)
    if ends is None:
        return None, None, "no interval: nothing varies"
    return *ends, f"{kind} interval"

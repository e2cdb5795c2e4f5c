"""The elementary paired tests: each gives a difference (above 0: the first is better), its interval and its p."""

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy import stats

from engine.errors import UserError
from engine.stats import resampling
from engine.stats.arrays import Array, Bools, Floats
from engine.stats.intervals import delong_parts, newcombe_auc
from engine.stats.metrics import checked, named
from engine.stats.power import ALPHA, Z

REPLICATES = 2000


@dataclass(frozen=True, slots=True)
class Difference:
    """What one paired test found: `difference` > 0 means the first is better; 95 % `low`, `high`; two-sided `p`."""

    test: str
    difference: float
    low: float
    high: float
    p: float


def mcnemar_midp(only_a: int, only_b: int) -> float:
    """Two-sided mid-p of McNemar's test; `only_a`, `only_b`: rows that only one gets right (Fagerland 2013)."""
    n, fewer = only_a + only_b, min(only_a, only_b)
    if n == 0:
        return 1.0
    return min(1.0, float(2 * stats.binom.cdf(fewer, n, 0.5) - stats.binom.pmf(fewer, n, 0.5)))


def accuracy_difference(right_a: Bools, right_b: Bools) -> Difference:
    """Difference of two accuracies on the same rows: McNemar mid-p, interval of Bonett and Price (2012)."""
    n = len(right_a)
    only_a, only_b = int((right_a & ~right_b).sum()), int((right_b & ~right_a).sum())
    share_a, share_b = (only_a + 1) / (n + 2), (only_b + 1) / (n + 2)
    half = Z * sqrt((share_a + share_b - (share_a - share_b) ** 2) / (n + 2))
    centre = share_a - share_b
    return Difference(
        "McNemar mid-p", (only_a - only_b) / n, centre - half, centre + half, mcnemar_midp(only_a, only_b)
    )


def delong(y: Array, a: Array, b: Array) -> Difference:
    """Difference of two AUCs on the same rows (DeLong, DeLong and Clarke-Pearson, 1988); `a`, `b`: scores (n,).

    An AUC of exactly 0 or 1 shows no variance, so Newcombe's (2006) is taken there; with fewer than two rows in a class
    nothing can be told: interval -1 to 1, p = 1.
    """
    n_pos = int((y == 1).sum())
    n_neg = len(y) - n_pos
    auc = named("roc_auc")
    if min(n_pos, n_neg) < 2:
        return Difference("DeLong (too few rows of one class)", auc.compute(y, a) - auc.compute(y, b), -1.0, 1.0, 1.0)
    aucs, covariance = delong_parts(y, np.stack([a, b]))
    variance = float(covariance[0, 0] + covariance[1, 1] - 2 * covariance[0, 1])
    difference = float(aucs[0] - aucs[1])
    if difference:
        variance += sum(_variance_at_edge(float(each), n_pos, n_neg) for each in aucs)
    se = sqrt(max(variance, 0.0))
    p = float(2 * stats.norm.sf(abs(difference) / se)) if se > 0 else 1.0
    return Difference("DeLong", difference, difference - Z * se, difference + Z * se, p)


def _variance_at_edge(auc: float, n_pos: int, n_neg: int) -> float:
    if 0 < auc < 1:
        return 0.0
    low, high = newcombe_auc(auc, n_pos, n_neg)
    return ((high - low) / Z) ** 2


def paired_bootstrap(
    metric_name: str,
    y: Array,
    a: Array,
    b: Array,
    groups: Array | None = None,
    B: int = REPLICATES,
    seed: int = 1,
    block: int | None = None,
    weights: Array | None = None,
) -> Difference:
    """Difference of any metric on the same rows by the paired bootstrap of rows, whole groups, or moving blocks.

    Rows may have `weights` (n,), which the replicates keep. Expanded percentile interval (Hesterberg, 2015); replicates
    in which the metric is undefined are left out. Errors: UserError where a prediction is not finite or lengths differ.
    """
    metric = named(metric_name)
    y, a = checked(metric, y, a)
    _, b = checked(metric, y, b)
    n = len(y)
    rng = np.random.default_rng(seed)
    chunks = resampling.draws(n, resampling.replicates_for(n, B), rng, groups=groups, block=block)
    own = 1.0 if weights is None else weights
    drawn = (counts * own for counts in chunks)
    replicates = metric.sign * np.concatenate([metric.weighted(y, a, w) - metric.weighted(y, b, w) for w in drawn])
    difference = metric.sign * (metric.compute(y, a, weights) - metric.compute(y, b, weights))
    units = resampling.unit_count(n, groups, block)
    ends = resampling.interval(difference, replicates, units) or (difference, difference)
    kind = f"paired bootstrap of {units} groups" if groups is not None else "paired bootstrap"
    kind = f"paired bootstrap of blocks of {block} rows" if block and groups is None else kind
    kind = f"weighted {kind}" if weights is not None else kind
    return Difference(kind, difference, *ends, resampling.p_value(difference, replicates, units))


def nadeau_bengio(differences_per_fold: Array, n_test: float, n_train: float) -> Difference:
    """Corrected resampled t of the per-fold differences (Nadeau and Bengio, 2003): folds share training rows.

    Variance · (1 / folds + n_test / n_train), folds - 1 degrees of freedom. Needs two folds.
    """
    found = np.asarray(differences_per_fold, dtype=np.float64)
    folds = len(found)
    mean, se = float(found.mean()), float(found.std(ddof=1)) * sqrt(1 / folds + n_test / n_train)
    return by_t("Nadeau-Bengio corrected t", mean, se, folds - 1)


def diebold_mariano(loss_a: Array, loss_b: Array, horizon: int = 1) -> Difference:
    """Difference of mean losses (n,) of two forecasts, in time order, in the loss's unit: b's minus a's.

    Diebold and Mariano (1995) with the small-sample correction of Harvey, Leybourne and Newbold (1997) and an error
    that holds under autocorrelation, see `long_run_error`.
    """
    gaps = np.asarray(loss_b, dtype=np.float64) - np.asarray(loss_a, dtype=np.float64)
    return by_t("Diebold-Mariano", float(gaps.mean()), *long_run_error(gaps, horizon))


def long_run_error(gaps: Floats, horizon: int = 1) -> tuple[float, int]:
    """Standard error of the mean of a series (n,) whose neighbours are related, and its degrees of freedom.

    Equal-weighted cosine estimate with 0.4 n^(2/3) terms (Lazarus, Lewis, Stock and Watson, 2018): under
    autocorrelation its t test keeps its size where a kernel with normal quantiles does not.
    Errors: UserError for a series too short.
    """
    n = len(gaps)
    if n < 2 * horizon or n < 4:
        raise UserError(
            f"{n} rows in time order are too few for a horizon of {horizon}: score at least {2 * horizon + 2}."
        )
    terms = max(2, int(min(0.4 * n ** (2 / 3), n / (2 * horizon))))
    waves = np.cos(np.pi * np.outer(np.arange(1, terms + 1), np.arange(n) + 0.5) / n)
    variance = float(((waves @ gaps) ** 2).mean()) * 2 / n
    small = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n
    return sqrt(variance / n / small), terms


def by_t(test: str, difference: float, se: float, df: int) -> Difference:
    """A difference with a standard error and its degrees of freedom, tested by Student's t."""
    half = float(stats.t.ppf(1 - ALPHA / 2, df)) * se
    p = float(2 * stats.t.sf(abs(difference) / se, df)) if se > 0 else (1.0 if difference == 0 else 0.0)
    return Difference(test, difference, difference - half, difference + half, p)


def holm(p_values: Array) -> Floats:
    """p values adjusted for the number of tests, in the given order (Holm, 1979)."""
    p = np.asarray(p_values, dtype=np.float64)
    order = np.argsort(p, kind="stable")
    stepped = np.maximum.accumulate(p[order] * np.arange(len(p), 0, -1))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(stepped, 1.0)
    return adjusted

"""Which of two predictors is better on the same rows: the test that fits the case, and what follows from it."""

from math import ceil
from typing import Literal

import numpy as np

from engine.errors import UserError
from engine.stats import resampling
from engine.stats.arrays import Array
from engine.stats.differences import (
    Difference,
    accuracy_difference,
    by_t,
    delong,
    diebold_mariano,
    holm,
    long_run_error,
    mcnemar_midp,
    nadeau_bengio,
    paired_bootstrap,
)
from engine.stats.metrics import Metric, checked, labels, named
from engine.stats.power import ALPHA, POWER_FACTOR, Z
from engine.values import Comparison

__all__ = [
    "Difference",
    "accuracy_difference",
    "compare",
    "delong",
    "diebold_mariano",
    "holm",
    "judge",
    "mcnemar_midp",
    "nadeau_bengio",
    "paired_bootstrap",
]

Judgement = Literal["beats", "not shown", "refuted", "underpowered"]


def compare(
    metric_name: str,
    y: Array,
    a: Array,
    b: Array,
    *,
    delta: float,
    folds: Array | None = None,
    groups: Array | None = None,
    time_ordered: bool = False,
    horizon: int = 1,
    repeats: int = 1,
    weights: Array | None = None,
    seed: int = 1,
) -> Comparison:
    """Paired comparison of predictions `a` and `b` of the same rows; `difference` > 0 means a is better (losses too).

    McNemar mid-p for accuracy, DeLong for AUC, paired bootstrap for the rest; whole `groups` (n,) are drawn where
    given. Rows in time order: Diebold-Mariano for mae, rmse and other means of rows, moving blocks for the rest. With
    `folds` (n,) (each row's fold) the wider of that test on all out-of-fold rows and Nadeau-Bengio's corrected t is
    reported, and `test` names both. `repeats` > 1: the rows are that many passes over the same rows in the same order,
    stacked, with fold ids of their own. `delta` is the gain that matters, in the metric's unit; `rows_needed` counts
    distinct rows. Rows with `weights` (n,) are compared by the paired bootstrap, of moving blocks where ordered in
    time. Errors: UserError where the metric is undefined on the rows, a prediction is not finite, or rows are too few.
    """
    metric = named(metric_name)
    y, a = checked(metric, y, a)
    _, b = checked(metric, y, b)
    groups = metric.units(y, groups)
    if not np.isfinite(metric.compute(y, a, weights) - metric.compute(y, b, weights)):
        raise UserError(
            f"{metric_name} cannot be compared on these {len(y)} rows because the target does not vary there: "
            "score more rows or choose another split."
        )
    n = len(y) // repeats
    if n < 2 or (groups is not None and resampling.unit_count(n, groups) < 2):
        raise UserError(
            "Two predictors cannot be compared on fewer than two independent rows or groups: score more rows."
        )
    if repeats > 1 and groups is None:
        groups = np.tile(np.arange(n), repeats)
    found = _by_rows(metric, y, a, b, groups, horizon if time_ordered else None, weights, seed)
    if folds is not None and not time_ordered:
        over = _by_folds(metric, y, a, b, np.asarray(folds), n, weights)
        found = _wider(found, over) if over else found
    detectable = (found.high - found.low) / 2 * POWER_FACTOR / Z
    return Comparison(
        test=found.test,
        difference=found.difference,
        low=found.low,
        high=found.high,
        p=found.p,
        minimal_detectable=detectable,
        rows_needed=ceil(n * (detectable / delta) ** 2) if delta > 0 else None,
    )


def judge(comparison: Comparison, delta: float) -> tuple[Judgement, str]:
    """What the comparison lets one say (D4), and the sentence with its numbers; `delta` in the metric's unit.

    "beats": interval above 0 and p below .05; "refuted": a gain of `delta` lies outside the interval; "underpowered":
    the rows could not have shown `delta`; else "not shown".
    """
    c = comparison
    numbers = f"difference {c.difference:+.4g}, 95 % interval {c.low:+.4g} to {c.high:+.4g}, p = {c.p:.2g}, {c.test}"
    if c.low > 0 and c.p < ALPHA:
        matters = "reaches" if c.difference >= delta else "is smaller than"
        return "beats", f"It is better beyond chance ({numbers}); the gain {matters} the {delta:.4g} that matters."
    if c.high < delta:
        return "refuted", f"A gain of the {delta:.4g} that matters is ruled out ({numbers})."
    if c.minimal_detectable is not None and c.minimal_detectable > delta:
        need = f"about {c.rows_needed:,} rows are needed" if c.rows_needed else "more rows are needed"
        seen = f"the smallest gain these rows could show is {c.minimal_detectable:.3g}"
        return "underpowered", f"Cannot tell: {seen}, and {delta:.4g} matters, so {need} ({numbers})."
    return "not shown", f"No gain is shown, though these rows could have shown {delta:.4g} ({numbers})."


def _by_rows(
    metric: Metric,
    y: Array,
    a: Array,
    b: Array,
    groups: Array | None,
    horizon: int | None,
    weights: Array | None,
    seed: int,
) -> Difference:
    """The test over rows; `horizon` in rows where they are ordered in time, else None."""
    if groups is not None or weights is not None:
        block = resampling.block_length(len(y), horizon) if groups is None and horizon is not None else None
        return paired_bootstrap(metric.name, y, a, b, groups, seed=seed, block=block, weights=weights)
    if horizon is not None:
        if metric.per_row is None:
            return paired_bootstrap(metric.name, y, a, b, seed=seed, block=resampling.block_length(len(y), horizon))
        return _forecasts(metric, y, a, b, horizon)
    if metric.name == "accuracy":
        return accuracy_difference(labels(a) == y, labels(b) == y)
    if metric.name == "roc_auc":
        return delong(y, a, b)
    return paired_bootstrap(metric.name, y, a, b, seed=seed)


def _forecasts(metric: Metric, y: Array, a: Array, b: Array, horizon: int) -> Difference:
    """Diebold-Mariano in the metric's own unit; the error of a root comes from its rows by the delta method."""
    assert metric.per_row is not None
    if not metric.root:
        return diebold_mariano(-metric.sign * metric.per_row(y, a), -metric.sign * metric.per_row(y, b), horizon)
    root_a, root_b = metric.compute(y, a), metric.compute(y, b)
    slopes = metric.per_row(y, b) / (2 * root_b or 1.0) - metric.per_row(y, a) / (2 * root_a or 1.0)
    return by_t("Diebold-Mariano", root_b - root_a, *long_run_error(slopes, horizon))


def _by_folds(
    metric: Metric, y: Array, a: Array, b: Array, folds: Array, n: int, weights: Array | None
) -> Difference | None:
    """The corrected t over folds, or None where a fold cannot be scored; n: distinct rows."""
    parts = [folds == fold for fold in np.unique(folds)]
    own = [None if weights is None else weights[k] for k in parts]
    gaps = np.array(
        [
            metric.sign * (metric.compute(y[k], a[k], w) - metric.compute(y[k], b[k], w))
            for k, w in zip(parts, own, strict=True)
        ]
    )
    if len(gaps) < 2 or not np.isfinite(gaps).all():
        return None
    n_test = len(folds) / len(gaps)
    return nadeau_bengio(gaps, n_test, n - n_test)


def _wider(rows: Difference, folds: Difference) -> Difference:
    """The difference over all rows with the more cautious ends and p of both tests."""
    return Difference(
        f"{rows.test} and {folds.test}, the more cautious",
        rows.difference,
        min(rows.low, folds.low),
        max(rows.high, folds.high),
        max(rows.p, folds.p),
    )

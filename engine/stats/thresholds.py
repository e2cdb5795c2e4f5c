"""From which probability on to say yes, what that costs, and how many go wrong per 1000 decisions.

A threshold t says yes to p >= t; every function here reads 0/1 targets `y` (n,) and probabilities `p` (n,).
"""

from dataclasses import dataclass

import numpy as np

from engine.errors import UserError
from engine.stats import resampling
from engine.stats.arrays import Array, Floats
from engine.stats.intervals import wilson
from engine.stats.metrics import CUT
from engine.stats.planning import rule_of_three
from engine.values import Score

PER = 1000
REPLICATES = 500
NEVER = 1.5
"""A threshold that no probability reaches."""


@dataclass(frozen=True, slots=True)
class CostThreshold:
    """The threshold of least cost; costs per 1000 decisions at the rows' own share of positives, in the costs' unit.

    `cost`: what to expect on new rows; `seen`: on the very rows it was chosen on; `always`, `never`: yes or no to all.
    """

    threshold: float
    cost: Score
    seen: float
    always: float
    never: float


def _candidates(y: Array, p: Array) -> tuple[Floats, Array, Array]:
    """Thresholds (c,) from "never" down to "always", the rows' order, and how many of them each says yes to."""
    order = np.argsort(-p, kind="stable")
    ranked = p[order]
    ends = np.flatnonzero(np.r_[np.diff(ranked) != 0, True])
    between = (ranked[ends[:-1]] + ranked[ends[:-1] + 1]) / 2
    # The middle of two neighbouring floats may round onto the lower one, which must stay a no.
    between = np.where(between > ranked[ends[:-1] + 1], between, ranked[ends[:-1]])
    return np.r_[NEVER, between, 0.0], order, np.r_[0, ends + 1]


def _costs(y: Array, order: Array, taken: Array, weights: Floats, cost_fp: float, cost_fn: float) -> Floats:
    """Total cost (b, c) of each candidate under b weightings of the rows."""
    ordered, positive = weights[:, order], y[order] == 1
    misses = (ordered * positive).sum(axis=1, keepdims=True)
    steps = np.cumsum(np.where(positive, -cost_fn, cost_fp) * ordered, axis=1)
    totals = cost_fn * misses + np.concatenate([np.zeros((len(weights), 1)), steps], axis=1)
    return np.asarray(totals[:, taken], dtype=np.float64)


def cost_threshold(
    y: Array,
    p: Array,
    cost_fp: float,
    cost_fn: float,
    seed: int = 1,
    how: str = "",
    weights: Array | None = None,
) -> CostThreshold:
    """The threshold of least cost on development (out-of-fold) rows, and the cost per 1000 to expect with it.

    Among equally cheap ones the nearest to cost_fp / (cost_fp + cost_fn), which is best for true probabilities (Elkan,
    2001). The expected cost is that of thresholds chosen on bootstrap samples, on the rows left out.
    Rows count by their `weights` (n,) where given. Errors: UserError for costs below 0 or both 0, or no rows.
    """
    y, p = np.asarray(y), np.asarray(p, dtype=np.float64)
    if cost_fp < 0 or cost_fn < 0 or cost_fp + cost_fn == 0:
        raise UserError("The costs of a false alarm and of a miss must be 0 or more, and not both 0: state them anew.")
    if len(y) == 0:
        raise UserError("A threshold cannot be chosen on no rows: give development rows with a known target.")
    thresholds, order, taken = _candidates(y, p)
    ideal = cost_fp / (cost_fp + cost_fn)
    own = np.ones(len(y)) if weights is None else weights
    per = PER / own.sum()
    seen = _costs(y, order, taken, own[None, :], cost_fp, cost_fn)[0]
    cheapest = np.flatnonzero(seen <= seen.min() + 1e-9 * max(cost_fp, cost_fn))
    best = int(cheapest[np.abs(thresholds[cheapest] - ideal).argmin()])
    rng, outside = np.random.default_rng(seed), []
    for drawn in resampling.draws(len(y), resampling.replicates_for(len(y), REPLICATES), rng):
        chosen = _costs(y, order, taken, drawn * own, cost_fp, cost_fn).argmin(axis=1)
        left = (drawn == 0) * own
        rows = np.flatnonzero(left.any(axis=1))
        costs = _costs(y, order, taken, left[rows], cost_fp, cost_fn)
        outside.append(PER * costs[np.arange(len(rows)), chosen[rows]] / left[rows].sum(axis=1))
    replicates = np.concatenate(outside)
    low, high = resampling.out_of_bag_interval(replicates) or (None, None)
    value = float(replicates.mean()) if len(replicates) else float(seen[best]) * per
    name = ", ".join(part for part in (how, "threshold chosen anew on each bootstrap sample") if part)
    return CostThreshold(
        threshold=float(thresholds[best]),
        cost=Score(metric="cost_per_1000", value=value, low=low, high=high, n=len(y), how=name),
        seen=float(seen[best]) * per,
        always=float(seen[-1]) * per,
        never=float(seen[0]) * per,
    )


def default_threshold(metric_name: str, y: Array, p: Array, weights: Array | None = None) -> tuple[float, str]:
    """A threshold where costs are unknown, and the rule that gave it, in words; rows count by their `weights` (n,)."""
    y, p = np.asarray(y), np.asarray(p, dtype=np.float64)
    own = np.ones(len(y)) if weights is None else weights
    n_pos, total = float(own[y == 1].sum()), float(own.sum())
    if 0 < n_pos < total and metric_name in ("f1", "average_precision", "balanced_accuracy"):
        thresholds, order, taken = _candidates(y, p)
        hits = np.r_[0, np.cumsum(own[order] * (y[order] == 1))][taken]
        said = np.r_[0, np.cumsum(own[order])][taken]
        if metric_name == "balanced_accuracy":
            gain, rule = hits / n_pos - (said - hits) / (total - n_pos), "balanced accuracy"
        else:
            gain, rule = 2 * hits / (n_pos + said), "F1"
        best = np.flatnonzero(gain >= gain.max() - 1e-12)
        nearest = best[np.abs(thresholds[best] - CUT).argmin()]
        return float(thresholds[nearest]), f"largest {rule} on the development rows; costs are not stated"
    return CUT, "more likely than not; costs are not stated"


def per_thousand(
    y: Array, p: Array, threshold: float, prevalence: float, weights: Array | None = None
) -> dict[str, Score]:
    """Misses ("fn") and false alarms ("fp") per 1000 decisions at a share of positives, with Wilson's 95 % intervals.

    `prevalence` is taken as known. An entry is left out where its class has no rows; where no error was seen the upper
    end is the rule of three's. Rows with `weights` (n,) count as their effective number (Kish, 1965). Errors:
    ValueError for a prevalence outside 0 to 1.
    """
    if not 0 <= prevalence <= 1:
        raise ValueError("prevalence must be a share from 0 to 1")
    y, yes = np.asarray(y) == 1, np.asarray(p, dtype=np.float64) >= threshold
    own = np.ones(len(y)) if weights is None else weights
    found = {}
    for name, rows, wrong, share in (("fn", y, y & ~yes, prevalence), ("fp", ~y, ~y & yes, 1 - prevalence)):
        total, squares, n = float(own[rows].sum()), float((own[rows] ** 2).sum()), int(rows.sum())
        if total == 0:
            continue
        worth = n if weights is None else max(1, round(total**2 / squares))
        rate = float(own[wrong].sum()) / total
        low, high = wilson(rate * worth, worth) if rate else (0.0, rule_of_three(worth))
        scale = PER * share
        counted = f"{int(wrong.sum())} of {n} rows" + ("" if weights is None else f", weighted as {worth}")
        how = f"{counted}, {'Wilson interval' if rate else 'rule of three'}, prevalence {prevalence:.3g}"
        found[name] = Score(
            metric=f"{name}_per_1000", value=scale * rate, low=scale * low, high=scale * high, n=n, how=how
        )
    return found

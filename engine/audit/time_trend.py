"""A target that moves with time: a random split then mixes past and future, and scores what no one will meet."""

from __future__ import annotations

import numpy as np
from scipy.stats import norm, rankdata

from engine.audit.effect import measure
from engine.audit.sample import class_word, places
from engine.detector import AuditData, Detector
from engine.values import Finding

SIGNIFICANT = 1e-4
"""Chance of such a trend without any, corrected for the columns and classes looked at."""

MOVED = 0.1
"""Change of a class's share from the first to the last third of time that is worth asking about."""

MOVED_AMOUNT = 0.5
"""The same for an amount, in standard deviations."""

ENOUGH = 100
MOST = 50_000


def look(data: AuditData) -> tuple[Finding, ...]:
    assert data.codes is not None
    columns = [name for name in data.frame.columns if name != data.target and _is_time(name, data)]
    rows = places(data, MOST)
    labels = np.unique(data.codes) if data.classes else np.array([np.nan])
    looks = max(1, len(columns) * len(labels))
    found = []
    for name in columns:
        stamps = data.frame[name].iloc[rows].to_numpy()
        known = ~np.isnat(stamps)
        if known.sum() < ENOUGH or len(np.unique(stamps[known])) < 3:
            continue
        order, codes = rankdata(stamps[known].astype(np.int64)), data.codes[rows][known]
        best = max(
            (trend_of(order, codes, label) for label in labels), key=lambda trend: abs(trend.moved) * trend.scale
        )
        if best.p * looks <= SIGNIFICANT and abs(best.moved) * best.scale >= 1:
            found.append(_finding(name, best, int(known.sum()), data))
    return tuple(found)


def _is_time(name: str, data: AuditData) -> bool:
    return name in data.columns and data.columns[name].kind == "date" and (name in data.names or name == data.time)


class Trend:
    """How far a class's share, or an amount's mean, moves from the first third of time to the last."""

    def __init__(self, label: float, first: np.ndarray, last: np.ndarray, p: float, unit: float) -> None:
        self.label, self.p = label, p
        self.before, self.after = float(first.mean()), float(last.mean())
        self.moved = self.after - self.before
        self.error = float(np.sqrt(first.var(ddof=1) / len(first) + last.var(ddof=1) / len(last)))
        self.scale = 1 / unit if unit else 0.0


def trend_of(order: np.ndarray, codes: np.ndarray, label: float) -> Trend:
    """The trend of one class or of an amount; its p from the rank correlation with time (Spearman, 1904)."""
    amount = np.isnan(label)
    y = codes if amount else (codes == label).astype(float)
    ranks = rankdata(y)
    spread = float(ranks.std() * order.std())
    rho = float(np.mean((ranks - ranks.mean()) * (order - order.mean()))) / spread if spread else 0.0
    p = float(2 * norm.sf(abs(rho) * np.sqrt(len(y) - 1)))
    cuts = np.quantile(order, [1 / 3, 2 / 3])
    unit = MOVED_AMOUNT * float(y.std()) if amount else MOVED
    return Trend(label, y[order <= cuts[0]], y[order >= cuts[1]], p, unit)


def _finding(name: str, trend: Trend, n: int, data: AuditData) -> Finding:
    low, high = trend.moved - 1.96 * trend.error, trend.moved + 1.96 * trend.error
    if np.isnan(trend.label):
        what = f"the mean of {data.target} moves from {trend.before:.4g} in the first third of {name} to "
        what += (
            f"{trend.after:.4g} in the last (by {trend.moved:.3g}, 95 % interval {low:.3g} to {high:.3g}, n = {n:,})"
        )
    else:
        word = f"{data.target} = {class_word(data, trend.label)}"
        what = f"the share of {word} moves from {trend.before:.1%} in the first third of {name} to {trend.after:.1%} "
        what += f"in the last (by {trend.moved:.1%}, 95 % interval {low:.1%} to {high:.1%}, n = {n:,})"
    settled = data.time is not None
    return Finding(
        detector="time_trend",
        columns=(name,),
        rows=n,
        sample=n,
        severity="note" if settled else "ask",
        evidence=what,
        proposal="the test holds the latest rows, which is right; expect the model to age"
        if settled
        else f"keep the latest rows by {name} for the test: a model is used on later rows than it learnt from",
        answers={} if settled else {"framing.time": name},
        effect=None if settled else measure(data, time=name),
    )


DETECTOR = Detector("time_trend", "Targets that move with time", True, look)

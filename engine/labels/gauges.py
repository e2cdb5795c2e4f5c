"""What generalisation comes from, measured: amount of rows, reliability of labels, quality of features."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats

from engine.audit import effect
from engine.audit.label_noise import WEAK, judged, noise_of
from engine.detector import AuditData
from engine.errors import UserError
from engine.labels.ratings import Ratings
from engine.labels.schema import Gauge, LearningCurve
from engine.stats import agreement as agreed
from engine.stats.association import parts
from engine.stats.drift import FALSE_DISCOVERY, benjamini_hochberg
from engine.stats.intervals import score

FEWEST = 50
"""Rows below which a gauge says that it cannot be told."""
RARE = 0.02
"""Share of rows below which the values of a column are counted together."""
TWICE = 2.0


def amount(curve: LearningCurve | None, unknown: str, rows: int) -> Gauge:
    """What twice as many rows would take off the error, from the learning curve."""
    unit = "lower error with twice the rows"
    twice = next((each for each in curve.foretold if each.rows >= TWICE * curve.rows), None) if curve else None
    if curve is None or twice is None or rows < FEWEST:
        why = unknown or f"{rows} rows are too few"
        return Gauge(name="amount", unit=unit, n=rows, sentence=f"cannot be told: {why}")
    today = curve.a + curve.b * curve.rows**-curve.c
    return Gauge(
        name="amount",
        unit=unit,
        n=curve.rows,
        value=twice.gain,
        low=twice.gain_low,
        high=twice.gain_high,
        sentence=f"of today's {today:.3g}, by the learning curve of {curve.model}",
    )


def reliability(data: AuditData | None, ratings: Ratings | None, seed: int) -> Gauge:
    """The share of wrong labels: by annotators who labelled the same items, else by what other rows contradict."""
    unit = "wrong labels"
    if ratings is not None:
        return _of_annotators(ratings, unit, seed)
    rows = 0 if data is None else len(data.frame)
    found = judged(data) if data is not None and rows >= FEWEST else None
    if found is None or found.strength < WEAK:
        why = "a model cannot tell these classes well enough" if found else "no classes, or too few rows of them"
        return Gauge(
            name="reliability", unit=unit, n=rows, sentence=f"cannot be told: {why}; let two people label 50 rows"
        )
    noise, low, high = noise_of(found, seed)
    return Gauge(
        name="reliability",
        unit=unit,
        n=len(found.rows),
        value=noise,
        low=low,
        high=high,
        sentence="labels that other rows contradict: wrong ones, or rows that the inputs cannot tell apart",
    )


def _of_annotators(ratings: Ratings, unit: str, seed: int) -> Gauge:
    items, classes = len(ratings.codes), max(len(ratings.labels), 2)
    share = agreed.agreement_share(ratings.codes)
    error = agreed.rater_error(share, classes)
    if items < FEWEST or error is None:
        why = f"{items} items are too few" if error is not None else f"annotators agree on {share:.0%}, as chance would"
        return Gauge(name="reliability", unit=unit, n=items, sentence=f"cannot be told: {why}")
    ends = agreed.interval(ratings.codes, agreed.agreement_share, seed)
    low, high = (agreed.rater_error(end, classes) for end in reversed(ends)) if ends else (None, None)
    return Gauge(
        name="reliability",
        unit=unit,
        n=items,
        value=error,
        low=low,
        high=high,
        sentence=f"of one annotator, as {ratings.codes.shape[1]} agree on {share:.0%} of pairs",
    )


def quality(data: AuditData | None) -> Gauge:
    """What the inputs tell of the target: score of a cheap model, columns that say anything, and missing cells."""
    unit = effect.METRICS.get(data.task or "", "score") if data is not None else "score"
    rows = 0 if data is None else len(data.frame)
    if data is None or data.codes is None or rows < FEWEST or not data.names or data.task not in effect.METRICS:
        return Gauge(name="features", unit=unit, n=rows, sentence="cannot be told: too few rows, or no target")
    places = np.arange(rows)
    if rows > effect.MOST:
        places = np.sort(np.random.default_rng(data.seed).choice(rows, effect.MOST, replace=False))
    frame, y = data.frame.iloc[places], data.codes[places]
    empty = float(frame[list(data.names)].isna().to_numpy().mean())
    telling = informative(frame, data.names, y, bool(data.classes))
    said = f"{telling} of {len(data.names)} columns say something of the target alone, {empty:.1%} of cells are missing"
    try:
        divided = effect.parts(data, places, y, None)
        told = effect.predicted(data, effect.matrix(frame, data.names[: effect.COLUMNS]), y, divided)
        known = np.isfinite(told.sum(axis=1))
        p = told[known] if told.shape[1] > 2 else told[known][:, -1]
        truth = y[known].astype(np.int64) if data.classes else y[known]
        found = score(unit, truth, p, seed=data.seed, how="")
    except UserError as error:
        return Gauge(name="features", unit=unit, n=len(places), sentence=f"{said}; no score: {error}")
    return Gauge(
        name="features", unit=unit, n=found.n, value=found.value, low=found.low, high=found.high, sentence=said
    )


def informative(frame: pd.DataFrame, names: tuple[str, ...], y: np.ndarray, classes: bool) -> int:
    """How many columns go together with the target at a false discovery rate of 5 %, gaps counting as a value.

    χ² of parts against classes, or Kruskal and Wallis's test of amounts between parts.
    """
    p_values = [_p(parts(frame[name]), y, classes) for name in names]
    return int((benjamini_hochberg(np.array(p_values)) <= FALSE_DISCOVERY).sum()) if p_values else 0


def _p(part: np.ndarray, y: np.ndarray, classes: bool) -> float:
    common = np.bincount(part) >= RARE * len(part)
    codes = np.unique(np.where(common[part], part, -1), return_inverse=True)[1]
    if codes.max() == 0:
        return 1.0
    if classes:
        table = np.zeros((codes.max() + 1, int(y.max()) + 1))
        np.add.at(table, (codes, y.astype(int)), 1)
        table = table[:, table.sum(axis=0) > 0]
        return float(stats.chi2_contingency(table, correction=False).pvalue) if table.shape[1] > 1 else 1.0
    return float(stats.kruskal(*(y[codes == code] for code in range(codes.max() + 1))).pvalue) if np.ptp(y) > 0 else 1.0

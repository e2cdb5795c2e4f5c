"""How lucky the best of the trials is, told after each of them: cheap enough for hundreds of trials."""

from __future__ import annotations

from math import sqrt

import numpy as np

from engine.jobs.context import Context
from engine.jobs.events import Luck
from engine.representative.separation import effective_size
from engine.stats.metrics import METRICS
from engine.stats.power import expected_max, optimism_light, optimism_of_best, spread_for, standard_error
from engine.steps import Plan
from engine.work.rows import Rows, folds, load_rows
from engine.work.scoring import Scored, scored

Array = np.ndarray

MORE = 10
"""Further trials for which the expected optimism is told beforehand."""


class LiveLuck:
    """Hears every finished trial once; the work for each grows with the rows, not with the trials before it."""

    def __init__(self, plan: Plan, rows: Rows, stacking: Scored) -> None:
        self._metric = METRICS[plan.metric.primary or ""]
        self._gain = plan.metric.gain or 0.0
        # One pass over the rows: stacked repeats would count every row several times.
        self._once = stacking.first_pass
        self._y = stacking.truth(rows)[self._once]
        self._classes, self._surprise = rows.classes, rows.kind.surprise
        self._weights = rows.weights_at(stacking.rows[self._once])
        # Uneven weights make a score less sure, as if there were fewer rows (Kish, 1965).
        self._wider = 1.0 if self._weights is None else sqrt(len(self._y) / effective_size(self._weights))
        self._total = np.zeros(len(self._y))
        self._squares = 0.0
        self._scores: list[float] = []

    def hear(self, predictions: Array) -> Luck:
        """Take the stacked predictions (m, …) of one more trial."""
        rows = self._by_row(predictions[self._once])
        spread = float(rows.std(ddof=1))
        if spread > 0:
            standard = (rows - rows.mean()) / spread
            self._total += standard
            self._squares += float(standard @ standard)
        self._scores.append(self._metric.compute(self._y, predictions[self._once], self._weights))
        k, n = len(self._scores), len(self._y)
        pairs = k * (k - 1) * (n - 1)
        correlation = (float(self._total @ self._total) - self._squares) / pairs if pairs else 1.0
        now = optimism_of_best(self._wider * self._error(rows), correlation, k)
        return luck(k, now, self._gain)

    def _error(self, rows: Array) -> float:
        """Standard error of one score: from its rows where it is their mean, else as its formula says of the best."""
        n, metric = self._metric.count(self._y), self._metric
        best = max(self._scores, key=lambda score: metric.sign * score)
        if metric.per_row is not None and not metric.root:
            return float(rows.std(ddof=1)) / sqrt(n)
        if self._classes:
            positives = float((self._y == self._classes - 1).sum())
            return standard_error(metric.name, n, positives, guess=best)
        return standard_error(
            metric.name, n, guess=best, spread=spread_for(metric.name, float(self._y.std()), float(self._y.mean()))
        )

    def _by_row(self, predictions: Array) -> Array:
        """How good each row's prediction is, as far as the metric tells it; else how wrong it is, squared."""
        if self._metric.per_row is not None:
            return np.asarray(self._metric.per_row(self._y, predictions), dtype=np.float64)
        return np.asarray(-(self._surprise(self._y, predictions) ** 2), dtype=np.float64)


def live(plan: Plan, context: Context) -> LiveLuck:
    """One that has heard nothing yet, of the development rows."""
    rows = load_rows(plan, context.project)
    return LiveLuck(plan, rows, scored(folds(plan, rows), plan.protocol.result.repeats if plan.protocol.result else 1))


def luck(trials: int, optimism: float, gain: float) -> Luck:
    """The event that tells an optimism of the best of so many trials, against the gain that matters."""
    later = optimism * expected_max(trials + MORE) / expected_max(trials) if trials > 1 else optimism
    return Luck(trials, optimism, later, optimism_light(optimism, gain))

"""Does the test agree with validation, and if not why; which rows and groups the model gets wrong."""

from __future__ import annotations

from math import sqrt
from typing import Literal

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.model_selection import cross_val_predict

from engine.errors import UserError
from engine.stats.catalogue import METRIC_INFO
from engine.stats.intervals import auc_interval, score
from engine.steps import Plan
from engine.steps.evaluation import Diagnosis, Slice, WorstCase
from engine.values import Score
from engine.work.rows import Rows

Array = np.ndarray

Z = 1.96
SHIFTED = 0.55
"""Lower end of the interval of the adversarial AUC from which two samples differ (METHODS D6)."""

FEW = 30
"""Rows below which a test can hardly contradict anything."""

MOST_ROWS = 20_000
SMALLEST_SLICE = 20
MOST_SLICES = 8
LONGEST = 120
"""Letters of an answer that are kept of a row: masks are far longer."""


def diagnose(promised: Score, test: Score, rows: Rows, sealed: Rows, opening: int) -> Diagnosis:
    """Compare the corrected validation score with the test: z of the gap, and the likeliest reason for a large one."""
    gap = promised.value - test.value
    if not METRIC_INFO[test.metric].greater_is_better:
        gap = -gap
    error = sqrt(_error(promised) ** 2 + _error(test) ** 2)
    if error == 0 or test.n < FEW:
        return Diagnosis(
            outcome="cannot tell",
            z=None,
            sentence=f"{test.n} test rows cannot confirm or contradict the validation score",
        )
    z = gap / error
    told = f"validation promised {promised.value:.4g}, the test says {test.value:.4g} (z = {z:+.1f})"
    if abs(z) <= Z:
        return Diagnosis(outcome="agrees", z=z, sentence=f"{told}: they agree")
    if z < 0:
        return Diagnosis(
            outcome="better than expected",
            z=z,
            sentence=f"{told}: better than promised. The final model learned from all {len(rows):,} development rows, "
            "the validated ones from fewer; if that does not explain it, look for sealed rows that resemble them",
        )
    low, auc = adversarial(rows, sealed)
    outcome: Literal["shift", "tuning overfit"]
    if low > SHIFTED:
        outcome, why = "shift", f"a classifier tells test rows from development rows (AUC {auc:.2f}): they differ"
    else:
        outcome, why = (
            "tuning overfit",
            "the rows look alike, so the search has learned its validation rows: use (iterated) k-fold and "
            "fresh test rows",
        )
    return Diagnosis(outcome=outcome, z=z, sentence=f"{told}: {why}")


def _error(found: Score) -> float:
    """Standard error out of a 95 % interval; 0 where there is none."""
    return 0.0 if found.low is None or found.high is None else (found.high - found.low) / (2 * Z)


def adversarial(rows: Rows, sealed: Rows) -> tuple[float, float]:
    """Lower end of the 95 % interval and value of the AUC that tells sealed from development rows, out of fold."""
    both = pd.concat([rows.inputs, sealed.inputs])
    label = np.r_[np.zeros(len(rows)), np.ones(len(sealed))]
    if len(both) > MOST_ROWS:
        chosen = np.random.default_rng(1).choice(len(both), MOST_ROWS, replace=False)
        both, label = both.iloc[chosen], label[chosen]
    numbers = np.column_stack([_numbers(both[name]) for name in both.columns])
    model = HistGradientBoostingClassifier(max_iter=50, random_state=1)
    said = cross_val_predict(model, numbers, label, cv=3, method="predict_proba")[:, 1]
    low, _, _ = auc_interval(label.astype(int), said)
    order = np.argsort(np.argsort(said))
    positives = label == 1
    n_pos, n_neg = positives.sum(), (~positives).sum()
    return low, float((order[positives].sum() - n_pos * (n_pos - 1) / 2) / (n_pos * n_neg))


def _numbers(column: pd.Series) -> Array:
    if pd.api.types.is_numeric_dtype(column):
        return np.asarray(column, dtype=float)
    if pd.api.types.is_datetime64_any_dtype(column):
        return np.asarray(column.astype("int64"), dtype=float)
    return np.asarray(pd.factorize(column)[0], dtype=float)


def worst_cases(test: Rows, predictions: Array, count: int) -> tuple[WorstCase, ...]:
    """The rows with the most confident errors."""
    wrong = test.kind.surprise(test.y, predictions)
    said, truth = test.code.decide(predictions), test.code.truth(test.y)
    return tuple(
        WorstCase(
            row=int(test.inputs.index[place]),
            truth=_word(truth[place]),
            said=_word(said[place]),
            surprise=float(wrong[place]),
        )
        for place in np.argsort(-wrong, kind="stable")[:count]
    )


def _word(value: object) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{name} {_word(each)}" for name, each in value.items())
    words = f"{value:.6g}" if isinstance(value, (float, np.floating)) else str(value)
    return words if len(words) <= LONGEST else f"{words[:LONGEST]} …"


def slices(plan: Plan, frame: pd.DataFrame, test: Rows, predictions: Array) -> tuple[Slice, ...]:
    """The score of each group of the columns named in framing, where it has enough rows."""
    metric, found = plan.metric.primary or "", []
    for column in plan.framing.fairness or ():
        for value, count in frame[column].value_counts().head(MOST_SLICES).items():
            chosen = (frame[column] == value).to_numpy()
            if count < SMALLEST_SLICE:
                continue
            try:
                own = score(
                    metric,
                    test.y[chosen],
                    predictions[chosen],
                    how=f"{column} = {value}",
                    weights=test.weights_at(chosen),
                )
            except UserError:
                continue
            found.append(Slice(column=column, value=str(value), score=own))
    return tuple(found)

"""What a finished search tells: the best trial, its score as read and corrected, and how lucky it is."""

from __future__ import annotations

from pathlib import Path

import msgspec
import numpy as np

from engine.jobs.context import Context
from engine.jobs.events import Luck
from engine.search.results import STOP, Best, Ensemble, TrialRow, TuningResult
from engine.search.trial import TrialResult, unit_name
from engine.stats.catalogue import METRIC_INFO
from engine.stats.importance import importances
from engine.stats.optimism import corrected_score, expected_optimism
from engine.steps import Plan
from engine.training.hyper import Hyper
from engine.work.ensemble import ensemble
from engine.work.luck import MORE, luck
from engine.work.rows import Rows, folds
from engine.work.scoring import Scored, score_stacked, scored
from engine.work.seeds import spread

Array = np.ndarray

OUT_OF_FOLD = "out_of_fold.npy"
"""Where a trial leaves its predictions, in its checkpoint folder."""


def conclude(
    plan: Plan, context: Context, rows: Rows, done: tuple[TrialResult, ...], with_score: list[TrialResult]
) -> TuningResult:
    """The best trial, its score as read, corrected and over seeds, how lucky it is, and whether an average beats it."""
    metric = METRIC_INFO[plan.metric.primary or ""]
    drawn = folds(plan, rows)
    stacking = scored(drawn, plan.protocol.result.repeats if plan.protocol.result else 1)
    sign = 1 if metric.greater_is_better else -1
    best = max(with_score, key=lambda each: sign * (each.score or 0.0))
    hyper = msgspec.convert(best.values, Hyper)
    # What trains in processes of its own comes first, as long as there is time.
    seeds = spread(plan, context, best.number, hyper, best.score or 0.0, best.seconds)
    predictions = np.stack([out_of_fold(context, each) for each in with_score])
    average = ensemble(plan, context, rows, stacking, with_score, predictions)
    context.phase("correcting the best score")
    y, weights = stacking.truth(rows), rows.weights_at(stacking.rows)
    units = stacking.rows if rows.groups is None else rows.groups[stacking.rows]
    corrected = corrected_score(metric.name, y, predictions, groups=units, weights=weights, seed=plan.project.seed)
    found = luck_of(plan, rows, stacking, predictions)
    score = score_stacked(
        metric.name,
        rows,
        stacking,
        predictions[with_score.index(best)],
        f"best of {len(with_score)} trials, out of fold",
    )
    matter, unknown = importances(
        [each.values for each in with_score], [each.score or 0.0 for each in with_score], plan.project.seed
    )
    return TuningResult(
        trials=len(done),
        board=tuple(_row(each) for each in done),
        best=Best(number=best.number, values=best.values, score=score, corrected=corrected, epochs=best.epochs),
        optimism=found.now,
        next_optimism=found.later,
        light=found.light,
        sentence=_sentence(metric.name, best, corrected.value, found, plan.metric.gain or 0.0, average),
        ensemble=average,
        seeds=seeds,
        importance=matter,
        importance_unknown=unknown,
    )


def luck_of(plan: Plan, rows: Rows, stacking: Scored, predictions: Array) -> Luck:
    """The luck of the best of trials with these stacked predictions (trials, m, …)."""
    # One pass over the rows: stacked repeats would count every row several times.
    once, k = stacking.first_pass, len(predictions)
    y, weights = stacking.truth(rows)[once], rows.weights_at(stacking.rows[once])
    now = expected_optimism(plan.metric.primary or "", y, predictions[:, once], weights=weights).value
    return luck(k, now, plan.metric.gain or 0.0)


def _row(found: TrialResult) -> TrialRow:
    return TrialRow(
        number=found.number,
        state=found.state,  # type: ignore[arg-type]
        values=found.values,
        score=found.score,
        epochs=found.epochs,
        seconds=round(found.seconds, 2),
        note=found.note,
    )


def out_of_fold(context: Context, found: TrialResult) -> Array:
    """What a trial left: its stacked predictions (m, …) of rows it was not trained on."""
    unit: Path = context.folder.units / unit_name(found.number, found.values) / "checkpoint" / OUT_OF_FOLD
    predictions: Array = np.load(unit, allow_pickle=False)
    return predictions


def _sentence(
    metric: str, best: TrialResult, corrected: float, lucky: Luck, gain: float, average: Ensemble | None
) -> str:
    text = (
        f"trial {best.number} is best with {metric} {best.score:.4g}; corrected for having been chosen {corrected:.4g}"
    )
    if average is not None and average.accepted:
        text += f"; {average.sentence}"
    if lucky.light == "red":
        return (
            f"{text}. So many looks flatter the best score by about {lucky.now:.2g}, as much as the gain of "
            f"{gain:g} that matters: {STOP}"
        )
    return (
        f"{text}. Choosing the best flatters it by about {lucky.now:.2g}; after {MORE} more trials by {lucky.later:.2g}"
    )

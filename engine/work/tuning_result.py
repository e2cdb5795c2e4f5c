"""What a finished search tells: the best trial, its score as read and corrected, and how lucky it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from engine.jobs.context import Context
from engine.search.results import Best, TrialRow, TuningResult
from engine.stats.catalogue import METRIC_INFO
from engine.stats.optimism import corrected_score, expected_optimism
from engine.stats.power import expected_max, optimism_light
from engine.steps import Plan
from engine.training.search import TrialResult, unit_name
from engine.work.rows import Rows, folds
from engine.work.scoring import score_stacked, scored

Array = np.ndarray

MORE = 10
"""Further trials for which the expected optimism is told beforehand."""

OUT_OF_FOLD = "out_of_fold.npy"
"""Where a trial leaves its predictions, in its checkpoint folder."""


def conclude(
    plan: Plan, context: Context, rows: Rows, done: tuple[TrialResult, ...], with_score: list[TrialResult]
) -> TuningResult:
    """The best trial, its score as read and corrected, and how lucky it is."""
    metric = METRIC_INFO[plan.metric.primary or ""]
    drawn = folds(plan, rows)
    stacking = scored(drawn, plan.protocol.result.repeats if plan.protocol.result else 1)
    sign = 1 if metric.greater_is_better else -1
    best = max(with_score, key=lambda each: sign * (each.score or 0.0))
    context.phase("correcting the best score")
    predictions = np.stack([_out_of_fold(context, each) for each in with_score])
    y = rows.y[stacking.rows]
    units = stacking.rows if rows.groups is None else rows.groups[stacking.rows]
    corrected = corrected_score(metric.name, y, predictions, groups=units, seed=plan.project.seed)
    # One pass over the rows: stacked repeats would count every row several times.
    once = stacking.first_pass
    optimism = expected_optimism(metric.name, y[once], predictions[:, once]).value
    k = len(with_score)
    later = optimism * expected_max(k + MORE) / expected_max(k) if k > 1 else optimism
    gain = plan.metric.gain or 0.0
    light = optimism_light(optimism, gain)
    score = score_stacked(
        metric.name, rows, stacking, predictions[with_score.index(best)], f"best of {k} trials, out of fold"
    )
    return TuningResult(
        trials=len(done),
        board=tuple(_row(each) for each in done),
        best=Best(number=best.number, values=best.values, score=score, corrected=corrected, epochs=best.epochs),
        optimism=optimism,
        next_optimism=later,
        light=light,
        sentence=_sentence(metric.name, best, corrected.value, optimism, later, light, gain),
    )


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


def _out_of_fold(context: Context, found: TrialResult) -> Array:
    unit: Path = context.folder.units / unit_name(found.number, found.values) / "checkpoint" / OUT_OF_FOLD
    predictions: Array = np.load(unit, allow_pickle=False)
    return predictions


def _sentence(
    metric: str, best: TrialResult, corrected: float, optimism: float, later: float, light: str, gain: float
) -> str:
    text = (
        f"trial {best.number} is best with {metric} {best.score:.4g}; corrected for having been chosen {corrected:.4g}"
    )
    if light == "red":
        return (
            f"{text}. So many looks flatter the best score by about {optimism:.2g}, as much as the gain of "
            f"{gain:g} that "
            "matters: the next trial is likelier to fool you than to help"
        )
    return f"{text}. Choosing the best flatters it by about {optimism:.2g}; after {MORE} more trials by {later:.2g}"

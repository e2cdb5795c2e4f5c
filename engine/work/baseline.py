"""Naive answers, references and small networks on the same rows, and the paired tests that decide between them."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np

from engine import ledger
from engine.errors import UserError
from engine.jobs.context import Context
from engine.stats.catalogue import METRIC_INFO
from engine.stats.paired import judge
from engine.steps import Plan
from engine.steps.baseline import BaselineResult, Outcome, SmallNetwork
from engine.training.curation import DataTrial
from engine.training.decide import Recipe, counts_terms
from engine.training.loss_check import check_loss
from engine.values import Named
from engine.work.attempts import CURATED, Ground, Tried, attempt, attempts, best_of, level, planned
from engine.work.curation import curate
from engine.work.drawing_board import advice, hypotheses, sentence
from engine.work.networks import reference_predictions
from engine.work.rivals import LINEAR, rivals
from engine.work.rivals import sentence as against
from engine.work.rows import Rows, folds, load_rows
from engine.work.scoring import Scored, naive_predictions, score_stacked, scored
from engine.work.settings import digest, loss_of, recipe_of

Array = np.ndarray

LEAST_SECONDS, MOST_SECONDS, TIMES = 20.0, 180.0, 3.0
"""Bounds of the time for trying other inputs, and how many times the attempts' own time it may take."""


def run(plan: Plan, context: Context) -> BaselineResult:
    """Score everything under the protocol, test small networks against the best naive answer. Errors: UserError."""
    rows = load_rows(plan, context.project)
    drawn = folds(plan, rows)
    assert plan.protocol.result is not None
    stacking = scored(drawn, plan.protocol.result.repeats)
    metric, gain = plan.metric.primary or "", plan.metric.gain or 0.0
    check_loss(loss_of(plan), rows.code.fitted(rows.y).wanted(rows.y), rows.code.outputs)
    context.phase("naive answers")
    naive = naive_predictions(rows, drawn, stacking)
    named = _named(metric, rows, stacking, naive)
    bar = _best(metric, [each for each in named if each.name not in rows.task.rules])
    context.phase("references: linear model, boosted trees, a rule of two questions")
    references = reference_predictions(plan, rows, drawn, stacking, context)
    for name in references:
        ledger.record(context.project, "look", "baseline", f"reference {name}")
    floor = references[LINEAR] if counts_terms(recipe_of(plan)) else None
    ground = Ground(plan, context, rows, drawn, stacking, naive[bar], floor)
    began = time.monotonic()
    tested, tried = attempts(ground)
    recipe, trials = _curated(ground, tried, time.monotonic() - began)
    best = tried[-1] if recipe is not None and tried[-1].beats(gain) else best_of(tried, gain)
    outcome, judged = _judged(best, gain)
    upper = None if outcome == "beats" else max(each.comparison.high for each in tried)
    said = sentence(outcome, judged, bar, upper, len(tried))
    scores = _named(metric, rows, stacking, references)
    against = rivals(plan, rows, stacking, best.validated.predictions, naive | references, (*named, *scores))
    return BaselineResult(
        naive=named,
        references=scores,
        network=SmallNetwork(
            score=score_stacked(metric, rows, stacking, best.validated.predictions, _how(plan)),
            parameters=best.validated.parameters,
        ),
        comparison=best.comparison,
        bar=bar,
        outcome=outcome,
        sentence=said,
        attempts=tuple(each.attempt for each in tried),
        chosen=best.attempt,
        hypotheses=hypotheses(outcome, said, best.comparison),
        advice=advice(plan, outcome, best.comparison, named, against, trials),
        rivals=against,
        upper=upper,
        recipe=recipe if best is tried[-1] else None,
        prepared=digest(recipe_of(plan)),
        data_trials=trials,
        rate_test=tested,
    )


def _curated(ground: Ground, tried: list[Tried], seconds: float) -> tuple[Recipe | None, tuple[DataTrial, ...]]:
    """Try other inputs with the best network; where some are let in, it is tested with them and joins `tried`."""
    plan, gain = ground.plan, ground.plan.metric.gain or 0.0
    if plan.baseline.curate is False:
        return None, ()
    best = best_of(tried, gain)
    assert best.attempt.hyper is not None
    bound = min(MOST_SECONDS, max(LEAST_SECONDS, TIMES * seconds))
    recipe, trials = curate(*ground[:5], best.attempt.hyper, best.validated, bound)
    if not any(trial.accepted for trial in trials):
        return None, trials
    needed = level(planned(plan), planned(plan))
    tried.append(attempt(ground, f"{best.attempt.family} {CURATED}", best.attempt.hyper, CURATED, needed, recipe))
    return recipe, trials


def _judged(best: Tried, gain: float) -> tuple[Outcome, str]:
    outcome, said = judge(best.comparison, gain)
    if outcome != "beats" or best.beats(gain):
        return outcome, said
    if best.floor is not None and best.loses:
        return "not shown", against(LINEAR, best.floor)
    found = best.comparison
    said = f"p = {found.p:.2g} is no proof, as more than one network is tested: it has to be below {best.level:.2g}."
    if (found.minimal_detectable or 0.0) <= gain:
        return "not shown", said
    need = f"about {found.rows_needed:,} rows are needed" if found.rows_needed else "more rows are needed"
    return "underpowered", f"Cannot tell: {said} To show the {gain:.4g} that matters {need}."


def _named(metric: str, rows: Rows, stacking: Scored, predictions: dict[str, Array]) -> tuple[Named, ...]:
    """Each predictor with its score; one that the metric is not defined for is left out."""
    found = []
    for name, predicted in predictions.items():
        try:
            found.append(Named(name=name, score=score_stacked(metric, rows, stacking, predicted, "out of fold")))
        except UserError:
            continue
    return tuple(found)


def _best(metric: str, named: Sequence[Named]) -> str:
    """The naive answer that is hardest to beat."""
    if not named:
        raise UserError(f"no naive answer can be scored by {metric}: choose another metric (metric.primary)")
    sign = 1 if METRIC_INFO[metric].greater_is_better else -1
    return max(named, key=lambda each: sign * each.score.value).name


def _how(plan: Plan) -> str:
    result = plan.protocol.result
    assert result is not None
    passes = f", {result.repeats} times" if result.repeats > 1 else ""
    return f"{'hold-out' if result.kind == 'holdout' else f'{result.folds} folds'}{passes}, {result.order}"

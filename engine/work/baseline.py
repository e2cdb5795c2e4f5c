"""Naive answers, references and a small network on the same rows, and the paired test that decides between them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from engine import ledger
from engine.data.folds import Fold
from engine.errors import UserError
from engine.jobs.context import Context
from engine.stats.catalogue import METRIC_INFO
from engine.stats.paired import judge
from engine.steps import Plan
from engine.steps.baseline import Attempt, BaselineResult, Hypothesis, Outcome, SmallNetwork
from engine.training.hyper import Hyper, advised_batch
from engine.training.naive import TITLES
from engine.values import Comparison, Named
from engine.work.networks import Validated, reference_predictions, validate
from engine.work.rows import Rows, folds, load_rows
from engine.work.scoring import Scored, compare_stacked, naive_predictions, score_stacked, scored

Array = np.ndarray

VARIANTS: tuple[tuple[float, int, float], ...] = ((1, 0, 3e-3), (4, 1, 1e-3), (0.5, 0, 1e-2), (2, 1, 3e-3))
"""What later attempts change: width by this factor, so many layers more, this learning rate."""

ALPHA = 0.05


class Tried(NamedTuple):
    """One configuration, its out-of-fold predictions, and its test against the bar."""

    attempt: Attempt
    validated: Validated
    comparison: Comparison


def run(plan: Plan, context: Context) -> BaselineResult:
    """Score everything under the protocol, test the small network against the best naive answer. Errors: UserError."""
    rows = load_rows(plan, context.project)
    drawn = folds(plan, rows)
    assert plan.protocol.result is not None
    stacking = scored(drawn, plan.protocol.result.repeats)
    metric = plan.metric.primary or ""
    context.phase("naive answers")
    naive = naive_predictions(rows, drawn, stacking)
    named = _named(metric, rows, stacking, naive)
    bar = _best(metric, named)
    context.phase("references: linear model and boosted trees")
    references = reference_predictions(plan, rows, drawn, stacking, context)
    for name in references:
        ledger.record(context.project, "look", "baseline", f"reference {name}")
    tried = _attempts(plan, context, rows, drawn, stacking, naive[bar], bar)
    attempts, best, comparison, outcome, sentence = tried
    reference_scores = _named(metric, rows, stacking, references)
    return BaselineResult(
        naive=named,
        references=reference_scores,
        network=SmallNetwork(
            score=score_stacked(metric, rows, stacking, best.validated.predictions, _how(plan)),
            parameters=best.validated.parameters,
        ),
        comparison=comparison,
        bar=bar,
        outcome=outcome,
        sentence=sentence,
        attempts=attempts,
        chosen=best.attempt,
        hypotheses=_hypotheses(outcome, sentence, comparison),
        advice=_advice(plan, outcome, comparison, named, reference_scores),
    )


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


def _attempts(
    plan: Plan, context: Context, rows: Rows, drawn: Sequence[Fold], stacking: Scored, theirs: Array, bar: str
) -> tuple[tuple[Attempt, ...], Tried, Comparison, Outcome, str]:
    """Try configurations until one beats the bar, or all were tried; each further look makes the test stricter."""
    own, metric, gain = plan.baseline, plan.metric.primary or "", plan.metric.gain or 0.0
    first = Hyper(units=own.units or 16, layers=own.layers or 1, learning_rate=1e-3, batch=advised_batch(len(rows)))
    tried: list[Attempt] = []
    best: Tried | None = None
    for number, hyper in enumerate(_configurations(first, own.attempts or 3), 1):
        context.phase("small network", number - 1, own.attempts or 3)
        found = validate(plan, rows, drawn, stacking, hyper, own.epochs or 60, context, f"attempt {number}")
        score = score_stacked(metric, rows, stacking, found.predictions, "out of fold").value
        ledger.record(
            context.project, "look", "baseline", f"attempt {number}: {hyper.units} units, {hyper.layers} layers", score
        )
        attempt = Attempt(
            units=hyper.units,
            layers=hyper.layers,
            learning_rate=hyper.learning_rate,
            batch=hyper.batch,
            epochs=found.epochs,
            score=score,
        )
        tried.append(attempt)
        now = Tried(attempt, found, compare_stacked(plan, rows, stacking, found.predictions, theirs))
        if (
            best is None
            or now.comparison.difference > best.comparison.difference
            or _beats(now.comparison, gain, number)
        ):
            best = now
        if _beats(now.comparison, gain, number):
            break
    assert best is not None
    outcome, sentence = judge(best.comparison, gain)
    if outcome == "beats" and not _beats(best.comparison, gain, len(tried)):
        outcome = "not shown"
        sentence = (
            f"After {len(tried)} attempts p = {best.comparison.p:.2g} is no longer proof: one of "
            f"them would get there by luck."
        )
    return tuple(tried), best, best.comparison, outcome, _sentence(outcome, sentence, bar)


def _beats(comparison: Comparison, gain: float, looks: int) -> bool:
    """Bonferroni over the attempts so far."""
    return judge(comparison, gain)[0] == "beats" and comparison.p * looks < ALPHA


def _configurations(first: Hyper, count: int) -> list[Hyper]:
    """The first network, and variants of it."""
    made = [first]
    for factor, more, rate in VARIANTS[: count - 1]:
        units = max(4, int(first.units * factor))
        made.append(Hyper(units=units, layers=first.layers + more, learning_rate=rate, batch=first.batch))
    return made


def _sentence(outcome: Outcome, sentence: str, bar: str) -> str:
    title = TITLES.get(bar, "the present system")
    if outcome == "beats":
        return f"The small network beats {title}. {sentence}"
    if bar == "persistence":
        return f"There is no evidence beyond persistence ({title}). {sentence}"
    return f"The small network does not beat {title}. {sentence}"


def _hypotheses(outcome: Outcome, sentence: str, comparison: Comparison) -> tuple[Hypothesis, ...]:
    """H1: the target can be predicted from the inputs. H2: the data are informative enough to show it."""
    if outcome == "beats":
        return (
            Hypothesis(name="H1", state="supported", why=sentence),
            Hypothesis(name="H2", state="supported", why=f"the rows were enough to show it (p = {comparison.p:.2g})"),
        )
    if outcome == "underpowered":
        return (
            Hypothesis(name="H1", state="unproven", why=sentence),
            Hypothesis(name="H2", state="not supported", why="so few rows cannot show the gain that matters"),
        )
    return (
        Hypothesis(name="H1", state="not supported", why=sentence),
        Hypothesis(
            name="H2",
            state="unproven",
            why="the rows would have shown it, had it been there"
            if outcome == "refuted"
            else "the interval leaves both open",
        ),
    )


def _advice(
    plan: Plan, outcome: Outcome, comparison: Comparison, naive: Sequence[Named], references: Sequence[Named]
) -> tuple[str, ...]:
    """What to do next: on a refusal the drawing board, else what the references say."""
    metric = plan.metric.primary or ""
    sign = 1 if METRIC_INFO[metric].greater_is_better else -1
    said = []
    rule = next((each for each in naive if each.name == "one_rule"), None)
    if plan.metric.goal is not None and rule and sign * rule.score.value >= sign * plan.metric.goal:
        said.append(
            f"A rule on one column already reaches {rule.score.value:.4g}, the goal of "
            f"{plan.metric.goal:g}: you may not need machine learning."
        )
    if outcome == "beats":
        return tuple(said)
    if references:
        top = max(references, key=lambda each: sign * each.score.value)
        said.append(
            f"The best reference ({top.name}) scores {top.score.value:.4g}: if it is above the naive "
            f"answers, prepare the inputs better; if not, the answer is not in these inputs."
        )
    if outcome == "underpowered" and comparison.rows_needed:
        said.append(
            f"Collect more labelled rows: about {comparison.rows_needed:,} would show the gain of "
            f"{plan.metric.gain:g} that matters."
        )
    said += [
        "Ask for other inputs: what would a person look at to answer this?",
        "Ask another question: another target, or a shorter horizon.",
        "Check the labels: two people labelling the same rows show how much can be known.",
        "Or end the project here, knowing why: that is a result.",
    ]
    return tuple(said)

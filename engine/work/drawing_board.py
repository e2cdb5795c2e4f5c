"""What follows from the tests of the baseline: the sentence, both hypotheses, and what to do next."""

from __future__ import annotations

from collections.abc import Sequence

from engine.stats.catalogue import METRIC_INFO
from engine.steps import Plan
from engine.steps.baseline import Hypothesis, Outcome, Rival
from engine.training.curation import DataTrial
from engine.training.naive import TITLES
from engine.values import Comparison, Named


def sentence(outcome: Outcome, judged: str, bar: str, upper: float | None, tried: int) -> str:
    """The outcome in words, and on a refusal how large an improvement can still be."""
    title = TITLES.get(bar, "the present system")
    if outcome == "beats":
        return f"The network beats {title}. {judged}"
    limit = (
        "" if upper is None else f" After {tried} networks, an improvement over it is below {max(upper, 0):.3g} (95 %)."
    )
    if bar == "persistence":
        return f"There is no evidence beyond persistence ({title}). {judged}{limit}"
    told = "is not shown to beat" if outcome == "underpowered" else "does not beat"
    return f"The network {told} {title}. {judged}{limit}"


def hypotheses(outcome: Outcome, said: str, comparison: Comparison) -> tuple[Hypothesis, ...]:
    """H1: the target can be predicted from the inputs. H2: the data are informative enough to show it."""
    if outcome == "beats":
        return (
            Hypothesis(name="H1", state="supported", why=said),
            Hypothesis(name="H2", state="supported", why=f"the rows were enough to show it (p = {comparison.p:.2g})"),
        )
    if outcome == "underpowered":
        return (
            Hypothesis(name="H1", state="unproven", why=said),
            Hypothesis(name="H2", state="not supported", why="so few rows cannot show the gain that matters"),
        )
    why = "the rows would have shown it, had it been there" if outcome == "refuted" else "the interval leaves both open"
    return (
        Hypothesis(name="H1", state="not supported", why=said),
        Hypothesis(name="H2", state="unproven", why=why),
    )


def advice(
    plan: Plan,
    outcome: Outcome,
    comparison: Comparison,
    named: Sequence[Named],
    rivals: Sequence[Rival],
    trials: Sequence[DataTrial],
) -> tuple[str, ...]:
    """What to do next: what the rivals say, and on a refusal the drawing board."""
    metric = plan.metric.primary or ""
    sign = 1 if METRIC_INFO[metric].greater_is_better else -1
    said = []
    rule = next((each for each in named if each.name == "one_rule"), None)
    if plan.metric.goal is not None and rule and sign * rule.score.value >= sign * plan.metric.goal:
        said.append(
            f"A rule on one column already reaches {rule.score.value:.4g}, the goal of "
            f"{plan.metric.goal:g}: you may not need machine learning."
        )
    kept = [trial.what for trial in trials if trial.accepted]
    if outcome == "beats":
        said += [each.sentence for each in rivals]
        if kept:
            said.append(f"The inputs were changed where the paired test let it in: {', '.join(kept)}.")
        return tuple(said)
    said += [each.sentence for each in rivals if each.comparison.high < 0]
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

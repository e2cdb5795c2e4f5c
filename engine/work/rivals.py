"""The network against what else could be shipped: the best reference, and rules that a person can read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from engine.stats.catalogue import METRIC_INFO
from engine.steps import Plan
from engine.steps.baseline import Rival
from engine.training.decide import counts_terms
from engine.training.naive import TITLES
from engine.training.references import REFERENCES
from engine.values import Comparison, Named
from engine.work.rows import Rows
from engine.work.scoring import Scored, compare_stacked
from engine.work.settings import recipe_of

Array = np.ndarray

ALPHA = 0.05
LINEAR = "linear"
RULES = ("one_rule", "two_questions")


def rivals(
    plan: Plan,
    rows: Rows,
    stacking: Scored,
    network: Array,
    predictions: Mapping[str, Array],
    named: Sequence[Named],
) -> tuple[Rival, ...]:
    """Paired tests of the network against the best reference, boosted trees and each rule, where they have a score;
    where words of texts are counted, also against the linear model.
    """
    sign = 1 if METRIC_INFO[plan.metric.primary or ""].greater_is_better else -1
    known = [each for each in named if each.name in REFERENCES]
    best = max(known, key=lambda each: sign * each.score.value).name if known else ""
    found = []
    rules = (*RULES, *rows.task.rules)
    shown = (best, *((LINEAR,) if counts_terms(recipe_of(plan)) else ()), "boosted_trees", *rules)
    for name in [name for name in dict.fromkeys(shown) if any(each.name == name for each in named)]:
        comparison = compare_stacked(plan, rows, stacking, network, predictions[name])
        rule = name in rules and comparison.high < (plan.metric.gain or 0.0)
        said = enough(name, comparison, plan.metric.gain or 0.0) if rule else sentence(name, comparison)
        found.append(Rival(name=name, comparison=comparison, sentence=said))
    return tuple(found)


def title(name: str) -> str:
    """A predictor in words."""
    return REFERENCES[name].title if name in REFERENCES else TITLES.get(name, name)


def sentence(name: str, found: Comparison) -> str:
    """What a paired test of the network against another model lets one say; `difference` > 0: the network is better."""
    low, high = sorted((abs(found.low), abs(found.high)))
    size = f"by {abs(found.difference):.3g} [{low:.3g}, {high:.3g}]"
    if found.high < 0 and found.p < ALPHA:
        return f"Of {title(name)} the score is better than the network's {size}: consider shipping that."
    if found.low > 0 and found.p < ALPHA:
        return f"The network scores better than {title(name)} {size}."
    return (
        f"No evidence of a difference between the network and {title(name)} "
        f"({found.difference:+.3g} [{found.low:+.3g}, {found.high:+.3g}])."
    )


def enough(name: str, found: Comparison, gain: float) -> str:
    """That a rule does as well: the network is better than it by less than the gain that matters, with 95 %."""
    return (
        f"The network is at most {max(found.high, 0.0):.3g} better than {title(name)} (95 %), and {gain:g} matters: "
        f"you may not need machine learning."
    )

"""What may be shipped in the network's place: a reference that was scored beside it on the sealed rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.values import Advised, Choice, Score

if TYPE_CHECKING:
    from engine.steps import Plan

NETWORK = "network"
REFERENCES = {"boosted_trees": "boosted trees", "linear": "the linear model"}
WRITTEN = ("binary", "multiclass", "regression")
"""Tasks whose references can be written down without the library that learned them."""


def model_choices(plan: Plan) -> tuple[Choice, ...]:
    """The network, and the references that were scored beside it on the sealed rows."""
    found = plan.evaluation.result
    choices = [Choice(NETWORK, "the network", _scored(found.test[0]) if found else "")]
    for each in found.beside if found else ():
        if each.name in REFERENCES:
            choices.append(Choice(each.name, REFERENCES[each.name], _scored(each.score)))
    return tuple(choices)


def has_rival(plan: Plan) -> bool:
    """Whether a reference was scored on the sealed rows and can be written down."""
    return plan.framing.task in WRITTEN and len(model_choices(plan)) > 1


def advised_model(plan: Plan) -> Advised:
    """The network, and openly where a reference beat it: what wins is the user's to ship."""
    found = plan.evaluation.result
    better = [each for each in found.beside if each.name in REFERENCES and each.comparison.high < 0] if found else []
    if not better:
        return Advised(NETWORK, "no reference is surely better on the sealed rows")
    best = min(better, key=lambda each: each.comparison.difference)
    return Advised(
        NETWORK,
        f"it can go to every place, but {REFERENCES[best.name]} did better on the sealed rows "
        f"({_scored(best.score)}): ship that where a REST service will do",
    )


def score_of(plan: Plan) -> Score | None:
    """What the shipped model itself reached on the sealed rows."""
    found, name = plan.evaluation.result, plan.deployment.model or NETWORK
    if found is None:
        return None
    return next((each.score for each in found.beside if each.name == name), found.test[0])


def told_model(name: str, score: Score | None) -> str:
    """How a sentence about an artefact begins where it is not the network that was shipped; else nothing."""
    if name == NETWORK:
        return ""
    # The rows that scored it also chose it, and the best of several is a little too good.
    told = f" ({_scored(score)}, seen before it was chosen, which flatters a little)" if score else ""
    return f"{REFERENCES.get(name, name)}{told} in the network's place: "


def _scored(score: Score) -> str:
    return f"{score.metric} {score.value:.4g} on the sealed rows"

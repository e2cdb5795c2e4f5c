"""What goes to the test: the configuration that was chosen, or several whose answers are averaged."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from engine.errors import JobFailed
from engine.search.results import Hyper as Values
from engine.search.trial import Proposal
from engine.steps import Plan
from engine.training.hyper import Hyper
from engine.values import Score


@dataclass(frozen=True)
class Member:
    """One network of the final model: configuration, epochs, its share of the answer, and the trial it comes from."""

    hyper: Hyper
    epochs: int
    share: float = 1.0
    trial: Proposal | None = None


@dataclass(frozen=True)
class Chosen:
    """The networks of the final model (shares sum to 1), and what validation promised."""

    members: tuple[Member, ...]
    promised: Score


def choose(plan: Plan) -> Chosen:
    """The accepted ensemble of the search, else its best trial; without a search, the best attempt of the baseline."""
    if plan.tuning.result is not None:
        best, ensemble = plan.tuning.result.best, plan.tuning.result.ensemble
        if ensemble is not None and ensemble.accepted:
            parts = tuple(_member(each.number, each.values, each.epochs, each.share) for each in ensemble.members)
            return Chosen(parts, ensemble.score)
        return Chosen((_member(best.number, best.values, best.epochs),), best.corrected)
    result = plan.baseline.result
    if result is None:
        raise JobFailed("neither a baseline nor a search has been run: there is no configuration to test")
    attempt = result.chosen
    hyper = attempt.hyper or Hyper(
        units=attempt.units, layers=attempt.layers, learning_rate=attempt.learning_rate, batch=attempt.batch
    )
    return Chosen((Member(hyper, max(1, attempt.epochs)),), result.network.score)


def _member(number: int, values: Values, epochs: int, share: float = 1.0) -> Member:
    return Member(msgspec.convert(values, Hyper), max(1, epochs), share, Proposal(number, values))

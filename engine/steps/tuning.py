"""Regularise and tune under a budget; every look at validation data is counted, the best score corrected for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.search.driver import ALGORITHMS
from engine.search.results import TuningResult
from engine.step import Step
from engine.steps.reads import TRAINING
from engine.values import (
    Advice,
    Advised,
    Ask,
    Choice,
    Count,
    NonNegative,
    Note,
    Positive,
    Section,
    Share,
    Verdict,
)

if TYPE_CHECKING:
    from engine.steps import Plan


SEARCHES = tuple(Choice(name, found.title) for name, found in ALGORITHMS.items())


class Tuning(Section, frozen=True):
    algorithm: Annotated[str | None, Ask("Search", choices=SEARCHES)] = None
    trials: Annotated[Count | None, Ask("Trials", "each is one configuration, trained on every fold")] = None
    minutes: Annotated[Positive | None, Ask("Minutes at most", "the watchdog ends the search then")] = None
    early_stop: Annotated[bool | None, Ask("Give up trials below the median", "of the earlier ones, fold by fold")] = (
        None
    )
    workers: Annotated[Count | None, Ask("Worker processes", "one per GPU, or a share of the cores", means=True)] = None
    storage: Annotated[
        str | None, Ask("Shared database", "postgresql://user@host/database, for workers on other machines", means=True)
    ] = None
    max_units: Annotated[Count | None, Ask("Units at most")] = None
    max_layers: Annotated[Count | None, Ask("Layers at most")] = None
    max_dropout: Annotated[Share | None, Ask("Dropout at most")] = None
    max_l2: Annotated[NonNegative | None, Ask("Weight decay at most")] = None
    result: TuningResult | None = None


def advise(plan: Plan) -> Advice:
    found = plan.overfit.result
    units, layers = (found.units, found.layers) if found else (64, 2)
    notes = [] if found else [Note("note", "the ladder was not run: the search starts from common sizes")]
    most, why = 4 * units, "some sizes above where it overfitted: regularised, more is needed"
    if found is None:
        why = "a common size for a table"
    elif found.outcome == "too easy":
        most, why = units // 4, "the largest network of the ladder did not overfit, as the data are easy: less will do"
    return Advice(
        {
            "algorithm": Advised("bayesian", "uses what earlier trials showed"),
            "trials": Advised(12, "each further trial adds less, and makes the best score a little luckier"),
            "minutes": Advised(10.0, "long enough for a table, short enough to wait for"),
            "early_stop": Advised(True, "a trial far behind the others after a fold hardly comes back"),
            "workers": Advised(1, "several need memory for several networks at once"),
            "max_units": Advised(max(64, most), why),
            "max_layers": Advised(min(4, max(3, layers + 1)), why),
            "max_dropout": Advised(0.5, "more than half would leave too little"),
            "max_l2": Advised(0.01, "more would flatten a small network"),
        },
        tuple(notes),
    )


def verdict(plan: Plan) -> Verdict:
    result = plan.tuning.result
    if result is None:
        return Verdict(outcome="undecided", reason="not run yet")
    return Verdict(outcome="undecided" if result.light == "red" else "passed", reason=result.sentence)


STEP = Step(
    name="tuning",
    title="Regularise and tune",
    word="Tune",
    section=Tuning,
    reads=(*TRAINING, "framing.latency_ms", "framing.size_mb", "framing.memory_mb", "overfit.result"),
    advise=advise,
    verdict=verdict,
    job="engine.work.tuning:run",
    budget="minutes",
    skip_warning="without tuning the small network of the baseline goes to the test",
    extends=("trials", "minutes"),
    needs=("data", "preparation", "protocol", "baseline"),
)

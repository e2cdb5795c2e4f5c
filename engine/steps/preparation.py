"""Decide per column how raw values become numbers; the values themselves are fitted inside each training fold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.findings import blanks, waiting
from engine.step import Step
from engine.steps.reads import ROWS
from engine.training.decide import MAX_CATEGORIES, MOSTLY_MISSING, BeforeAfter, Imputed, Recipe
from engine.values import Advice, Advised, Ask, Choice, Count, Section, Share, Value, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan


GAPS = 0.05
"""Share of missing values from which a better guess than the median is looked for."""


class PreparationResult(Value, frozen=True):
    """The decisions, their effect, and the shape of what the network receives."""

    recipe: Recipe
    effect: tuple[BeforeAfter, ...] = ()
    rows: int = 0
    width: int = 0
    digest: str = ""
    imputation: tuple[Imputed, ...] = ()
    """The columns for which a model of the others was tried."""
    production_missing: dict[str, Share] = {}
    """Share of missing values by column that the finished model will meet."""


class Preparation(Section, frozen=True):
    scaling: Annotated[
        str | None,
        Ask(
            "Numbers are scaled by",
            choices=(
                Choice("auto", "what suits each column", "log for long tails, else standard"),
                Choice("standard", "mean and standard deviation"),
                Choice("robust", "median and quartiles"),
                Choice("log", "logarithm, then standard"),
            ),
        ),
    ] = None
    indicator: Annotated[
        bool | None, Ask("Mark missing numbers?", "a second input says which values were filled in")
    ] = None
    max_categories: Annotated[Count | None, Ask("Values kept per category", "rarer ones share one input")] = None
    imputation: Annotated[
        str | None,
        Ask(
            "Missing numbers become",
            choices=(
                Choice("median", "the median"),
                Choice("model", "a guess from the other columns, where proven", "else the median"),
            ),
        ),
    ] = None
    production_missing: Annotated[
        dict[str, Share] | None,
        Ask("Missing in use, if more than here", "COLUMN=SHARE, such as income=0.3; several by semicolons"),
    ] = None
    words: Annotated[bool | None, Ask("Use free text?", "yes: as words, pairs of words or their order")] = None
    overrides: Annotated[
        dict[str, str] | None,
        Ask("Column by column", "COLUMN=drop, keep, standard, robust, log, onehot, embedding ..."),
    ] = None
    result: PreparationResult | None = None


def advise(plan: Plan) -> Advice:
    gaps = _gaps(plan)
    answers = {
        "scaling": Advised("auto", "each column gets what its shape asks for"),
        "indicator": Advised(True, "that a value is missing is often informative in itself"),
        "max_categories": Advised(MAX_CATEGORIES, "rarer values have too few rows to learn from"),
        "imputation": Advised("model", f"{gaps} numbers have gaps worth a try: hidden cells decide")
        if gaps
        else Advised("median", "no number has gaps enough for a model to matter"),
        "production_missing": Advised({}, "the gaps in use are taken to be those of this file"),
        "words": Advised(True, "free text often carries signal, and rare words are left out"),
        "overrides": Advised({}, "the table below says what is done with each column"),
    }
    return Advice(answers, waiting(plan))


def _gaps(plan: Plan) -> int:
    """How many numbers miss a share of their values that a better guess could matter for."""
    result = plan.data.result
    known = result.reading.columns if result else ()
    stand_in = blanks(plan)
    return sum(
        c.kind == "numeric" and (c.name in stand_in or GAPS * c.rows <= c.missing <= MOSTLY_MISSING * c.rows)
        for c in known
    )


def verdict(plan: Plan) -> Verdict:
    result = plan.preparation.result
    if result is None:
        return Verdict(outcome="undecided", reason="not worked out yet")
    if result.width == 0:
        return Verdict(outcome="failed", reason="no usable column is left: keep at least one that varies")
    used = sum(1 for decision in result.recipe.decisions if decision.action != "drop")
    return Verdict(outcome="passed", reason=f"{used} columns become {result.width} numbers per row")


STEP = Step(
    name="preparation",
    title="From raw values to numbers",
    word="Prepare",
    section=Preparation,
    reads=(*ROWS, "metric.positive"),
    advise=advise,
    verdict=verdict,
    job="engine.work.preparation:run",
    needs=("data",),
)

"""How the labels come to be: who gives them, what they cost, how far they can be trusted, and what follows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.labels.schema import LabelsResult
from engine.step import Step
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


WAYS = ("self", "crowd", "company", "experts")


def by_people(plan: Plan) -> bool:
    return plan.labels.origin == "people"


def by_machine(plan: Plan) -> bool:
    return plan.labels.origin in ("log", "derived")


def needs_expert(plan: Plan) -> bool:
    return by_people(plan) and bool(plan.labels.expertise)


def several_raters(plan: Plan) -> bool:
    return by_people(plan) and plan.labels.ratings is not None


def has_tool(plan: Plan) -> bool:
    return by_people(plan) and plan.labels.tool is not None


class Labels(Section, frozen=True):
    origin: Annotated[
        str | None,
        Ask(
            "Where do labels come from?",
            choices=(
                Choice("people", "people give them"),
                Choice("log", "a log: clicks, sales, outcomes"),
                Choice("derived", "computed from other data"),
                Choice("unknown", "not known"),
            ),
        ),
    ] = None
    delay_days: Annotated[
        NonNegative | None,
        Ask("Days until a label is known", "a number; widens the gap of a time split", applies=by_machine),
    ] = None
    who: Annotated[
        str | None,
        Ask(
            "Who labels?",
            choices=(
                Choice("self", "the team itself"),
                Choice("crowd", "a crowd"),
                Choice("company", "a labelling company"),
                Choice("experts", "experts of the field"),
            ),
            applies=by_people,
        ),
    ] = None
    expertise: Annotated[bool | None, Ask("Does labelling need an expert?", applies=by_people)] = None
    trainable: Annotated[bool | None, Ask("Can people be trained for it?", applies=needs_expert)] = None
    expert_hours: Annotated[
        NonNegative | None, Ask("Expert hours a week", "how many can be had", applies=needs_expert)
    ] = None
    expert_owner: Annotated[
        str | None, Ask("Who opens the door to them?", "name, and by when", applies=needs_expert)
    ] = None
    guideline: Annotated[
        bool | None,
        Ask("Is it known how they decide?", "no: the data are a black box, and the plan says so", applies=by_people),
    ] = None
    hourly_rate: Annotated[Positive | None, Ask("Cost of an hour", "in your currency", applies=by_people)] = None
    seconds_each: Annotated[Positive | None, Ask("Seconds per label", "a number", applies=by_people)] = None
    raters: Annotated[int | None, Ask("People per row", "1, 3 or 5", applies=by_people)] = None
    agreement: Annotated[
        Share | None, Ask("Share on which two agree", "0 to 1; empty = never measured", applies=by_people)
    ] = None
    ratings: Annotated[
        str | None,
        Ask("File of several annotators", "a column each, or item, annotator, label", applies=by_people),
    ] = None
    scale: Annotated[
        str | None,
        Ask(
            "What are the labels?",
            choices=(
                Choice("nominal", "names"),
                Choice("ordinal", "grades in an order"),
                Choice("interval", "amounts"),
            ),
            applies=several_raters,
        ),
    ] = None
    wanted: Annotated[Count | None, Ask("Labels still wanted", "a number of rows", applies=by_people)] = None
    error_wanted: Annotated[
        Share | None, Ask("Wrong labels you can bear", "a share, such as 0.02", applies=by_people)
    ] = None
    prices: Annotated[
        dict[str, Positive] | None,
        Ask("Price of one label", "crowd=0.05; company=0.2; also self, experts", applies=by_people),
    ] = None
    errors: Annotated[
        dict[str, Share] | None,
        Ask("Share that one person gets wrong", "crowd=0.2; company=0.05; from a pilot", applies=by_people),
    ] = None
    hours_week: Annotated[
        NonNegative | None, Ask("Hours of labelling a week", "of all people together", applies=by_people)
    ] = None
    batch: Annotated[Count | None, Ask("Rows in a delivered batch", "to tell how many to check", applies=by_people)] = (
        None
    )
    tool: Annotated[str | None, Ask("Labelling software", "bought, free, or your own", applies=by_people)] = None
    tool_cost: Annotated[Positive | None, Ask("Its cost", "in your currency", applies=has_tool)] = None
    tool_seconds: Annotated[Positive | None, Ask("Seconds it saves per label", "a number", applies=has_tool)] = None
    result: LabelsResult | None = None


def advise(plan: Plan) -> Advice:
    own = plan.labels
    answers = {
        "origin": Advised("unknown", "the file does not say; name it, because labels bound what a model can reach"),
    }
    notes = []
    if by_machine(plan):
        answers["delay_days"] = Advised(0.0, "no delay was named")
    if by_people(plan):
        answers["who"] = Advised("self", "labelling some rows yourself shows what is hard")
        answers["expertise"] = Advised(False, "nothing was said of expertise")
        answers["guideline"] = Advised(False, "no guideline was named")
        answers["raters"] = Advised(1, "one person per row is the cheapest start")
    if several_raters(plan):
        answers["scale"] = Advised("nominal", "names have no distances; choose grades or amounts where they have")
    unknown = sorted({*(own.prices or {}), *(own.errors or {})} - set(WAYS))
    if unknown:
        notes.append(Note("blocker", f"labels.prices, labels.errors: {unknown[0]!r} is not one of {', '.join(WAYS)}"))
    if own.origin == "people" and own.agreement is None and own.ratings is None:
        notes.append(
            Note(
                "warning",
                "without a measured agreement the ceiling of the model is unknown: let two people label 50 rows",
            )
        )
    if needs_expert(plan) and own.trainable is False and own.who == "crowd":
        notes.append(Note("warning", "a crowd cannot give labels that need an expert who cannot be trained"))
    if plan.framing.private and own.who == "crowd":
        notes.append(Note("warning", "data that must stay with the user cannot be shown to a crowd"))
    if needs_expert(plan) and own.expert_hours == 0:
        notes.append(Note("warning", "no expert hours: no date for more labels can be given"))
    return Advice(answers, tuple(notes))


def verdict(plan: Plan) -> Verdict:
    result = plan.labels.result
    if result is None:
        return Verdict(outcome="undecided", reason="not worked out yet")
    if result.ceiling is None:
        return Verdict(outcome="undecided", reason="how far the labels can be trusted is not known; the plan says so")
    return Verdict(outcome="passed", reason=f"the labels allow at most about {result.ceiling:.1%} right answers")


STEP = Step(
    name="labels",
    title="Labels: who gives them, and how good they are",
    word="Labels",
    section=Labels,
    reads=(
        "framing.task",
        "framing.lowest",
        "framing.highest",
        "framing.void",
        "framing.private",
        "framing.late",
        "framing.existing_column",
        "framing.group",
        "framing.time",
        "framing.forecast",
        "data.result",
        "data.drop",
        "data.decisions",
    ),
    advise=advise,
    verdict=verdict,
    job="engine.work.labels:run",
)

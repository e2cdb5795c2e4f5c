"""Plan how the shipped model is watched: A/B test, audit, survey, drift, and when to retrain."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.step import Step
from engine.values import Advice, Advised, Ask, Count, NonNegative, Note, Positive, Section, Share, Value, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan


class Experiment(Value, frozen=True, kw_only=True):
    """Sizes of the A/B test: rows per arm, and whole days at the stated volume."""

    per_arm: int
    days: int | None = None
    how: str


class Sample(Value, frozen=True):
    """Size of an audit or a survey for the wanted margin."""

    rows: int
    how: str


class Reference(Value, frozen=True):
    """What a new file is compared with: development rows, stored beside the model."""

    path: str
    rows: int
    digest: str


class MonitoringResult(Value, frozen=True):
    """The plan of watching, with its computed sizes."""

    experiment: Experiment | None = None
    audit: Sample | None = None
    survey: Sample | None = None
    chunk: Sample | None = None
    retrain: tuple[str, ...] = ()
    successor: str = ""
    reference: Reference | None = None
    open: tuple[str, ...] = ()
    """What could not be computed, and which answer is missing."""


class Monitoring(Section, frozen=True):
    base_rate: Annotated[Share | None, Ask("Business metric today", "a rate, 0 to 1: the A/B test compares it")] = None
    effect: Annotated[Share | None, Ask("Smallest change worth seeing", "in the same rate, 0 to 1")] = None
    audit_margin: Annotated[
        Share | None, Ask("Margin of the audit", "0.05 = the error rate is known to ± 5 points")
    ] = None
    users: Annotated[Count | None, Ask("Users that could be asked", "for a survey; empty = no survey")] = None
    response: Annotated[Share | None, Ask("Share who answer", "0 to 1")] = None
    retrain_days: Annotated[NonNegative | None, Ask("Retrain after days at the latest")] = None
    new_labels: Annotated[Share | None, Ask("Retrain after new labels", "as a share of the training rows")] = None
    margin: Annotated[
        Positive | None, Ask("A successor may be worse by", "in the metric's unit, with 95 % confidence")
    ] = None
    result: MonitoringResult | None = None


def advise(plan: Plan) -> Advice:
    answers = {
        "audit_margin": Advised(0.05, "five points either way shows a failing model"),
        "response": Advised(0.2, "most surveys are answered by fewer than one in four"),
        "retrain_days": Advised(_days(plan), "the world moves; how fast is not known yet"),
        "new_labels": Advised(0.2, "a fifth more rows usually moves the score"),
    }
    if plan.metric.gain is not None:
        answers["margin"] = Advised(plan.metric.gain, "the smallest gain that matters")
    notes = []
    if plan.monitoring.base_rate is None:
        notes.append(Note("note", "without the present rate of the business metric no A/B test can be sized"))
    if plan.evaluation.result is None:
        notes.append(Note("warning", "there is no tested model yet: this is a plan for one"))
    return Advice(answers, tuple(notes))


def _days(plan: Plan) -> float:
    return {"daily": 7.0, "monthly": 30.0}.get(plan.framing.updates or "", 90.0)


def verdict(plan: Plan) -> Verdict:
    result = plan.monitoring.result
    if result is None:
        return Verdict(outcome="undecided", reason="not planned yet")
    if result.open:
        return Verdict(outcome="undecided", reason="still open: " + "; ".join(result.open))
    return Verdict(outcome="passed", reason="test, audit and retraining are planned with their sizes")


STEP = Step(
    name="monitoring",
    title="Watch it and keep it alive",
    word="Monitor",
    section=Monitoring,
    reads=(
        "framing.task",
        "framing.volume",
        "framing.updates",
        "framing.decision",
        "data.result",
        "metric.primary",
        "metric.gain",
        "deployment.result",
        "evaluation.result",
    ),
    advise=advise,
    verdict=verdict,
    job="engine.work.monitoring:run",
)

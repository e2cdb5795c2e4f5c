"""Retrain on all development rows, open the sealed test set once, and say what the model will do in use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from engine.clustering.schema import Cluster
from engine.step import Step
from engine.steps.predicted import by_threshold
from engine.steps.reads import TRAINING
from engine.values import (
    Advice,
    Advised,
    Ask,
    Choice,
    Comparison,
    Count,
    Named,
    Note,
    Score,
    Section,
    Share,
    Value,
    Verdict,
)

if TYPE_CHECKING:
    from engine.steps import Plan


class Rate(Value, frozen=True):
    """So many of 1000 rows, with the 95 % interval."""

    value: float
    low: float
    high: float


class PerThousand(Value, frozen=True):
    """Misses and false alarms of 1000 rows at the stated prevalence, and their cost where costs are known."""

    prevalence: float
    missed: Rate
    false_alarms: Rate
    cost: float | None = None


class WorstCase(Value, frozen=True):
    """A test row the model got most wrong: its row id in the file, the truth, what was said, and how surely."""

    row: int
    truth: str
    said: str
    surprise: float


class Slice(Value, frozen=True):
    """The score on one group of rows, for the groups named in framing."""

    column: str
    value: str
    score: Score


class Beside(Value, frozen=True):
    """The naive bar, or a reference, on the same sealed rows; `difference` > 0 where the model is better."""

    name: str
    score: Score
    comparison: Comparison


class Diagnosis(Value, frozen=True, kw_only=True):
    """Whether the test score agrees with what validation promised, and if not, the likeliest reason."""

    outcome: Literal["agrees", "tuning overfit", "shift", "cannot tell", "better than expected"]
    z: float | None = None
    sentence: str


class EvaluationResult(Value, frozen=True, kw_only=True):
    """The final model on the sealed rows; `opening` counts how often the seal was broken."""

    test: tuple[Score, ...]
    naive: tuple[Score, ...] = ()
    beside: tuple[Beside, ...] = ()
    more: tuple[Named, ...] = ()
    """What is told beside the metrics: each target or label by itself, how often an interval holds the truth."""
    diagnosis: Diagnosis
    opening: int
    rows: int
    epochs: int
    parameters: int
    threshold: float | None = None
    threshold_how: str = ""
    per_thousand: PerThousand | None = None
    confusion: tuple[tuple[int, ...], ...] = ()
    classes: tuple[str, ...] = ()
    calibration_error: Score | None = None
    worst: tuple[WorstCase, ...] = ()
    slices: tuple[Slice, ...] = ()
    clusters: tuple[Cluster, ...] = ()
    """Where groups were looked for: those of the sealed rows."""
    model: str = ""
    """Folder of the final model, relative to the project."""
    digest: str = ""


class Evaluation(Section, frozen=True):
    open_seal: Annotated[
        str | None,
        Ask("Open the sealed test set?", "type the project's name; this is meant to be done once"),
    ] = None
    threshold_rule: Annotated[
        str | None,
        Ask(
            "Where to draw the line",
            choices=(
                Choice("costs", "cheapest by the named costs"),
                Choice("f1", "best F1 on development rows"),
                Choice("half", "at one half"),
            ),
            applies=by_threshold,
        ),
    ] = None
    human: Annotated[
        Share | None, Ask("Share people get right", "measured on the same kind of rows; empty = unknown")
    ] = None
    worst: Annotated[Count | None, Ask("Worst cases to list")] = None
    result: EvaluationResult | None = None


def advise(plan: Plan) -> Advice:
    costs = plan.metric.cost_fn is not None and plan.metric.cost_fp is not None
    answers = {"worst": Advised(5, "a handful is read, a hundred is not")}
    if by_threshold(plan):
        answers["threshold_rule"] = (
            Advised("costs", "both costs are known")
            if costs
            else Advised("f1", "no costs were named, so misses and false alarms are balanced on development rows")
        )
    notes = []
    if plan.evaluation.threshold_rule == "costs" and not costs:
        notes.append(
            Note(
                "blocker",
                "the threshold cannot follow costs that are not named: answer metric.cost_fn and metric.cost_fp",
            )
        )
    if plan.tuning.result is None:
        notes.append(Note("warning", "nothing was tuned: the small network of the baseline is what will be tested"))
    return Advice(answers, tuple(notes))


def verdict(plan: Plan) -> Verdict:
    result = plan.evaluation.result
    if result is None:
        return Verdict(outcome="undecided", reason="the seal is closed")
    first = result.test[0]
    interval = f" ({first.low:.4g} to {first.high:.4g})" if first.low is not None and first.high is not None else ""
    text = f"{first.metric} {first.value:.4g}{interval} on {result.rows:,} sealed rows; {result.diagnosis.sentence}"
    if result.opening > 1:
        text += f"; the seal was opened {result.opening} times, so this number is no longer a fresh test"
    return Verdict(
        outcome="passed" if result.diagnosis.outcome in ("agrees", "better than expected") else "undecided", reason=text
    )


STEP = Step(
    name="evaluation",
    title="The sealed test set, once",
    word="Evaluate",
    section=Evaluation,
    reads=(
        *TRAINING,
        "framing.fairness",
        "metric.cost_fn",
        "metric.cost_fp",
        "metric.prevalence",
        "tuning.result",
        # The script of the final model holds the space that was searched.
        "tuning.max_units",
        "tuning.max_layers",
        "tuning.max_dropout",
        "tuning.max_l2",
    ),
    advise=advise,
    verdict=verdict,
    job="engine.work.evaluation:run",
    skip_warning="without the test nobody knows what the model will do in use",
    needs=("data", "preparation", "protocol", "baseline"),
)

"""Frame the problem: what is predicted, for whom, under which constraints. Possible before any data exist."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.before import told
from engine.data.schema import Reading, TargetSummary
from engine.goals import GOALS
from engine.step import Step
from engine.steps.belonging import advised_group, few_groups
from engine.steps.choices import columns_of_file, task_choices
from engine.steps.contradictions import contradictions
from engine.steps.file import DataFile, advised_reading, doubts_of_reading
from engine.steps.masks import advised_void, doubts_of_masks, with_masks
from engine.steps.predicted import without_lists
from engine.steps.series import SeriesFacts, advised_series, facts_of, forecasts, remarks_on_series
from engine.tasks import TASKS
from engine.values import Advice, Advised, Ask, Choice, Count, NonNegative, Note, Positive, Value, Verdict, Whole

if TYPE_CHECKING:
    from engine.steps import Plan

ROW_ORDER = "(row order)"
"""Stands for "the rows of the file are in time order" where no column holds the time."""

ORDERED = 0.9
"""Lag-1 autocorrelation of the target in file order from which the rows are taken to be a series."""

UNSURE = 0.3
"""Difference of two fits below which a person should look at which kind of prediction is meant."""


class TaskFit(Value, frozen=True):
    """One kind of prediction that fits the target: `weight` 0 to 1, and why."""

    task: str
    weight: float
    reason: str


class FramingResult(Value, frozen=True):
    """What a first look at the file says: its columns, the target's values and the tasks that fit it."""

    reading: Reading | None = None
    target: TargetSummary | None = None
    tasks: tuple[TaskFit, ...] = ()
    missing: tuple[str, ...] = ()
    """What is not known yet, in words."""
    masks: dict[str, float] = {}
    """The values that masks of the file hold, and the share of the points that each has, the most common one first."""
    lowest: float | None = None
    highest: float | None = None
    """The ends of the usual scale that all values of the target lie on, where there is one."""
    series: SeriesFacts | None = None
    """Where values are to be predicted from those before them: what is known of the series."""


def time_columns(plan: Plan) -> tuple[Choice, ...]:
    return (*columns_of_file(plan), Choice(ROW_ORDER, ROW_ORDER, "the file is already in time order"))


def has_existing(plan: Plan) -> bool:
    return plan.framing.existing not in (None, "none")


def between_ends(plan: Plan) -> bool:
    task = TASKS.get(plan.framing.task or "")
    return task is not None and task.ends


class Framing(DataFile, frozen=True):
    target: Annotated[
        tuple[str, ...] | None,
        Ask("What to predict", "the column to predict, or several", choices=columns_of_file, free=True),
    ] = None
    task: Annotated[str | None, Ask("Kind of prediction", choices=task_choices)] = None
    lowest: Annotated[float | None, Ask("Lowest possible value", "the end of the scale", applies=between_ends)] = None
    highest: Annotated[float | None, Ask("Highest possible value", "the other end", applies=between_ends)] = None
    void: Annotated[
        str | None,
        Ask("Value for not known", "what masks hold where nobody can tell, such as 255", applies=with_masks),
    ] = None
    purpose: Annotated[str | None, Ask("Why is it wanted?", "one sentence, in the customer's words")] = None
    decision: Annotated[
        str | None, Ask("Which decision changes?", "what is done differently because of a prediction")
    ] = None
    actor: Annotated[str | None, Ask("Who acts on it?", "person, team or system")] = None
    unit: Annotated[str | None, Ask("What is one row?", "a customer, a visit, a day …")] = None
    moment: Annotated[str | None, Ask("When is it predicted?", "the moment at which every input is known")] = None
    late: Annotated[
        tuple[str, ...] | None,
        Ask(
            "Known only afterwards",
            "columns filled after the outcome; never given to the model",
            choices=columns_of_file,
            free=True,
        ),
    ] = None
    sources: Annotated[str | None, Ask("Other data", "what else exists or can be collected")] = None
    group: Annotated[
        str | None,
        Ask(
            "Rows that belong together",
            "column of the person, device or place that repeats",
            choices=columns_of_file,
            free=True,
        ),
    ] = None
    time: Annotated[
        str | None, Ask("Time of a row", "a column, or (row order); empty = no time", choices=time_columns, free=True)
    ] = None
    forecast: Annotated[bool | None, Ask("Predict the future?", "yes: the test set is the latest part")] = None
    horizon: Annotated[Whole | None, Ask("Horizon", "rows between the last known value and the predicted one")] = None
    gap: Annotated[
        Whole | None, Ask("Gap", "steps whose values are not known yet when it is predicted", applies=forecasts)
    ] = None
    season: Annotated[
        Count | None, Ask("Season", "steps after which the series repeats itself; 1 = none", applies=forecasts)
    ] = None
    known: Annotated[
        tuple[str, ...] | None,
        Ask(
            "Known beforehand",
            "columns known before their time: calendar, plans, prices",
            choices=columns_of_file,
            applies=forecasts,
            free=True,
        ),
    ] = None
    volume: Annotated[Positive | None, Ask("Decisions a day", "a number; sizes the A/B test and the cost per day")] = (
        None
    )
    existing: Annotated[
        str | None,
        Ask(
            "How is it done today?",
            choices=(
                Choice("none", "not at all"),
                Choice("people", "people decide"),
                Choice("rule", "a rule"),
                Choice("model", "another model"),
            ),
        ),
    ] = None
    existing_column: Annotated[
        str | None,
        Ask(
            "Its predictions",
            "column that holds them: it becomes a baseline",
            choices=columns_of_file,
            applies=has_existing,
            free=True,
        ),
    ] = None
    existing_minutes: Annotated[
        NonNegative | None, Ask("Minutes per decision today", "a number", applies=has_existing)
    ] = None
    private: Annotated[bool | None, Ask("Must data stay with the user?", "yes: nothing may be sent to a server")] = None
    internet: Annotated[
        str | None,
        Ask(
            "Internet where it is used",
            choices=(Choice("reliable", "reliable"), Choice("unreliable", "comes and goes"), Choice("none", "none")),
        ),
    ] = None
    latency_ms: Annotated[Positive | None, Ask("Answer within (ms)", "95 % of the answers; empty = no limit")] = None
    memory_mb: Annotated[Positive | None, Ask("Memory of the device (MB)", "empty = no limit")] = None
    size_mb: Annotated[Positive | None, Ask("Largest model file (MB)", "empty = no limit")] = None
    updates: Annotated[
        str | None,
        Ask(
            "How often will it be updated?",
            choices=(Choice("rarely", "rarely"), Choice("monthly", "monthly"), Choice("daily", "daily or faster")),
        ),
    ] = None
    server_cost: Annotated[bool | None, Ask("May it cost a server?", "no: it has to run where the user is")] = None
    secret: Annotated[bool | None, Ask("Are the weights secret?", "yes: the model file may not be handed out")] = None
    accuracy_first: Annotated[
        bool | None, Ask("Is every point of accuracy critical?", "yes: no compression that costs accuracy")
    ] = None
    explain: Annotated[
        bool | None, Ask("Must decisions be explained?", "stated in the plan for whoever ships the model")
    ] = None
    fairness: Annotated[
        tuple[str, ...] | None,
        Ask("Groups to compare", "columns whose groups must not be treated worse", choices=columns_of_file, free=True),
    ] = None
    result: FramingResult | None = None


def advise(plan: Plan) -> Advice:
    own = plan.framing
    answers = {
        "existing": Advised("none", "no present way of doing it was named"),
        "private": Advised(False, "no restriction was named"),
        "internet": Advised("reliable", "no restriction was named"),
        "updates": Advised("rarely", "no plan for updates was named"),
        "server_cost": Advised(True, "no restriction was named"),
        "secret": Advised(False, "no restriction was named"),
        "accuracy_first": Advised(False, "a small loss is usually worth a smaller model"),
        "explain": Advised(True, "people who act on predictions ask why"),
    }
    answers |= advised_reading(plan)
    task = _advised_task(plan)
    if task:
        answers["task"] = task
    answers |= _advised_ends(plan)
    answers |= advised_void(plan)
    time, note = _advised_time(plan)
    answers["forecast"] = Advised(
        time is not None or own.time is not None,
        "the rows have a time, and the model will be used on later ones"
        if time or own.time
        else "no time of a row is known",
    )
    if time:
        answers["time"] = time
    group = advised_group(plan)
    if group:
        answers["group"] = group
    if own.forecast or (own.forecast is None and (time or own.time)):
        answers["horizon"] = Advised(1, "the next row after the last known one")
    answers |= advised_series(plan)
    earlier = tuple(Note("note", told(before)) for before in plan.project.before)
    return Advice(
        answers,
        (
            *earlier,
            *doubts_of_reading(plan),
            *contradictions(plan),
            *without_lists(plan),
            *doubts_of_masks(plan),
            *few_groups(plan),
            *remarks_on_series(plan),
            *note,
            *_thin(plan),
        ),
    )


def _advised_task(plan: Plan) -> Advised | None:
    fits = plan.framing.result.tasks if plan.framing.result else ()
    if not fits:
        return None
    best, *others = fits
    rivals = [other for other in others if other.weight > best.weight - UNSURE]
    if not rivals:
        return Advised(best.task, best.reason)
    rival = rivals[0]
    return Advised(best.task, f"{best.reason}; it could also be {rival.task}: {rival.reason}", confirm=True)


def _advised_ends(plan: Plan) -> dict[str, Advised]:
    """The ends of the usual scale that all values of the file lie on, as ends are known before any row is."""
    result = plan.framing.result
    if result is None or result.lowest is None or result.highest is None:
        return {}
    said = f"the usual scale around all values is {result.lowest:g} to {result.highest:g}"
    ends = {"lowest": result.lowest, "highest": result.highest}
    return {name: Advised(end, said, confirm=True) for name, end in ends.items()}


def _advised_time(plan: Plan) -> tuple[Advised | None, tuple[Note, ...]]:
    """A series is recognised by its target: values in file order that hang together."""
    own = plan.framing
    result, series = own.result, facts_of(plan)
    if series is not None:
        said = f"its values come one {series.step} after the other" if series.time else "no column holds a time"
        return Advised(series.time or ROW_ORDER, said, confirm=True), ()
    if result is None or result.reading is None or result.target is None or result.target.lag1 is None:
        return None, ()
    if result.target.lag1 < ORDERED:
        return None, ()
    dated = [c for c in result.reading.columns if c.kind == "date" and c.monotone and c.missing == 0]
    # The rows of one group that follow each other are alike without any time.
    if own.group and not dated:
        return None, ()
    name = dated[0].name if dated else ROW_ORDER
    reason = f"neighbouring rows have nearly the same target (lag-1 autocorrelation {result.target.lag1:.2f})"
    warning = Note(
        "warning",
        f"{reason}: a random split would let the model copy its neighbours, so the latest rows are kept for the test "
        "and the last known value is a baseline to beat",
    )
    return Advised(name, reason, confirm=True), (warning,)


def _thin(plan: Plan) -> tuple[Note, ...]:
    own = plan.framing
    notes = []
    for name, text in (("purpose", own.purpose), ("decision", own.decision)):
        if text is not None and len(text.split()) < 2:
            notes.append(Note("warning", f"{name}: one word will not tell a reader of the plan why this is done"))
    if own.data and not own.target and own.task not in GOALS:
        notes.append(Note("note", "no target yet: the data can be read, nothing can be trained"))
    return tuple(notes)


def verdict(plan: Plan) -> Verdict:
    result = plan.framing.result
    if result is None or result.reading is None:
        return Verdict(outcome="undecided", reason="framed without data: what is missing is listed in the plan")
    if result.missing:
        return Verdict(outcome="undecided", reason="still open: " + "; ".join(result.missing))
    target = ", ".join(plan.framing.target or ())
    others = len(result.reading.columns) - len(plan.framing.target or ())
    return Verdict(outcome="passed", reason=f"predict {target} from {others} other columns")


STEP = Step(
    name="framing",
    title="Frame the problem",
    word="Frame",
    section=Framing,
    reads=(),
    advise=advise,
    verdict=verdict,
    job="engine.work.framing:run",
)

"""Choose how the validation score is measured, from what has to be detectable and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

from engine.data.places import coordinates
from engine.stats.power import detectable_gain, spread_for
from engine.step import Step
from engine.steps.predicted import of_classes, of_unordered_classes, task_of
from engine.steps.reads import ROWS
from engine.values import Advice, Advised, Ask, Choice, Note, Section, Share, Value, Verdict

if TYPE_CHECKING:
    from engine.steps import Plan

HOLDOUT_SHARE = 0.2
LEAST_OF_CLASS = 5
"""Rows of the rarest class that every fold should score. A class too rare for two such folds does not cost the others
theirs: between two folds a test has next to no power."""
FEW_ROWS = 500
"""Up to here repeated folds are cheap."""
TEN_FOLDS = 1000
"""Below so many rows ten folds are cheap, and the corrected t, which has 9 degrees of freedom then and not 4, shows a
difference that is smaller by a fifth."""


class Cost(Value, frozen=True):
    """What one trial costs under a kind of protocol: how many models it trains, and about how many minutes."""

    kind: str
    models: int
    minutes: float


class ProtocolResult(Value, frozen=True):
    """What the planned split can tell: rows scored, standard error, smallest detectable difference (metric's unit)."""

    kind: str
    order: str
    folds: int
    repeats: int
    scored: int
    share: float = HOLDOUT_SHARE
    gap: int = 0
    """Rows left out between training and validation in time."""
    fold_rows: tuple[int, ...] = ()
    standard_error: float | None = None
    minimal_detectable: float | None = None
    gain: float = 0.0
    rows_needed: int | None = None
    digest: str = ""
    reduced: tuple[str, ...] = ()
    scarce: tuple[str, ...] = ()
    """Classes with fewer rows than there are folds, each with its number of rows."""
    """What had to be made smaller than asked, and why."""
    costs: tuple[Cost, ...] = ()
    basis: str = ""
    """What the minutes rest on."""


def folded(plan: Plan) -> bool:
    return plan.protocol.kind in ("kfold", "iterated")


def held_out(plan: Plan) -> bool:
    return plan.protocol.kind == "holdout"


def repeated(plan: Plan) -> bool:
    return plan.protocol.kind == "iterated"


def kinds(plan: Plan) -> tuple[Choice, ...]:
    """How it can be validated, with what a trial costs where that was measured."""
    found = plan.protocol.result
    told = {cost.kind: cost for cost in found.costs} if found else {}
    return tuple(
        Choice(name, label, f"{note}; {minutes(told[name])} a trial" if name in told else note)
        for name, label, note in (
            ("holdout", "hold-out", "one part is kept for validation"),
            ("kfold", "k-fold", "every row is scored once"),
            ("iterated", "iterated k-fold", "k-fold, shuffled and repeated"),
        )
    )


def minutes(cost: Cost) -> str:
    """A cost in words."""
    if cost.minutes < 0.95:
        return f"about {max(1, round(60 * cost.minutes)):d} s"
    return f"about {cost.minutes:.0f} min"


def places(plan: Plan) -> tuple[str, str] | None:
    """The columns of latitude and longitude, where the file has them as numbers."""
    if plan.data.result is None:
        return None
    return coordinates(each.name for each in plan.data.result.reading.columns if each.kind == "numeric")


def orders(plan: Plan) -> tuple[Choice, ...]:
    """How rows can be divided; by place where the file says where they are."""
    found = (
        Choice("random", "at random"),
        Choice("stratified", "stratified", "each part has the same share of classes"),
        Choice("group", "by group", "rows that belong together stay together"),
        Choice("time", "by time", "validation is always later than training"),
    )
    if places(plan) is None:
        return found
    return (*found, Choice("spatial", "by place", "neighbours stay together: for predictions about new places"))


class Protocol(Section, frozen=True):
    kind: Annotated[
        str | None,
        Ask(
            "How is it validated?",
            choices=kinds,
        ),
    ] = None
    order: Annotated[
        str | None,
        Ask(
            "How are rows divided?",
            choices=orders,
        ),
    ] = None
    folds: Annotated[int | None, Ask("Folds", "2 to 20", applies=folded)] = None
    repeats: Annotated[int | None, Ask("Repeats", "2 to 20", applies=repeated)] = None
    share: Annotated[Share | None, Ask("Share held out", "0.05 to 0.5", applies=held_out)] = None
    result: ProtocolResult | None = None


def advise(plan: Plan) -> Advice:
    own = plan.protocol
    order, why = _order(plan)
    rows = plan.data.result.sealed.development if plan.data.result and plan.data.result.sealed else 0
    kind, because = _kind(plan, rows, own.order or order)
    answers = {
        "order": Advised(order, why),
        "kind": Advised(kind, because),
        "folds": Advised(_folds(plan, rows), "five is enough; ten where rows are few"),
        "repeats": Advised(3, "three shuffles remove most of the noise of one partition"),
        "share": Advised(HOLDOUT_SHARE, "a fifth measures, the rest learns"),
    }
    notes = []
    if (own.order or order) == "time" and own.kind == "iterated":
        notes.append(
            Note("blocker", "iterated k-fold shuffles the rows, which a time order forbids: choose k-fold or hold-out")
        )
    if own.order == "group" and not plan.framing.group:
        notes.append(Note("blocker", "no column of groups was named: answer framing.group"))
    task = task_of(plan)
    if task is not None and task.lists and own.order not in (None, "group", "time"):
        notes.append(Note("blocker", f"lists of {plan.framing.group} must stay whole: divide by group"))
    if own.order == "time" and not plan.framing.time:
        notes.append(Note("blocker", "no time of a row was named: answer framing.time"))
    if own.order == "stratified" and plan.framing.task and not of_classes(plan):
        notes.append(Note("blocker", "only classes can be stratified: choose random for an amount"))
    where = places(plan)
    if own.order == "spatial":
        notes.append(
            Note("warning", "the sealed test is not divided by place: it will look better than new places will be")
            if where
            else Note("blocker", "the file has no columns of latitude and longitude: choose another division")
        )
    elif where and not plan.framing.forecast and not plan.framing.group:
        notes.append(
            Note("note", f"{where[0]} and {where[1]} say where rows are: divide by place if new places are asked for")
        )
    return Advice(answers, tuple(notes))


def _order(plan: Plan) -> tuple[str, str]:
    if plan.framing.forecast and plan.framing.time:
        return "time", "the model will be used on later rows than it learned from"
    if plan.framing.group:
        return "group", f"rows of the same {plan.framing.group} must not be on both sides"
    if of_classes(plan):
        return "stratified", "each part gets the same share of every class"
    return "random", "no time and no groups were named"


def detectable(plan: Plan, rows: int) -> float | None:
    """The smallest difference in the success metric that so many scored rows would show; None without a metric."""
    name, target = plan.metric.primary, plan.data.result.target if plan.data.result else None
    if not name or not rows or target is None:
        return None
    counts = [top.count for top in target.counts] if of_classes(plan) else []
    rows = _units(plan, rows)
    rarest = rows * min(counts) / sum(counts) if counts else None
    return detectable_gain(name, rows, rarest, spread=spread_for(name, target.std, target.mean))


def _units(plan: Plan, rows: int) -> int:
    """Of how many rows, or lists, a score on so many rows is a mean."""
    task, result = task_of(plan), plan.data.result
    columns = result.reading.columns if result is not None and task is not None and task.lists else ()
    lists = next((column for column in columns if column.name == plan.framing.group), None)
    return rows if lists is None else round(rows * lists.distinct / lists.rows)


def _kind(plan: Plan, rows: int, order: str) -> tuple[str, str]:
    """The cheapest protocol whose minimal detectable difference is below the gain that matters."""
    gain, scored = plan.metric.gain, int(rows * HOLDOUT_SHARE)
    seen = detectable(plan, scored)
    if seen is None or gain is None:
        return "kfold", "scores every row once"
    if seen <= gain:
        return "holdout", f"{scored:,} held-out rows show a difference of {seen:.3g}, below the {gain:g} that matters"
    text = f"{scored:,} held-out rows would only show a difference of {seen:.3g}"
    if rows <= FEW_ROWS and order != "time":
        return "iterated", f"{text}; scoring every row, several times over, is the most that {rows:,} rows can tell"
    return "kfold", f"{text}; k-fold scores all {rows:,}"


def _folds(plan: Plan, rows: int) -> int:
    wanted = 10 if 0 < rows < TEN_FOLDS and (plan.protocol.kind or "") == "kfold" else 5
    target = plan.data.result.target if plan.data.result else None
    if target and of_unordered_classes(plan) and target.counts:
        rarest = min((top.count for top in target.counts if top.count >= 2 * LEAST_OF_CLASS), default=0)
        wanted = max(2, min(wanted, rarest // LEAST_OF_CLASS))
    return wanted


def verdict(plan: Plan) -> Verdict:
    result = plan.protocol.result
    if result is None:
        return Verdict(outcome="undecided", reason="not worked out yet")
    if result.minimal_detectable is None:
        return Verdict(
            outcome="passed",
            reason=f"{result.scored:,} rows are scored; what is detectable shows with the first models",
        )
    seen = f"{result.scored:,} scored rows detect a difference of about {result.minimal_detectable:.3g}"
    if result.minimal_detectable <= result.gain:
        return Verdict(outcome="passed", reason=f"{seen}, below the gain of {result.gain:g} that matters")
    needed = "" if result.rows_needed is None else f": about {result.rows_needed:,} rows would be needed"
    return Verdict(outcome="undecided", reason=f"{seen}, above the gain of {result.gain:g}{needed}")


STEP = Step(
    name="protocol",
    title="How the score is measured",
    word="Protocol",
    section=Protocol,
    reads=(
        *ROWS,
        "labels.result",
        "metric.primary",
        "metric.gain",
        "metric.positive",
    ),
    advise=advise,
    verdict=verdict,
    job="engine.work.protocol:run",
    needs=("data",),
)

"""A first look at the file: its columns, the target's values, and the kinds of prediction that fit."""

from collections.abc import Sequence

import msgspec
import numpy as np
import pandas as pd

from engine.data.entities import column_of_lists
from engine.data.names import resolve_column
from engine.data.profile import of_files, target_summary
from engine.data.scales import ends_of as usual_ends
from engine.data.schema import TargetColumn, TargetSummary
from engine.errors import UserError
from engine.goals import GOALS
from engine.image.mask import mask_values
from engine.jobs.context import Context
from engine.steps import Plan
from engine.steps.framing import ROW_ORDER, Framing, FramingResult, TaskFit
from engine.tasks import TASKS
from engine.work import series
from engine.work.opening import counted, opened

Array = np.ndarray

FEW_ROWS = 30
"""Below this nothing can be held back, fitted and tested."""
FEW_MASKS = 10
"""The same of pictures with masks, each of which holds thousands of points to learn from."""


def run(plan: Plan, context: Context) -> FramingResult:
    """Read the file named in framing, if any. Errors: UserError naming file and column."""
    own = plan.framing
    if not own.data:
        return FramingResult(missing=_missing(own))
    table = opened(plan, context)
    reading = counted(table.reading)
    names = [column.name for column in reading.columns]
    _check_names(own, names)
    if not own.target:
        return FramingResult(reading=reading, missing=_missing(own))
    columns = resolved_targets(plan, names)
    summary = of_files(target_summary(table.columns(columns), *columns), reading)
    lists = column_of_lists(reading.columns, summary.column)
    summary = msgspec.structs.replace(summary, lists=lists.name if lists else "")
    for column in (summary, *summary.others):
        _check_values(column, reading.rows)
    fits = [(task, fit) for task in TASKS.values() if (fit := task.fit(summary)) is not None]
    tasks = tuple(
        TaskFit(task=task.name, weight=fit.weight, reason=fit.reason)
        for task, fit in sorted(fits, key=lambda pair: -pair[1].weight)
    )
    if series.only_dated(plan, reading.columns):
        tasks = _from_the_past(tasks)
    held = "; ".join(
        f"{each.column!r} has {each.distinct:,} different {each.kind} values" for each in (summary, *summary.others)
    )
    if not tasks:
        raise UserError(f"no kind of prediction fits: {held}; choose another target (framing.target)")
    if own.task and own.task not in {fit.task for fit in tasks}:
        raise UserError(
            f"framing.task: {own.task} does not fit ({held}); fitting: {', '.join(fit.task for fit in tasks)}"
        )
    past = TASKS[own.task or tasks[0].task].past
    low, high = usual_ends(summary.minimum, summary.maximum)
    return FramingResult(
        reading=reading,
        target=_only_counts(summary),
        tasks=tasks,
        lowest=low,
        highest=high,
        series=series.facts(plan, table, summary.column) if past else None,
        masks=mask_values(table.columns(columns[:1])[columns[0]]) if summary.kind == "mask" else {},
        missing=_missing(own),
    )


def _from_the_past(fits: tuple[TaskFit, ...]) -> tuple[TaskFit, ...]:
    """A target that has nothing beside it but times is told by its past first of all."""
    first = [
        TaskFit(task=fit.task, weight=1.0, reason="there is no column beside times: what came before is all there is")
        for fit in fits
        if TASKS[fit.task].past
    ]
    rest = (msgspec.structs.replace(fit, weight=fit.weight / 2) for fit in fits if not TASKS[fit.task].past)
    return (*first, *rest)


def _check_values(target: TargetColumn, rows: int) -> None:
    """Errors: UserError where nothing varies, or too few rows have a value."""
    labelled = rows - target.missing
    if target.distinct < 2:
        raise UserError(
            f"target {target.column!r} has {'one value only' if target.distinct else 'no value at all'} in "
            f"{labelled:,} rows: nothing to predict; choose another target"
        )
    least = FEW_MASKS if target.kind == "mask" else FEW_ROWS
    if labelled < least:
        raise UserError(
            f"target {target.column!r} is known in {labelled} rows: at least {least} are needed to learn and to test"
        )


def _only_counts(target: TargetSummary) -> TargetSummary:
    """The target's counts, and whether its rows hang together; its shape is told from the development rows later."""
    shape: dict[str, None] = dict.fromkeys(("minimum", "maximum", "mean", "std", "skew"))
    others = tuple(msgspec.structs.replace(other, **shape) for other in target.others)
    return msgspec.structs.replace(target, **shape, others=others)


def resolved_targets(plan: Plan, names: list[str]) -> list[str]:
    """The target columns as they are called in the file, each once. Errors: UserError naming the nearest column."""
    return list(dict.fromkeys(resolve_column(name, names) for name in plan.framing.target or ()))


def ends_of(plan: Plan) -> tuple[float, float] | None:
    """The two ends that the target lies between, where both are told. Errors: UserError for ends that are not two."""
    low, high = plan.framing.lowest, plan.framing.highest
    if low is None or high is None:
        return None
    if low >= high:
        raise UserError(f"framing.highest: found {high:g}, accepted is more than framing.lowest ({low:g})")
    return low, high


def target_cells(plan: Plan, frame: pd.DataFrame, names: Sequence[str]) -> dict[str, Array]:
    """The cells of the target columns and, where rows are put in order within lists, of the column of the lists."""
    task, group = TASKS.get(plan.framing.task or ""), plan.framing.group
    columns = (*names, group) if task is not None and task.lists and group else names
    return {name: frame[name].to_numpy() for name in columns}


def _missing(own: Framing) -> tuple[str, ...]:
    """What a framing still lacks, in words."""
    wanted = {
        "a data file": own.data,
        "the target column": own.target or own.task in GOALS,
    }
    return tuple(words for words, answer in wanted.items() if not answer)


def _check_names(own: Framing, names: list[str]) -> None:
    """Columns named in framing have to be in the file."""
    single = {"group": own.group, "time": own.time, "existing_column": own.existing_column}
    listed = {"late": own.late, "fairness": own.fairness, "kinds": own.kinds}
    named = [(key, name) for key, name in single.items() if name and name != ROW_ORDER]
    named += [(key, name) for key, many in listed.items() for name in many or ()]
    for key, name in named:
        if name not in names:
            try:
                near = resolve_column(name, names)
            except UserError as error:
                raise UserError(f"framing.{key}: {error}") from None
            raise UserError(f"framing.{key}: {name!r} is not a column; did you mean {near!r}?")

"""A first look at the file: its columns, the target's values, and the kinds of prediction that fit."""

import msgspec

from engine.data.names import resolve_column
from engine.data.profile import target_summary
from engine.data.schema import Column, TargetSummary
from engine.errors import UserError
from engine.jobs.context import Context
from engine.steps import Plan
from engine.steps.framing import ROW_ORDER, Framing, FramingResult, TaskFit
from engine.tasks import TASKS
from engine.work.opening import opened

FEW_ROWS = 30
"""Below this nothing can be held back, fitted and tested."""


def run(plan: Plan, context: Context) -> FramingResult:
    """Read the file named in framing, if any. Errors: UserError naming file and column."""
    own = plan.framing
    if not own.data:
        return FramingResult(missing=_missing(own))
    table = opened(plan, context)
    reading = msgspec.structs.replace(table.reading, columns=tuple(_counted(c) for c in table.reading.columns))
    names = [column.name for column in reading.columns]
    _check_names(own, names)
    if not own.target:
        return FramingResult(reading=reading, missing=_missing(own))
    column = resolved_target(plan, names)
    summary = target_summary(table.columns([column]), column)
    labelled = reading.rows - summary.missing
    if summary.distinct < 2:
        raise UserError(
            f"target {column!r} has {'one value only' if summary.distinct else 'no value at all'} in "
            f"{labelled:,} rows: nothing to predict; choose another target"
        )
    if labelled < FEW_ROWS:
        raise UserError(
            f"target {column!r} is known in {labelled} rows: at least {FEW_ROWS} are needed to learn and to test"
        )
    fits = [(task, fit) for task in TASKS.values() if (fit := task.fits(summary)) is not None]
    tasks = tuple(
        TaskFit(task=task.name, weight=fit.weight, reason=fit.reason)
        for task, fit in sorted(fits, key=lambda pair: -pair[1].weight)
    )
    if not tasks:
        raise UserError(
            f"target {column!r} has {summary.distinct:,} different {summary.kind} values: neither classes "
            f"nor an amount; choose another target"
        )
    if own.task and own.task not in {fit.task for fit in tasks}:
        raise UserError(
            f"framing.task: {own.task} does not fit {column!r} ({summary.distinct:,} different "
            f"{summary.kind} values); fitting: {', '.join(fit.task for fit in tasks)}"
        )
    return FramingResult(reading=reading, target=_only_counts(summary), tasks=tasks, missing=_missing(own))


def _counted(column: Column) -> Column:
    """A column by name, kind and counts: the seal is not drawn yet, so nobody is shown the shape of its values."""
    return Column(
        name=column.name,
        kind=column.kind,
        rows=column.rows,
        missing=column.missing,
        distinct=column.distinct,
        integer=column.integer,
        monotone=column.monotone,
    )


def _only_counts(target: TargetSummary) -> TargetSummary:
    """The target's counts, and whether its rows hang together; its shape is told from the development rows later."""
    return msgspec.structs.replace(target, minimum=None, maximum=None, mean=None, std=None, skew=None)


def resolved_target(plan: Plan, names: list[str]) -> str:
    """The one target column as it is called in the file. Errors: UserError naming the nearest column."""
    wanted = plan.framing.target or ()
    if len(wanted) != 1:
        raise UserError(f"framing.target: found {len(wanted)} columns, one can be predicted at a time")
    return resolve_column(wanted[0], names)


def _missing(own: Framing) -> tuple[str, ...]:
    """What a framing still lacks, in words."""
    wanted = {
        "a data file": own.data,
        "the target column": own.target,
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

"""Read the file, seal the test set before anything relates inputs to the target, then audit the development rows."""

import msgspec
import pandas as pd

from engine.data import seal
from engine.data.profile import of_files, profile
from engine.data.schema import FILE_KINDS, Column, Reading, TargetSummary
from engine.detector import AuditData
from engine.errors import UserError
from engine.findings import left_out
from engine.goals import GOALS
from engine.jobs.context import Context
from engine.steps import Plan
from engine.steps.data import DataResult, Kind, Sealed
from engine.steps.framing import ROW_ORDER
from engine.steps.series import forecasts, past_of
from engine.tasks import TASKS
from engine.training.kind import fit_target, kind_of
from engine.work.auditing import audited, read_so_far
from engine.work.framing import ends_of, resolved_targets, target_cells
from engine.work.opening import opened, sample_of
from engine.work.sealing import Drawing, sealed_in_memory, sealed_on_disk
from engine.work.series import facts, with_past

TINY = 0.05
LARGE = 0.5


def run(plan: Plan, context: Context) -> DataResult:
    """Read, seal, audit. Errors: UserError naming file, column or answer."""
    framing, own = plan.framing, plan.data
    if not framing.data:
        raise UserError("no data file yet: answer framing.data with its path")
    share = own.test_share if own.test_share is not None else 0.2
    if not TINY <= share <= LARGE:
        raise UserError(f"data.test_share: found {share:g}, accepted is {TINY} to {LARGE}")
    table = opened(plan, context)
    past = None
    if forecasts(plan) and framing.target:
        past = past_of(plan, facts(plan, table, framing.target[0]))
        table = with_past(past, table)
    reading, frame = table.reading, table.frame
    read_so_far(context, reading)
    if not framing.target:
        if table.stored is not None:
            frame = sample_of(table.stored, plan.project.seed)
        assert frame is not None
        goal = GOALS.get(framing.task or "")
        if goal is not None and goal.sealed:
            return _sealed_without_target(plan, context, frame, reading, share)
        looked_at = _audit_data(plan, frame, reading, None, (), reading.rows)
        return audited(plan, context, looked_at, DataResult(reading=reading))
    target, *others = resolved_targets(plan, [column.name for column in reading.columns])
    context.phase("sealing the test set")
    kind, why = _kind(plan)
    drawing: Drawing = {
        "share": share,
        "seed": plan.project.seed,
        "kind": kind,
        "target": target,
        "others": tuple(others),
        "group": framing.group,
        "time": None if framing.time == ROW_ORDER else framing.time,
    }
    # What is made of the past is no column of the file: nothing in it can be mended, and its series is known.
    made = (past.series, *past.made) if past else ()
    names = _inputs(plan, reading, target, *others, *made)
    if table.stored is not None:
        held = sealed_on_disk(context, table.stored, drawing, names)
    else:
        assert frame is not None
        pictures = [column.name for column in reading.columns if column.kind == "image"]
        held = sealed_in_memory(context.project, frame, drawing, names, pictures)
    reading = _of_development(reading, held.columns)
    written, summary = held.seal, of_files(held.target, reading)
    looked_at = _audit_data(plan, held.sample, reading, summary, held.twins, written.development, made)
    known = DataResult(
        reading=reading,
        target=summary,
        sealed=Sealed(
            kind=kind,
            why=f"{why}; {written.why}",
            rows=written.rows,
            development=written.development,
            digest=written.digest,
            unlabelled=written.unlabelled,
        ),
        disagreements=_disagreements(plan, summary),
        past=past,
    )
    return audited(plan, context, looked_at, known)


def _sealed_without_target(
    plan: Plan, context: Context, frame: pd.DataFrame, reading: Reading, share: float
) -> DataResult:
    """Rows set aside, where groups are looked for; of a table larger than memory the sample is all there is."""
    context.phase("sealing the test set")
    kind: Kind = "group" if plan.framing.group else "random"
    drawn = seal.draw(frame, share=share, seed=plan.project.seed, kind=kind, group=plan.framing.group)
    written = seal.write(context.project, frame, drawn)
    twins = seal.twins(frame, drawn.mask, _inputs(plan, reading))
    development = frame[~drawn.mask]
    reading = _of_development(reading, profile(development))
    looked_at = _audit_data(plan, development, reading, None, twins, written.development)
    sealed = Sealed(
        kind=kind, why=written.why, rows=written.rows, development=written.development, digest=written.digest
    )
    return audited(plan, context, looked_at, DataResult(reading=reading, sealed=sealed))


def _of_development(reading: Reading, development: tuple[Column, ...]) -> Reading:
    """The reading with the shape of the development rows only: what a person looks at shows no sealed value."""
    columns = tuple(
        seen if seen.kind == "empty" else msgspec.structs.replace(seen, kind=known.kind, integer=known.integer)
        for known, seen in zip(reading.columns, development, strict=True)
    )
    return msgspec.structs.replace(reading, columns=columns)


def _kind(plan: Plan) -> tuple[Kind, str]:
    """How the test set is drawn follows from framing."""
    own = plan.framing
    if own.forecast and own.time:
        return "time", "the model will be used on later rows, so the latest ones are kept"
    if own.group:
        return "group", f"rows of the same {own.group} must not be on both sides"
    if own.task in TASKS and TASKS[own.task].classes:
        return "stratified", "both sides get the same share of every class"
    return "random", "no time and no groups were named"


def _inputs(plan: Plan, reading: Reading, *targets: str) -> list[str]:
    """The columns that may become inputs, as far as is known before the audit."""
    outside = {*left_out(plan), *reading.hints, *targets}
    return [column.name for column in reading.columns if column.name not in outside]


def _audit_data(
    plan: Plan,
    frame: pd.DataFrame,
    reading: Reading,
    summary: TargetSummary | None,
    twins: tuple[int, ...],
    rows: int,
    made: tuple[str, ...] = (),
) -> AuditData:
    """The development rows, of which `frame` may be a sample, as detectors look at them.

    Where the target is more than one number in a row, one that stands for it takes its place, under its name.
    """
    columns: dict[str, Column] = {column.name: column for column in reading.columns}
    codes, task, target = None, TASKS.get(plan.framing.task or ""), summary.column if summary else None
    names = tuple(_inputs(plan, reading, *summary.columns, *made)) if summary else tuple(columns)
    names = tuple(name for name in names if columns[name].kind not in FILE_KINDS)
    if summary is not None and task is not None:
        raw = target_cells(plan, frame, summary.columns)
        y = fit_target(task.name, raw, ends=ends_of(plan), void=plan.framing.void).encode(raw)
        codes = kind_of(task).label(y)
        if y.ndim > 1:
            target = ", ".join(summary.columns)
            frame = frame.drop(columns=list(summary.columns)).assign(**{target: codes})
            columns = {name: columns[name] for name in names} | {target: profile(frame[[target]])[0]}
    return AuditData(
        frame=frame,
        columns=columns,
        names=names,
        target=target,
        task=task.seen_as if task else None,
        codes=codes,
        twins=twins,
        group=plan.framing.group,
        time=plan.framing.time,
        seed=plan.project.seed,
        rows=rows,
        encoding=reading.manner.encoding if reading.manner else "",
    )


def _disagreements(plan: Plan, summary: TargetSummary) -> tuple[str, ...]:
    """Where the file contradicts the framing."""
    found = []
    if summary.missing:
        found.append(
            f"{summary.missing:,} rows have no {summary.column}: they are kept apart as unlabelled, for labelling later"
        )
    task = TASKS.get(plan.framing.task or "")
    if (
        task is not None
        and not task.several
        and task.seen_as == "regression"
        and summary.kind not in ("numeric", "mask")
    ):
        found.append(f"an amount is to be predicted, but {summary.column} holds {summary.kind} values")
    if plan.framing.forecast and not plan.framing.time:
        found.append(
            "the future is to be predicted, but no time of a row is named: the test set is not the latest part"
        )
    return tuple(found)

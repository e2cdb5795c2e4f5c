"""Read the file, seal the test set before anything relates inputs to the target, then audit the development rows."""

from dataclasses import replace

import msgspec
import pandas as pd

from engine.audit import DETECTORS
from engine.audit.effect import measured
from engine.data import seal
from engine.data.profile import profile, target_summary
from engine.data.schema import Column, Reading, TargetSummary
from engine.detector import AuditData
from engine.dotted import load
from engine.errors import UserError
from engine.findings import left_out
from engine.jobs.context import Context
from engine.modalities import pick
from engine.steps import Plan
from engine.steps.data import DataResult, Kind, Sealed
from engine.steps.file import REJECTED, manner_of
from engine.steps.framing import ROW_ORDER
from engine.tasks import TASKS
from engine.training.apply import encode_target
from engine.training.prepare import fit_target
from engine.values import Finding
from engine.work.framing import resolved_target

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
    context.phase("reading the file")
    path = context.project / framing.data
    frame, reading = load(pick(path).read)(path, manner_of(plan), rejected=context.project / REJECTED)
    # The file is known by the path it was given as, so that a project folder can move with its data.
    reading = msgspec.structs.replace(reading, path=framing.data)
    if not framing.target:
        return DataResult(reading=reading, findings=_audit(plan, context, frame, reading, None, ()))
    target = resolved_target(plan, [column.name for column in reading.columns])
    context.phase("sealing the test set")
    kind, why = _kind(plan)
    drawn = seal.draw(
        frame,
        share=share,
        seed=plan.project.seed,
        kind=kind,
        target=target,
        group=framing.group,
        time=None if framing.time == ROW_ORDER else framing.time,
    )
    names = _inputs(plan, reading, target)
    labelled = frame[target].notna().to_numpy()
    # In time order a repeated row is news, not a copy.
    twins = seal.twins(frame[labelled], drawn.mask[labelled], names) if kind != "time" else ()
    written = seal.write(context.project, frame, drawn, target=target)
    development = frame[labelled & ~drawn.mask]
    reading = _of_development(reading, development)
    summary = msgspec.structs.replace(target_summary(development, target), missing=int((~labelled).sum()))
    findings = _audit(plan, context, development, reading, target, twins)
    return DataResult(
        reading=reading,
        target=summary,
        sealed=Sealed(
            kind=kind,
            why=f"{why}; {drawn.why}",
            rows=written.rows,
            development=written.development,
            digest=written.digest,
            unlabelled=written.unlabelled,
        ),
        findings=findings,
        disagreements=_disagreements(plan, summary),
    )


def _of_development(reading: Reading, frame: pd.DataFrame) -> Reading:
    """The reading with the shape of the development rows only: what a person looks at shows no sealed value."""
    columns = tuple(
        seen if seen.kind == "empty" else msgspec.structs.replace(seen, kind=known.kind, integer=known.integer)
        for known, seen in zip(reading.columns, profile(frame), strict=True)
    )
    return msgspec.structs.replace(reading, columns=columns)


def _kind(plan: Plan) -> tuple[Kind, str]:
    """How the test set is drawn follows from framing."""
    own = plan.framing
    if own.forecast and own.time:
        return "time", "the model will be used on later rows, so the latest ones are kept"
    if own.group:
        return "group", f"rows of the same {own.group} must not be on both sides"
    if own.task in ("binary", "multiclass"):
        return "stratified", "both sides get the same share of every class"
    return "random", "no time and no groups were named"


def _inputs(plan: Plan, reading: Reading, target: str) -> list[str]:
    """The columns that may become inputs, as far as is known before the audit."""
    outside = {*left_out(plan), target}
    return [column.name for column in reading.columns if column.name not in outside]


def _audit(
    plan: Plan, context: Context, frame: pd.DataFrame, reading: Reading, target: str | None, twins: tuple[int, ...]
) -> tuple[Finding, ...]:
    """Every detector over the development rows; each finding is told as soon as it is there."""
    columns: dict[str, Column] = {column.name: column for column in reading.columns}
    codes = None
    if target is not None and plan.framing.task in TASKS:
        code = fit_target(plan.framing.task, target, frame[target])
        codes = encode_target(code, frame[target])
    data = AuditData(
        frame=frame,
        columns=columns,
        names=tuple(_inputs(plan, reading, target)) if target else tuple(columns),
        target=target,
        task=plan.framing.task,
        codes=codes,
        twins=twins,
        group=plan.framing.group,
        time=plan.framing.time,
        seed=plan.project.seed,
        rows=len(frame),
        unit=plan.framing.unit,
    )
    found: list[Finding] = []
    for number, detector in enumerate(DETECTORS.values()):
        context.phase(f"looking for: {detector.title.lower()}", number, len(DETECTORS))
        context.check()
        if detector.needs_target and codes is None:
            continue
        for finding in detector.look(replace(data, found=tuple(found))):
            if not _said_before(finding, found):
                context.found(finding)
                found.append(finding)
    context.phase("measuring what the findings do to the score")
    return measured(data, tuple(found))


def _said_before(finding: Finding, found: list[Finding]) -> bool:
    """A column that a graver finding already proposes to leave out is asked about once."""
    dropped = {column for earlier in found if earlier.severity != "note" for column in earlier.drop}
    return bool(finding.drop) and set(finding.drop) <= dropped


def _disagreements(plan: Plan, summary: TargetSummary) -> tuple[str, ...]:
    """Where the file contradicts the framing."""
    found = []
    if summary.missing:
        found.append(
            f"{summary.missing:,} rows have no {summary.column}: they are kept apart as unlabelled, for labelling later"
        )
    if plan.framing.task == "regression" and summary.kind != "numeric":
        found.append(f"an amount is to be predicted, but {summary.column} holds {summary.kind} values")
    if plan.framing.forecast and not plan.framing.time:
        found.append(
            "the future is to be predicted, but no time of a row is named: the test set is not the latest part"
        )
    return tuple(found)

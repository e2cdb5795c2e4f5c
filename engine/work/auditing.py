"""The audit of the development rows: drawn first, then looked at detector after detector, then compared; told as it
goes, so that the rows can be seen while it works, and a stop keeps what was found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from msgspec import structs

from engine.audit import DETECTORS
from engine.audit.effect import measured
from engine.audit.mended import mended
from engine.data.schema import Reading
from engine.detector import AuditData
from engine.jobs.context import Context
from engine.jobs.outcome import Stopped
from engine.seeing.kept import keep
from engine.seeing.look import seen
from engine.seeing.rows import of_findings
from engine.so_far import tell_so_far
from engine.steps import Plan
from engine.steps.data import DataResult
from engine.values import Finding
from engine.work.opening import counted
from engine.work.production import by_source, compared, weighed, with_time

EFFECT = "what the findings do to the score"
Found = tuple[Finding, ...]


def read_so_far(context: Context, reading: Reading) -> None:
    """Tells what is known before the seal is drawn: how the file was read, and counts."""
    _tell(context, DataResult(reading=counted(reading)), [], (*(each.title for each in DETECTORS.values()), EFFECT))


def audited(plan: Plan, context: Context, data: AuditData, known: DataResult) -> DataResult:
    """The result with what is drawn, found and compared. A stop leaves what was not come to in `not_looked_for`.

    Errors: UserError naming an answer that a comparison cannot use; Stopped before anything is drawn.
    """
    context.phase("drawing the rows")
    context.check()
    drawn = seen(data)
    known = structs.replace(known, seen=keep(context.folder.path, drawn))
    findings, left = _looked(context, data, known)
    further: dict[str, Any] = {}
    for name, title, compare in _comparisons(plan, context, data, known):
        try:
            if left:
                raise Stopped
            context.check()
            further[name] = compare(findings)
        except Stopped:
            left = (*left, title)
    drawn = structs.replace(drawn, groups=(*drawn.groups, *of_findings(data.frame, findings)))
    kept = keep(context.project, drawn)
    return structs.replace(known, findings=findings, not_looked_for=left, seen=kept, **further)


def _looked(context: Context, data: AuditData, known: DataResult) -> tuple[Found, tuple[str, ...]]:
    """Every detector over the development rows; each finding is told at once, and so is what is still to come.

    A stop ends it with what was found so far; second is what was then not looked for.
    """
    found: list[Finding] = []
    waiting = [each for each in DETECTORS.values() if not each.needs_target or data.codes is not None]
    total = len(waiting)
    try:
        while waiting:
            _tell(context, known, found, (each.title for each in waiting))
            context.phase(f"looking for: {waiting[0].title.lower()}", total - len(waiting), total)
            context.check()
            for finding in waiting[0].look(replace(data, found=tuple(found))):
                if not _said_before(finding, found):
                    context.found(finding)
                    found.append(finding)
            del waiting[0]
        _tell(context, known, found, (EFFECT,))
        context.phase("measuring what the findings do to the score", total, total)
        context.check()
        return mended(data, measured(data, tuple(found))), ()
    except Stopped:
        return tuple(found), (*(detector.title.lower() for detector in waiting), EFFECT)


def _tell(context: Context, known: DataResult, found: list[Finding], left: Iterable[str]) -> None:
    titles = tuple(title.lower() for title in left)
    tell_so_far(context.folder, structs.replace(known, findings=tuple(found), not_looked_for=titles))


def _said_before(finding: Finding, found: list[Finding]) -> bool:
    """A column that a graver finding already proposes to leave out is asked about once."""
    dropped = {column for earlier in found if earlier.severity != "note" for column in earlier.drop}
    return bool(finding.drop) and set(finding.drop) <= dropped


def _comparisons(
    plan: Plan, context: Context, data: AuditData, known: DataResult
) -> list[tuple[str, str, Callable[[Found], Any]]]:
    """What is asked for beyond the detectors: field of the result, title, and the comparison itself."""
    own = plan.data
    asked: list[tuple[str, str, Callable[[Found], Any]]] = []
    if own.production:
        manner = known.reading.manner
        asked.append(("production", "production", lambda found: compared(own.production, context, data, manner, found)))
    if own.margins:
        asked.append(("weighting", "the population's shares", lambda found: weighed(own.margins, context, data)))
    if known.sealed is not None and own.source:
        asked.append(("sources", "differences of sources", lambda found: by_source(own.source, context, data, found)))
    if known.sealed is not None and data.time is not None and data.time in data.frame:
        asked.append(("decay", "changes with time", lambda found: with_time(context, data, found)))
    return asked

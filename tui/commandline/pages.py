"""Plain pages for stdout: where a project stands, the table of projects, the drawing board."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from engine.errors import UserError
from engine.goals import GOALS
from engine.report.status import status
from engine.report.words import clean
from engine.session import Session
from engine.steps import STEPS
from tui.commandline.narrate import clean_lines

GAP = "  "


def as_json(session: Session) -> str:
    """The status tree of the contract."""
    return json.dumps(status(session), ensure_ascii=False, indent=2)


def standing(session: Session) -> str:
    """One line per step: name, state, and what its verdict says."""
    rows = []
    for name in STEPS:
        stale = session.stale_because(name)
        rows.append((name, session.state(name), "; ".join(stale) or session.verdict(name).reason))
    return f"{session.name}: {clean(headline(session))}\n{columns(rows)}"


def headline(session: Session) -> str:
    """The task and the number that matters most so far."""
    plan = session.resolved.plan
    target = ", ".join(plan.framing.target or ())
    named, goal = plan.framing.task or "", GOALS.get(plan.framing.task or "")
    what = f"{goal.name} ({goal.depth})" if goal else f"{named} of {target}" if named and target else "not framed yet"
    for name in ("evaluation", "tuning", "baseline"):
        if getattr(plan, name).result is not None:
            return f"{what}; {session.verdict(name).reason}"
    return what


def projects(paths: Iterable[Path]) -> str:
    """One line per project; a damaged one says what is wrong with it."""
    rows = [("project", "done", "stale", "job", "")]
    for path in paths:
        try:
            session = Session(path, write=False)
            states = [session.state(name) for name in STEPS]
            job = session.running()
            rows.append(
                (
                    path.name,
                    f"{states.count('done')}/{len(states)}",
                    str(states.count("stale")),
                    job.path.name if job else "-",
                    headline(session),
                )
            )
        except UserError as error:
            rows.append((path.name, "-", "-", "-", str(error)))
    return columns(rows)


def columns(rows: Sequence[tuple[str, ...]]) -> str:
    """Rows in columns of equal width; the last one runs free."""
    widths = [max(len(row[index]) for row in rows) for index in range(len(rows[0]) - 1)]
    lines = ([cell.ljust(width) for cell, width in zip(row, widths, strict=False)] + [clean(row[-1])] for row in rows)
    return "\n".join(GAP.join(line).rstrip() for line in lines)


def drawing_board(session: Session, step: str, archive: Path) -> str:
    """Why the workflow stops here, and what can be done about it."""
    result = getattr(session.plan, step).result
    lines = [f"Back to the drawing board: {step} says stop.", "", session.verdict(step).reason]
    advice = getattr(result, "advice", ())
    if advice:
        lines += ["", "What to try, most useful first:", *(f"- {text}" for text in advice)]
    claims = getattr(result, "hypotheses", ())
    if claims:
        lines += ["", *(f"Hypothesis {claim.name}: {claim.state} ({claim.why})" for claim in claims)]
    later = list(STEPS)[list(STEPS).index(step) + 1 :]
    lines += ["", f"This attempt is kept in {archive}."]
    if later:
        lines.append(f"To go on all the same, and have it recorded: modelwright run {session.name} {later[0]}")
    return clean_lines("\n".join(lines))

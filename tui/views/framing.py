"""Framing as found in the file: what is predicted, which tasks fit, what is still missing, and the columns."""

from engine.before import told
from engine.data.names import counted
from engine.session import Session
from engine.steps.file import REJECTED
from tui.views.parts import Lines, Look, Shown, heading, items, paragraph, section
from tui.views.profile import columns_table, target_lines


def show(session: Session, look: Look) -> Shown:
    """The framing's result."""
    part = session.section("framing")
    found = session.plan.framing.result
    assert found is not None
    reading = found.reading
    if reading is None:
        return Shown("no data", "framed without a file", section(look, "Not known yet", found.missing))
    target = ", ".join(getattr(part, "target", None) or ()) or "not named"
    body: Lines = section(look, "Assumed while reading", reading.assumptions)
    if reading.rejected:
        body += heading(look, f"Left out: {counted(reading.rejected, 'line')}")
        body += items(look, [f"line {line.line} ({line.cells} cells): {line.text}" for line in reading.rejects])
        body += paragraph(look, f"All of them are kept in {REJECTED} of the project.", style="dim")
    body += section(look, "Earlier attempts", [told(each) for each in session.plan.project.before])
    if found.tasks:
        body += heading(look, "What fits the target")
        body += items(look, [f"{fit.task} ({fit.weight:.0%}): {fit.reason}" for fit in found.tasks])
    if found.target is not None:
        body += target_lines(look, found.target)
    body += heading(look, f"{len(reading.columns)} columns")
    body += columns_table(look, reading)
    return Shown(f"{reading.rows:,} rows", f"{len(reading.columns)} columns, target {target}", body)

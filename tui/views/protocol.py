"""What the planned validation can tell: the smallest detectable difference against the gain that matters."""

from rich.text import Text

from engine.session import Session
from engine.steps.protocol import ProtocolResult, minutes
from tui.views.parts import Look, Shown, heading, metric_title, pairs, paragraph, section
from tui.widgets.cells import number, score
from tui.widgets.chart import bars

ORDERS = {
    "random": "at random",
    "stratified": "by class",
    "group": "by group",
    "time": "in order of time",
    "spatial": "by place",
}
KINDS = {"holdout": "hold-out", "kfold": "k-fold", "iterated": "iterated k-fold"}


def show(session: Session, look: Look) -> Shown:
    """The protocol's result."""
    found, primary = session.plan.protocol.result, session.resolved.plan.metric.primary or ""
    assert found is not None
    sizes = found.fold_rows
    facts = [
        ("protocol", f"{KINDS.get(found.kind, found.kind)}, rows divided {ORDERS.get(found.order, found.order)}"),
        ("rows scored", f"{found.scored:,}"),
        ("models", _models(found)),
    ]
    if sizes:
        facts.append(
            ("rows per fold", f"{min(sizes):,} to {max(sizes):,}" if min(sizes) != max(sizes) else f"{sizes[0]:,}")
        )
    if found.standard_error is not None:
        facts.append(
            ("standard error", f"{score(found.standard_error)} of {metric_title(primary)}, if all goes as guessed")
        )
    if found.gap:
        facts.append(("gap", f"{found.gap:,} rows left out between training and validation"))
    if found.rows_needed is not None:
        facts.append(("rows needed", f"about {found.rows_needed:,} to see the gain that matters"))
    body = []
    if found.minimal_detectable is not None and found.gain:
        rows = [("detectable", found.minimal_detectable), ("gain that matters", found.gain)]
        body += heading(look, f"Differences of {metric_title(primary)}")
        body += [Text(line) for line in bars(rows, min(look.width, 56), look.glyphs, score)]
        body += paragraph(look, "found in 8 of 10 trials at 5 % false alarms", style="dim")
    body += [*heading(look, "How it is measured"), *pairs(look, facts)]
    if found.costs:
        costs = [(KINDS.get(each.kind, each.kind), f"{minutes(each)}, {each.models} trained") for each in found.costs]
        body += [*heading(look, "What a trial costs"), *pairs(look, costs)]
        body += paragraph(look, found.basis, style="dim")
    body += section(look, "Made smaller than asked", found.reduced)
    body += section(look, "Classes that some folds do not score", found.scarce)
    if found.minimal_detectable is None:
        return Shown(f"{found.scored:,} rows", "are scored", body)
    words = f"of {metric_title(primary)} is the smallest detectable difference; {number(found.gain)} matters"
    return Shown(score(found.minimal_detectable), words, body)


def _models(found: ProtocolResult) -> str:
    if found.kind == "holdout":
        return f"1, on {1 - found.share:.0%} of the rows"
    return f"{found.folds * found.repeats}: {found.folds} folds" + (
        f", {found.repeats} times" if found.repeats > 1 else ""
    )

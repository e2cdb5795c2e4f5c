"""How each step's result is shown. A view is one file and one line here; it reads the plan and computes nothing."""

from rich.text import Text

from engine.dotted import load
from engine.jobs.folder import JobFolder
from engine.session import Session
from engine.so_far import so_far
from tui.views.parts import Lines, Look, Shown, banner, hanging, paragraph, plural, verdict
from tui.widgets.cells import UNICODE, Glyphs, duration

VIEWS: dict[str, str] = {
    name: f"tui.views.{name}:show"
    for name in (
        "framing",
        "data",
        "labels",
        "metric",
        "preparation",
        "protocol",
        "baseline",
        "overfit",
        "tuning",
        "evaluation",
        "deployment",
        "monitoring",
    )
}
"""By step, the name of `show(session, look) -> Shown`, loaded when it is first shown: the wizard opens sooner."""
SO_FAR = {"data": "tui.views.data:so_far"}
"""By step whose job tells its result as far as it is known, the name of `so_far(result, look) -> Shown`."""
NARROWEST = 24
REASONS = 4
"""Reasons shown of why a result is stale."""
STALE = "bold yellow"


def headline(session: Session, step: str, width: int, glyphs: Glyphs = UNICODE) -> Lines:
    """The number that matters of a step's result and what it is; nothing where there is no result."""
    if getattr(session.plan, step).result is None:
        return []
    look = Look(max(NARROWEST, width), glyphs)
    shown: Shown = load(VIEWS[step])(session, look)
    lines = banner(look, shown.number, shown.words)
    if session.stale_because(step):
        for line in lines:
            line.stylize("dim")
    return lines


def view(session: Session, step: str, width: int, glyphs: Glyphs = UNICODE, headed: bool = True) -> Text | None:
    """The result of a step as text of at most `width` cells (24 at least), None when there is nothing to show yet.

    `headed` False leaves out what `headline` shows.
    """
    look = Look(max(NARROWEST, width), glyphs)
    part, found = getattr(session.plan, step), session.verdict(step)
    if part.result is None:
        skipped = part.record is not None and part.record.skipped
        lines = verdict(look, found) if skipped or found.outcome == "failed" else []
        return _joined(lines) if lines else None
    shown: Shown = load(VIEWS[step])(session, look)
    head = banner(look, shown.number, shown.words) if headed else []
    lines = [*head, *verdict(look, found), *shown.body]
    if part.record is not None:
        lines += [
            Text(),
            *paragraph(look, _origin(part.record.seconds, part.record.seed, part.record.finished), style="dim"),
        ]
    reasons = session.stale_because(step)
    if reasons:
        for line in lines:
            line.stylize("dim")
        lines = [*_stale(look, reasons), Text(), *lines]
    return _joined(lines)


def so_far_view(job: JobFolder, width: int, glyphs: Glyphs = UNICODE) -> Text | None:
    """What a running job has told of its result; None where there is nothing yet."""
    found = so_far(job) if job.step in SO_FAR else None
    if found is None:
        return None
    look = Look(max(NARROWEST, width), glyphs)
    shown: Shown = load(SO_FAR[job.step])(found, look)
    return _joined([*banner(look, shown.number, shown.words), *shown.body])


def _stale(look: Look, reasons: tuple[str, ...]) -> Lines:
    """The mark and the first reasons, one below the other."""
    lines = [
        line for reason in reasons[:REASONS] for line in hanging(look, f"{look.glyphs.stale} stale:", reason, STALE)
    ]
    more = len(reasons) - REASONS
    return lines + (paragraph(look, f"and {plural(more, 'reason')} more", "dim") if more > 0 else [])


def _origin(seconds: float, seed: int, finished: str) -> str:
    when = f", finished {finished.replace('T', ' ').partition('+')[0]} UTC" if finished else ""
    return f"took {duration(seconds)}, seed {seed}{when}"


def _joined(lines: list[Text]) -> Text:
    return Text("\n", no_wrap=True, end="").join(lines)

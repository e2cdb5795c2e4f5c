"""What the labels allow a model to reach, what it must say of itself, and ways to get more of them."""

from engine.session import Session
from engine.steps.labels import Option
from tui.views.parts import Column, Lines, Look, Shown, hanging, heading, pairs, section, table
from tui.widgets.cells import number

OPTIONS = (
    Column("", least=1),
    Column("way", least=10),
    Column("per label", "right", rank=1),
    Column("h per 1000", "right", rank=2),
)


def show(session: Session, look: Look) -> Shown:
    """The labels' result."""
    found = session.plan.labels.result
    assert found is not None
    body: Lines = []
    if found.gap_days:
        body += [
            *heading(look, "Delay"),
            *pairs(look, [("gap", f"{number(found.gap_days)} days between training and test")]),
        ]
    if found.options:
        body += [*heading(look, "Ways to get more labels"), *_options(look, found.options)]
    body += section(look, "To be said of the model", found.limits)
    if found.ceiling is None:
        return Shown("unknown", "how far the labels can be trusted", body)
    how = f": {found.ceiling_how}" if found.ceiling_how else ""
    return Shown(f"{found.ceiling:.1%}", f"right answers at most{how}", body)


def _options(look: Look, options: tuple[Option, ...]) -> Lines:
    glyphs = look.glyphs
    ordered = sorted(options, key=lambda option: not option.fits)
    rows = [
        (
            glyphs.yes if option.fits else glyphs.no,
            option.name,
            "" if option.cost_per_label is None else number(option.cost_per_label),
            "" if option.hours_per_thousand is None else number(option.hours_per_thousand),
        )
        for option in ordered
    ]
    lines = table(look, OPTIONS, rows)
    for option in ordered:
        mark = glyphs.yes if option.fits else glyphs.no
        lines += hanging(look, mark, f"{option.name}: {option.why}")
    return lines

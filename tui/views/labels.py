"""What the labels allow a model to reach, ways to get more of them, and what more would bring."""

from rich.text import Text

from engine.labels.next_hours import next_hours
from engine.labels.schema import Agreement, Batches, Gauge, LearningCurve, Option
from engine.session import Session
from tui.views.parts import Column, Lines, Look, Shown, hanging, heading, intervals, pairs, section, table
from tui.widgets.cells import number, score

OPTIONS = (
    Column("", least=1),
    Column("way", least=10),
    Column("people", "right", rank=2),
    Column("wrong", "right", rank=3),
    Column("per row", "right"),
    Column("per true label", "right", rank=1),
    Column("all", "right", rank=4),
    Column("days", "right", rank=5),
)
CURVE = (
    Column("rows", "right"),
    Column("error", "right"),
    Column("band (95%)", rank=1),
    Column("", least=8),
)


def show(session: Session, look: Look) -> Shown:
    """The labels' result."""
    found = session.plan.labels.result
    assert found is not None
    body: Lines = []
    if found.agreement is not None:
        body += _agreement(look, found.agreement)
    if found.gauges:
        body += [*heading(look, "Amount, reliability, features"), *pairs(look, [_gauge(each) for each in found.gauges])]
    if found.gap_days:
        body += [
            *heading(look, "Delay"),
            *pairs(look, [("gap", f"{number(found.gap_days)} days between training and test")]),
        ]
    if found.options:
        body += [*heading(look, "Ways to get more labels"), *_options(look, found.options)]
    if found.batches is not None:
        body += _batches(look, found.batches)
    if found.tool_pays_from is not None:
        body += hanging(look, look.glyphs.bullet, f"the software pays from {found.tool_pays_from:,.0f} labels on")
    if found.curve is not None:
        body += _curve(look, found.curve)
    body += [*heading(look, "The next 50 hours"), *hanging(look, look.glyphs.bullet, next_hours(session.plan).verdict)]
    body += section(look, "To be said of the model", found.limits)
    if found.ceiling is None:
        return Shown("unknown", "how far the labels can be trusted", body)
    how = f": {found.ceiling_how}" if found.ceiling_how else ""
    return Shown(f"{found.ceiling:.1%}", f"right answers at most{how}", body)


def _gauge(found: Gauge) -> tuple[str, str]:
    if found.value is None:
        return found.name, found.sentence
    reach = "" if found.low is None or found.high is None else f" ({score(found.low)} to {score(found.high)})"
    return found.name, f"{found.unit} {score(found.value)}{reach}, n = {found.n:,}: {found.sentence}"


def _agreement(look: Look, found: Agreement) -> Lines:
    """Agreement beyond chance with intervals, what it means, and what is confused."""
    lines = heading(look, f"Agreement of {found.raters} annotators on {found.items:,} items")
    rows = [("kappa", found.kappa), ("Fleiss' kappa", found.fleiss), ("alpha", found.alpha)]
    lines += intervals(look, [(name, value) for name, value in rows if value is not None], marked=["alpha"])
    lines += hanging(look, look.glyphs.bullet, f"two agree on {found.share:.1%} of the rows; {found.reading}")
    for pair in found.confused:
        lines += hanging(look, look.glyphs.bullet, f"{pair.first} / {pair.second}: confused {pair.pairs:,} times")
    return lines


def _options(look: Look, options: tuple[Option, ...]) -> Lines:
    glyphs = look.glyphs
    ordered = sorted(options, key=lambda option: (not option.fits, not option.wins))
    rows = [
        (
            glyphs.yes if option.fits else glyphs.no,
            option.name,
            str(option.votes),
            "" if option.error is None else f"{option.error:.1%}",
            _money(option.cost_per_label),
            _money(option.effective),
            _money(option.total),
            _money(option.days),
        )
        for option in ordered
    ]
    lines = table(look, OPTIONS, rows)
    for option in ordered:
        mark = glyphs.yes if option.fits else glyphs.no
        wins = "cheapest; " if option.wins else ""
        lines += hanging(look, mark, f"{option.name}: {wins}{option.why}", "bold green" if option.wins else "")
    return lines


def _money(value: float | None) -> str:
    return "" if value is None else number(value)


def _batches(look: Look, found: Batches) -> Lines:
    said = (
        f"of each batch of {found.size:,} check {found.checked:,} rows, and send it back when more than "
        f"{found.allowed:,} are wrong: one with {found.bad:.1%} wrong labels is taken in at most 10 %, one with "
        f"{found.good:.1%} sent back in at most 5 %"
    )
    return [*heading(look, "Accepting a batch"), *hanging(look, look.glyphs.bullet, said)]


def _curve(look: Look, found: LearningCurve) -> Lines:
    """Measured and foretold errors, a bar for each."""
    longest = max([*(each.error for each in found.measured), *(each.error for each in found.foretold)]) or 1.0
    room = max(8, min(24, look.width - 40))

    def row(rows: int, error: float, band: str) -> tuple[str, ...]:
        return f"{rows:,}", score(error), band, look.glyphs.full * max(1, round(room * error / longest))

    rows = [row(each.rows, each.error, "") for each in found.measured]
    rows += [row(each.rows, each.error, f"{score(each.low)} to {score(each.high)}") for each in found.foretold]
    styles = [""] * len(found.measured) + ["dim"] * len(found.foretold)
    lines: Lines = heading(look, f"Learning curve: 1 - {found.metric}, {found.model}")
    lines += table(look, CURVE, rows, styles)
    law = f"{number(found.a)} + {number(found.b)} x rows^-{number(found.c)}; with a band: foretold"
    return [*lines, *hanging(look, look.glyphs.bullet, found.sentence), Text(law, style="dim")]

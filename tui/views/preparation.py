"""What is done with each column and why, and its numbers before and after."""

from engine.session import Session
from engine.training.decide import BeforeAfter, Decision, Imputed
from tui.views.parts import Column, Lines, Look, Shown, hanging, heading, plural, table
from tui.widgets.cells import number

EFFECT = (
    Column("column", least=14),
    Column("kind", least=8, rank=3),
    Column("missing", "right", rank=2),
    Column("mean", "right", rank=1),
    Column("sd", "right", rank=1),
    Column("", least=2),
    Column("inputs", "right"),
    Column("mean", "right", rank=1),
    Column("sd", "right", rank=1),
)


IMPUTATION = (
    Column("column", least=14),
    Column("hidden", "right", rank=3),
    Column("median", "right", rank=2),
    Column("model", "right", rank=2),
    Column("gain, 95 %", "right", rank=1),
    Column("filled by"),
)


def show(session: Session, look: Look) -> Shown:
    """The preparation's result."""
    found = session.plan.preparation.result
    assert found is not None
    used = [decision for decision in found.recipe.decisions if decision.action != "drop"]
    dropped = [decision for decision in found.recipe.decisions if decision.action == "drop"]
    body = [*heading(look, f"Used: {plural(len(used), 'column')}"), *_grouped(look, used)]
    if dropped:
        body += [*heading(look, f"Left out: {plural(len(dropped), 'column')}"), *_grouped(look, dropped)]
    if found.imputation:
        body += heading(look, "Guessing hidden cells: root mean squared error in standard deviations")
        body += table(look, IMPUTATION, [_imputed(row) for row in found.imputation])
    if found.effect:
        body += heading(look, f"Before {look.glyphs.arrow} after, on {found.rows:,} development rows")
        body += table(look, EFFECT, [_effect(row, look) for row in found.effect])
    words = f"per row, from {plural(len(used), 'column')}; {len(dropped)} left out"
    return Shown(f"{found.width:,} numbers", words, body)


def _grouped(look: Look, decisions: list[Decision]) -> Lines:
    """What is done, with which columns and why: columns of the same fate together."""
    together: dict[tuple[str, str], list[str]] = {}
    for decision in decisions:
        together.setdefault((decision.action, decision.why), []).append(decision.column)
    before = max((len(action) for action, _ in together), default=0)
    lines: Lines = []
    for (action, why), columns in together.items():
        lines += hanging(look, f"{action:<{before}} ", ", ".join(columns))
        lines += hanging(look, " " * (before + 1), why, body="dim")
    return lines


def _imputed(row: Imputed) -> tuple[str, ...]:
    gain = f"{number(row.low)} to {number(row.high)}"
    return row.column, f"{row.cells:,}", number(row.median), number(row.model), gain, "model" if row.kept else "median"


def _effect(row: BeforeAfter, look: Look) -> tuple[str, ...]:
    before = [number(value) if value is not None else "" for value in (row.before_mean, row.before_std)]
    # What is left of a mean after scaling is rounding: four decimals are all that says something.
    after = [number(round(value, 4)) if value is not None else "" for value in (row.after_mean, row.after_std)]
    return (
        row.column,
        row.kind,
        f"{row.missing:,}",
        *before,
        look.glyphs.arrow,
        f"1 of {row.ids:,} ids" if row.ids else f"{row.width:,}",
        *after,
    )

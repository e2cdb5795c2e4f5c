"""How the rows to learn from compare with production, from source to source, and as they grow old."""

from engine.representative.bias import half_life_reach, said
from engine.representative.margins import REST
from engine.representative.schema import Decay, Production, Source, Weighting
from tui.views.parts import Column, Lines, Look, hanging, heading, pairs, paragraph, table, told

SHARES = (
    Column("value", least=12),
    Column("rows", "right", rank=1),
    Column("share", "right"),
    Column("wanted", "right"),
    Column("weighed", "right"),
)


def production_lines(look: Look, found: Production | None) -> Lines:
    """The comparison in numbers; nothing where no sample was given."""
    if found is None:
        return []
    rows = [
        ("rows", f"{found.rows:,} of production{_sampled(found)}"),
        ("told apart", f"{told(found.auc)}, p = {found.p:.3f}{' (they differ)' if found.alarm else ''}"),
    ]
    rows += [
        (each.column, f"{each.test} {each.effect:.2f}, p = {each.p:.2g} of {found.tested} tests")
        for each in found.shifted
    ]
    if found.now is not None:
        rows.append(("score here", told(found.now)))
    if found.predicted is not None:
        rows.append(("score there", f"{told(found.predicted)}, {found.effective:,.0f} effective rows"))
    if found.withheld:
        rows.append(("score there", f"withheld: {found.withheld}"))
    if found.left_aside:
        rows.append(("not compared", ", ".join(found.left_aside)))
    return [*heading(look, "Sample of production"), *pairs(look, rows)]


def _sampled(found: Production) -> str:
    return "" if found.sampled is None else f", {found.sampled:,} of them drawn at random, as not all fit into memory"


def weight_lines(look: Look, found: Weighting | None) -> Lines:
    """The population's shares beside those of the rows, before and after weighing, and what that costs."""
    if found is None:
        return []
    rows = [
        (
            f"{each.column} = {'any other' if each.value == REST else each.value}",
            f"{each.rows:,}",
            f"{each.before:.1%}",
            f"{each.wanted:.1%}",
            f"{each.after:.1%}",
        )
        for each in found.strata
    ]
    lines = [*heading(look, "Weights of rows"), *paragraph(look, said(found)), *table(look, SHARES, rows)]
    for note in found.notes:
        lines += hanging(look, look.glyphs.warn, note)
    return lines


def source_lines(look: Look, found: tuple[Source, ...]) -> Lines:
    """Each source's score with and without it among the training rows."""
    if not found:
        return []
    rows = [(each.name, f"{told(each.without)} never seen, {told(each.within)} seen") for each in found]
    return [*heading(look, "Score on a source left out"), *pairs(look, rows)]


def decay_lines(look: Look, found: Decay | None) -> Lines:
    """The loss by age of the training rows, and where the relation changed."""
    if found is None:
        return []
    changed = f"from period {found.change} on" if found.change else "none seen"
    rows = [
        ("periods", f"{found.periods} of {found.period}, {found.rows:,} rows"),
        ("loss by age", " ".join(f"{each:.3g}" for each in found.loss)),
        ("change", f"{changed}, p = {found.p:.3f}"),
    ]
    if found.half_life is not None:
        rows.append(("half-life", f"{found.half_life:.1f} periods, {half_life_reach(found)}"))
    rows += [("retrain", found.retrain)] if found.retrain else []
    return [*heading(look, "Change with time"), *pairs(look, rows)]

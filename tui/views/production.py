"""How the rows to learn from compare with production, from source to source, and as they grow old."""

from engine.representative.schema import Decay, Production, Source
from tui.views.parts import Lines, Look, heading, pairs, told


def production_lines(look: Look, found: Production | None) -> Lines:
    """The comparison in numbers; nothing where no sample was given."""
    if found is None:
        return []
    rows = [
        ("rows", f"{found.rows:,} of production"),
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
    rows += [("half-life", f"{found.half_life:.1f} periods: retrain at least that often")] if found.half_life else []
    return [*heading(look, "Change with time"), *pairs(look, rows)]

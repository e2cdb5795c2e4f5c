"""How the rows to learn from compare with a sample of production."""

from engine.representative.schema import Production
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

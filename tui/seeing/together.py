"""How much each of two columns says of the other, as numbers in a square, the strong ones in bold."""

from rich.cells import cell_len
from rich.text import Text

from engine.seeing.schema import Seen
from tui.views.parts import Lines, Look, paragraph
from tui.widgets.cells import clean, cut, fit

STRONG, WEAK = 0.7, 0.1
CELL = 4
NAMES = 24


def draw(look: Look, seen: Seen, at: int, plain: bool) -> Lines:
    """The square, and the row under the cursor in words."""
    found = seen.together
    assert found is not None
    names = [clean(name, look.glyphs) for name in found.columns]
    before = min(NAMES, max(map(cell_len, names)), max(6, look.width - CELL * (len(names) + 1)))
    kept = min(len(names), (look.width - before - 3) // CELL)
    lines = paragraph(look, f"Associations in hundredths, {found.rows:,} rows", "bold")
    head = "".join(f"{number + 1:>{CELL}}" for number in range(kept))
    lines += [Text(), Text(" " * (before + 3) + head, style="dim")]
    for row, name in enumerate(names):
        line = Text.assemble((f"{row + 1:>2} ", "dim"), (fit(name, before, glyphs=look.glyphs), _style(row == at)))
        for column in range(kept):
            line.append(*_cell(found.values[row][column], row == column))
        lines.append(line)
    ranked = sorted(
        (
            (abs(value), value, place)
            for place, value in enumerate(found.values[at])
            if value is not None and place != at
        ),
        reverse=True,
    )
    lines.append(Text())
    said = [f"{names[place]} {value:+.2f} {found.kinds[at][place]}" for _, value, place in ranked[:4]]
    told = "; ".join(said) or "nothing can be told"
    lines += paragraph(look, cut(f"{names[at]}: {told}", 2 * look.width, look.glyphs))
    rest = f"; {found.not_shown:,} more columns say less of the target or were not compared" if found.not_shown else ""
    lines += paragraph(look, f"rho: ranks, -1 to 1; eta and V: classes, 0 to 1{rest}", "dim")
    return lines


def _cell(value: float | None, same: bool) -> tuple[str, str]:
    if same:
        return f"{'-':>{CELL}}", "dim"
    if value is None:
        return f"{'?':>{CELL}}", "dim"
    size = abs(value)
    return f"{round(100 * value):>{CELL}}", "bold" if size >= STRONG else "dim" if size < WEAK else ""


def _style(here: bool) -> str:
    return "reverse" if here else ""

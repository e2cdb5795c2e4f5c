"""Raw rows as a table with a cursor on one cell, of which all is shown below; and a whole row, cell by cell."""

from rich.cells import cell_len
from rich.text import Text

from engine.seeing.schema import Group, Row, Seen
from tui.views.parts import Lines, Look, hanging, paragraph
from tui.widgets.cells import clean, cut, fit, wrap

WIDEST = 18
GAP = 1
CELL = 3
"""Lines for all of the cell under the cursor."""


def draw(look: Look, seen: Seen, group: Group, at: int, column: int, height: int) -> Lines:
    """`height` rows at most with the one under the cursor among them, and the columns from `column` on."""
    title = f"{group.finding or f'the {group.title} rows'}: {len(group.rows)} of {group.of:,}"
    lines = paragraph(look, cut(clean(title, look.glyphs), look.width, look.glyphs), "bold")
    names = [clean(name, look.glyphs) for name in seen.names]
    ids = max(3, *(len(str(row.id)) for row in group.rows))
    shown: list[tuple[int, int]] = []
    room = look.width - ids
    for place in range(column, len(names)):
        cells = [_shown(row.cells[place], look) for row in group.rows]
        wide = min(WIDEST, max(cell_len(names[place]), *map(cell_len, cells)))
        if wide + GAP > room:
            break
        shown.append((place, wide))
        room -= wide + GAP
    shown = shown or [(column, look.width - ids - GAP)]
    last = shown[-1][0] + 1
    told = f"columns {column + 1} to {last} of {len(names)}"
    head = " ".join([f"{'row':>{ids}}", *(fit(names[place], wide, glyphs=look.glyphs) for place, wide in shown)])
    lines += [Text(told, style="dim"), Text(head.rstrip(), style="dim")]
    first = max(0, min(at - height // 2, len(group.rows) - height))
    for place, row in list(enumerate(group.rows))[first : first + height]:
        line = Text(f"{row.id:>{ids}}", style="bold" if place == at else "")
        for number, (where, wide) in enumerate(shown):
            cell = fit(_shown(row.cells[where], look), wide, glyphs=look.glyphs)
            style = "reverse" if place == at and number == 0 else "dim" if row.cells[where] is None else ""
            line.append(" ")
            line.append(cell, style)
        lines.append(line)
    here = group.rows[at]
    lines.append(Text())
    whole = _shown(here.cells[column], look)
    below = hanging(look, f"{cut(names[column], look.width // 2, look.glyphs)}:", whole)
    if len(below) > CELL:
        below = [*below[: CELL - 1], Text(cut(below[CELL - 1].plain + look.glyphs.cut * 2, look.width, look.glyphs))]
    lines += below
    return lines + (paragraph(look, cut(f"strange: {here.why}", look.width, look.glyphs), "dim") if here.why else [])


def whole(seen: Seen, row: Row, look: Look) -> Lines:
    """Every cell of a row in full."""
    lines: Lines = []
    for name, cell in zip(seen.names, row.cells, strict=True):
        named = clean(name, look.glyphs)
        said = wrap(_shown(cell, look), look.width - 2)
        if cell_len(named) + 2 + cell_len(said[0] if said else "") <= look.width and len(said) <= 1:
            lines.append(Text.assemble((f"{named}: ", "dim"), said[0] if said else ""))
        else:
            lines += [
                Text(cut(f"{named}:", look.width, look.glyphs), style="dim"),
                *(Text(f"  {part}") for part in said),
            ]
    return lines


def _shown(cell: str | None, look: Look) -> str:
    return "-" if cell is None else clean(cell, look.glyphs)

"""A table as lines of text that keeps to its width: texts shrink, whole columns go by rank, numbers are never cut."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text

from tui.widgets.cells import UNICODE, Align, Glyphs, clean, cut, fit, wrap

GAP = 2
"""Spaces between two columns."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: a left one shrinks to `least` cells; where that is not enough, the highest `rank` goes, 0 never."""

    title: str
    align: Align = "left"
    rank: int = 0
    least: int = 10


def table(
    columns: Sequence[Column],
    rows: Sequence[Sequence[str]],
    width: int,
    glyphs: Glyphs = UNICODE,
    styles: Sequence[str] = (),
) -> list[Text]:
    """A head, the rows, and a last line that names the columns for which there was no room.

    `styles` holds one style per row. A column that is empty in all rows is left out.
    """
    cells = [[clean(cell, glyphs) for cell in row] for row in rows]
    columns = [Column(clean(column.title, glyphs), column.align, column.rank, column.least) for column in columns]
    kept = [index for index in range(len(columns)) if any(row[index] for row in cells)]
    natural = {i: max(cell_len(columns[i].title), *(cell_len(row[i]) for row in cells)) for i in kept}
    least = {i: natural[i] if columns[i].align == "right" else min(natural[i], _least(columns[i])) for i in kept}
    gone = []
    while sum(least[i] + GAP for i in kept) - GAP > width and any(columns[i].rank for i in kept):
        gone.append(max(kept, key=lambda i: (columns[i].rank, i)))
        kept.remove(gone[-1])
    widths = _widths([natural[i] for i in kept], [least[i] for i in kept], width)
    shown = [columns[i] for i in kept]
    lines = [Text(_row([column.title for column in shown], shown, widths, width, glyphs), style="dim")] if rows else []
    for number, row in enumerate(cells):
        text = _row([row[i] for i in kept], shown, widths, width, glyphs)
        lines.append(Text(text, style=styles[number] if styles else ""))
    if gone:
        names = ", ".join(columns[i].title for i in sorted(gone) if columns[i].title)
        lines += [Text(line, style="dim") for line in wrap(f"no room for: {names}", width)]
    return lines


def _least(column: Column) -> int:
    return max(column.least, cell_len(column.title))


def _widths(natural: list[int], least: list[int], width: int) -> list[int]:
    """Natural widths, the widest column that may shrink made smaller until all fit."""
    widths = list(natural)
    while sum(widths) + GAP * (len(widths) - 1) > width:
        spare = [index for index, (size, small) in enumerate(zip(widths, least, strict=True)) if size > small]
        if not spare:
            break
        widths[max(spare, key=lambda index: widths[index])] -= 1
    return widths


def _row(cells: Sequence[str], columns: Sequence[Column], widths: Sequence[int], width: int, glyphs: Glyphs) -> str:
    fitted = [fit(c, w, column.align, glyphs) for c, column, w in zip(cells, columns, widths, strict=True)]
    return cut((" " * GAP).join(fitted).rstrip(), width, glyphs)

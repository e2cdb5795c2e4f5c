"""Rows and target over time: heights for rows, dots for the mean of the target, the ends of both axes in numbers."""

from rich.cells import cell_len
from rich.text import Text

from engine.seeing.schema import Amount, Seen
from tui.views.parts import Lines, Look, paragraph
from tui.widgets.cells import cut, number
from tui.widgets.chart import finite, histogram, place

TALL = 6


def draw(look: Look, seen: Seen, at: int, plain: bool) -> Lines:
    """Rows in equal spans, and what the target did meanwhile."""
    found = seen.series
    assert found is not None
    spans = len(found.counts)
    most = f"0 to {max(found.counts):,} rows"
    lines = paragraph(look, f"Over {found.time}: {found.rows:,} rows in {spans} equal spans", "bold")
    before = 11
    room = max(1, min(72, look.width - before))
    stretch = max(1, room // spans)
    drawn = histogram(found.counts, 0, 1, min(room, spans * stretch), TALL, look.glyphs)[:-1]
    lines += [Text(), *(Text(f"{'':{before}}{row.rstrip()}") for row in drawn)]
    wide = min(spans, room) * stretch
    ends = f"{found.begins[0]}{found.begins[-1].rjust(wide - cell_len(found.begins[0]))}"
    lines += [Text(f"{'':{before}}{cut(ends, room, look.glyphs)}", style="dim"), *paragraph(look, most, "dim")]
    known = finite(found.means)
    if known:
        lines += [Text(), *_dots(look, found.means[:room], before, stretch)]
        first, last = known[0], known[-1]
        lines += paragraph(look, f"{seen.means}: first span {number(first)}, last {number(last)}")
    return lines


def _dots(look: Look, means: tuple[Amount, ...], before: int, stretch: int) -> Lines:
    known = finite(means)
    low, high = min(known), max(known)
    rows = [[" "] * (len(means) * stretch) for _ in range(TALL)]
    for column, mean in enumerate(means):
        if mean is not None:
            rows[TALL - 1 - place(mean, low, high, TALL)][column * stretch + stretch // 2] = look.glyphs.dot
    labels = {0: number(high), TALL - 1: number(low)}
    return [
        Text.assemble((f"{labels.get(at, ''):>{before - 1}}{look.glyphs.edge}", "dim"), "".join(row).rstrip())
        for at, row in enumerate(rows)
    ]

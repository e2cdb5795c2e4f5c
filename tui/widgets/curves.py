"""The learning chart: one or two curves in half cells with their numbers, told apart by shape before colour."""

import math
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rich.cells import cell_len
from rich.text import Text

from tui.widgets.cells import UNICODE, Glyphs, clean, cut, score
from tui.widgets.chart import Point, finite, place, resampled

COLOURS = ("cyan", "yellow")


def curves(
    series: Mapping[str, Sequence[Point]],
    width: int,
    height: int,
    mark: int | None = None,
    span: int = 0,
    top: float = math.inf,
    glyphs: Glyphs = UNICODE,
) -> list[Text]:
    """A legend, `height` rows and an axis of epochs, `width` cells wide at most; nothing when nothing is finite.

    `series` holds one or two curves, a value per epoch, the first drawn solid and the second dotted. `mark` is the
    epoch (from 1) to point at; `span` the epochs that the axis reaches to, when more are still to come. What is
    above `top` is drawn there, and the axis says so.
    """
    values = finite([value for curve in series.values() for value in curve])
    epochs = max([span, *(len(curve) for curve in series.values())], default=0)
    if not values or height < 1:
        return []
    low = min(values)
    high = min(max(values), max(top, low))
    highest = f">{score(high)}" if high < max(values) else score(high)
    before = max(cell_len(score(low)), cell_len(highest))
    room = width - before - 1
    if room < 4:
        return []
    drawn = [_pixels(curve, room, 2 * height, low, high, epochs) for curve in series.values()]
    lines = [_legend(list(series), width, glyphs)]
    for row in range(height):
        label = highest if row == 0 else score(low) if row == height - 1 else ""
        cells = [_cell([pixels[column] for pixels in drawn], row, glyphs) for column in range(room)]
        # Neighbours of one colour are one piece, because each piece costs its colour codes on the wire.
        pieces = [("".join(shape for shape, _ in run), key) for key, run in groupby(cells, key=lambda cell: cell[1])]
        lines.append(Text.assemble((f"{label:>{before}}{glyphs.edge}", "dim"), *pieces))
        lines[-1].rstrip()
    return [*lines, *_axis(before, room, epochs, mark, glyphs)]


def calm(series: Iterable[Sequence[Point]]) -> float:
    """The highest value after the first tenth of the epochs, where that is less than half of the highest of all.

    The first epochs often stand so high that what comes later would lie flat on the axis; infinite where they do not.
    """
    curves = [list(curve) for curve in series]
    later = finite([value for curve in curves for value in curve[math.ceil(len(curve) / 10) :]])
    everything = finite([value for curve in curves for value in curve])
    return max(later) if later and max(later) < max(everything) / 2 else math.inf


def _pixels(curve: Sequence[Point], room: int, steps: int, low: float, high: float, epochs: int) -> list[range]:
    """Per column the half rows, from the top, that a curve covers: its point and the way from the point before."""
    own = max(1, round(room * len(curve) / epochs)) if len(curve) < epochs else room
    stretched = _stretched(resampled(curve, own), own)
    covered, before = [], None
    for value in [*stretched, *[None] * (room - own)]:
        if value is None or not finite([value]):
            covered.append(range(0))
            before = None
            continue
        here = steps - 1 - place(value, low, high, steps)
        start = here if before is None or before == here else before + (1 if here > before else -1)
        covered.append(range(min(start, here), max(start, here) + 1))
        before = here
    return covered


def _stretched(curve: Sequence[Point], columns: int) -> list[Point]:
    """The curve over more columns than it has values, straight between neighbours."""
    if len(curve) >= columns or len(curve) < 2:
        return [*curve, *[None] * (columns - len(curve))][:columns]
    stretched: list[Point] = []
    for column in range(columns):
        at = column * (len(curve) - 1) / (columns - 1)
        index = min(int(at), len(curve) - 2)
        left, right = curve[index], curve[index + 1]
        if at == index or left is None or right is None:
            stretched.append(left if at - index < 0.5 else right)
        else:
            stretched.append(left + (right - left) * (at - index))
    return stretched


def _cell(covered: list[range], row: int, glyphs: Glyphs) -> tuple[str, str]:
    """The character of one cell and its colour, from the half rows that each curve covers in this column."""
    halves = [(2 * row in pixels, 2 * row + 1 in pixels) for pixels in covered]
    solid, dotted = halves[0], halves[1] if len(halves) > 1 else (False, False)
    if any(solid) and any(dotted):
        return glyphs.both, ""
    if any(solid):
        return glyphs.full if all(solid) else glyphs.upper if solid[0] else glyphs.lower, COLOURS[0]
    if any(dotted):
        return glyphs.light[2] if all(dotted) else glyphs.light[0] if dotted[0] else glyphs.light[1], COLOURS[1]
    return " ", ""


def _legend(names: list[str], width: int, glyphs: Glyphs) -> Text:
    line = Text()
    for name, shape, colour in zip(names, (glyphs.upper, glyphs.light[2]), COLOURS, strict=False):
        line.append(shape * 2, style=colour)
        line.append(f" {clean(name, glyphs)}   ")
    if len(names) > 1:
        line.append(f"{glyphs.both} both", style="dim")
    line.rstrip()
    if line.cell_len > width:
        line = Text(cut(line.plain, width, glyphs))
    return line


def _axis(before: int, room: int, epochs: int, mark: int | None, glyphs: Glyphs) -> list[Text]:
    """The line below the chart, and under it the first and last epoch, or the marked one where it stands."""
    last = f"epoch {epochs}"
    words = f"{'1':<{max(1, room - len(last))}}{last}"
    lines = [Text(" " * (before + 1) + cut(words, room, glyphs), style="dim")]
    if mark is not None and 1 <= mark <= epochs:
        at = place(mark, 1, epochs, room) if epochs > 1 else 0
        said = f" epoch {mark}"
        text = glyphs.mark + said if at + 1 + len(said) <= room else f"epoch {mark} {glyphs.mark}"
        start = at if text.startswith(glyphs.mark) else max(0, at + 1 - len(text))
        lines.insert(0, Text(" " * (before + 1 + start) + cut(text, room - start, glyphs)))
    return lines

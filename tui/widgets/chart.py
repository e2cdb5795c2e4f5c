"""Small charts as lines of text: pure functions, a decoration of numbers beside them, complete without colour."""

import math
from collections.abc import Callable, Sequence
from itertools import pairwise

from rich.cells import cell_len

from tui.widgets.cells import UNICODE, Glyphs, clean, fit, number, score

Point = float | None
"""A value to draw; None and what is not finite leave a gap."""


def finite(values: Sequence[Point]) -> list[float]:
    """The values that can be drawn."""
    return [value for value in values if value is not None and math.isfinite(value)]


def resampled(values: Sequence[Point], width: int) -> list[Point]:
    """At most `width` values: each the mean of the finite ones in its equal share of the sequence."""
    if len(values) <= width or width < 1:
        return list(values)[: max(0, width)]
    edges = [round(index * len(values) / width) for index in range(width + 1)]
    chunks = [finite(values[start:end]) for start, end in pairwise(edges)]
    return [sum(chunk) / len(chunk) if chunk else None for chunk in chunks]


def place(value: float, low: float, high: float, steps: int) -> int:
    """The step, 0 to steps - 1, in which a value lies between `low` and `high`; the middle one when they are equal."""
    if high <= low:
        return steps // 2
    # Halves first: the distance of two finite numbers may be infinite.
    return min(steps - 1, max(0, round((value / 2 - low / 2) / (high / 2 - low / 2) * (steps - 1))))


def sparkline(values: Sequence[Point], width: int, glyphs: Glyphs = UNICODE) -> str:
    """One line of at most `width` heights between the smallest and the largest value; a gap is a space."""
    points = resampled(values, max(0, width))
    known = finite(points)
    if not known:
        return ""
    low, high, levels = min(known), max(known), glyphs.levels
    return "".join(
        levels[place(value, low, high, len(levels))] if value is not None and math.isfinite(value) else " "
        for value in points
    )


def gauge(done: float, total: float, width: int, glyphs: Glyphs = UNICODE) -> str:
    """A bar of exactly `width` cells, filled as far as `done` is of `total`."""
    share = done / total if total > 0 and math.isfinite(done / total) else 0.0
    bar = _bar(min(1.0, max(0.0, share)), width, glyphs)
    return bar + glyphs.empty * (width - len(bar))


def _bar(share: float, width: int, glyphs: Glyphs) -> str:
    parts = len(glyphs.partial) + 1
    whole, rest = divmod(round(share * width * parts), parts)
    return glyphs.full * whole + (glyphs.partial[rest - 1] if rest else "")


def bars(
    rows: Sequence[tuple[str, Point]],
    width: int,
    glyphs: Glyphs = UNICODE,
    show: Callable[[Point], str] = number,
) -> list[str]:
    """One bar per row from zero to the largest size, label before it and number behind it, `width` cells in all.

    A negative value is drawn by its size; the number tells the sign.
    """
    labels, numbers = [clean(label, glyphs) for label, _ in rows], [show(value) for _, value in rows]
    behind = max(map(cell_len, numbers), default=0)
    before = min(max(map(cell_len, labels), default=0), max(1, (width - behind) // 2))
    room = max(0, width - before - behind - 2)
    largest = max((abs(value) for value in finite([value for _, value in rows])), default=0.0)
    lines = []
    for label, text, (_, value) in zip(labels, numbers, rows, strict=True):
        drawn = "" if not finite([value]) or not largest else _bar(abs(value or 0.0) / largest, room, glyphs)
        line = f"{fit(label, before, glyphs=glyphs)} {fit(drawn, room)} {fit(text, behind, 'right')}"
        lines.append(fit(line, width, glyphs=glyphs))
    return lines


def interval(low: Point, value: Point, high: Point, lo: float, hi: float, width: int, glyphs: Glyphs = UNICODE) -> str:
    """A dot with whiskers on an axis from `lo` to `hi`, exactly `width` cells; what lies outside ends at the edge.

    Without finite limits there is only the dot, without a finite value nothing.
    """
    cells = [" "] * max(0, width)
    if value is None or not finite([value]) or not cells:
        return "".join(cells)
    limits = finite([low, high])
    if len(limits) == 2:
        first, last = (place(limit, lo, hi, width) for limit in limits)
        cells[first : last + 1] = glyphs.line * (last + 1 - first)
        cells[first], cells[last] = glyphs.left, glyphs.right
    cells[place(value, lo, hi, width)] = glyphs.dot
    return "".join(cells)


def histogram(
    counts: Sequence[int], low: float, high: float, width: int, height: int = 4, glyphs: Glyphs = UNICODE
) -> list[str]:
    """Columns for counts in equal bins from `low` to `high`, and these two numbers below; `height` + 1 lines."""
    if not counts or width < 1:
        return []
    stretch = max(1, width // len(counts))
    counts = counts[: width // stretch]
    levels = glyphs.full if glyphs.ascii else glyphs.levels
    steps = len(levels)
    tall = [math.ceil(count / max(1, *counts) * height * steps) for count in counts]
    lines = []
    for row in reversed(range(height)):
        filled = [min(steps, max(0, size - row * steps)) for size in tall]
        drawn = "".join((levels[part - 1] if part else " ") * stretch for part in filled)
        lines.append(fit(drawn, width))
    first, last = score(low), score(high)
    return [*lines, fit(first + last.rjust(len(counts) * stretch - len(first)), width, glyphs=glyphs)]

"""Pictures as inline SVG: scores with their intervals, lines over epochs or trials, parallel coordinates."""

from collections.abc import Callable, Iterable
from html import escape
from math import isfinite

from engine.report.blocks import Curves, Intervals, Parallel
from engine.report.words import clean, number

WIDTH = 640
NAMES = 190
ROW = 24
HEIGHT = 180
MARGIN = 48
COLOURS = ("#1f5f8b", "#b3541e")


def intervals(figure: Intervals) -> str:
    """One row per predictor: a dot at the value, a bar over its interval."""
    rows = [row for row in figure.rows if isfinite(row[1])]
    known = [number for row in rows for number in row[1:] if isinstance(number, float) and isfinite(number)]
    if not known:
        return ""
    place = scale(min(known), max(known), NAMES, WIDTH - MARGIN)
    height = ROW * len(rows) + 2 * ROW
    parts = []
    for index, (name, value, low, high) in enumerate(rows):
        y = ROW * index + ROW
        parts.append(f'<text x="0" y="{y + 4}">{text(name)}</text>')
        if low is not None and high is not None:
            parts.append(f'<line x1="{place(low):.1f}" x2="{place(high):.1f}" y1="{y}" y2="{y}" class="bar"/>')
        parts.append(f'<circle cx="{place(value):.1f}" cy="{y}" r="4" fill="{COLOURS[0]}"/>')
    foot = height - ROW / 2
    parts += [
        f'<text x="{place(end):.1f}" y="{foot}" text-anchor="middle">{number(end)}</text>'
        for end in (min(known), max(known))
    ]
    return frame(figure.title, height, parts)


def curves(figure: Curves) -> str:
    """Lines in one frame with the ends of both axes written out."""
    lines = [(name, [v if isfinite(v) else None for v in values]) for name, values in figure.lines]
    known = [value for _, values in lines for value in values if value is not None]
    known += [end for ends in figure.band for end in ends if isfinite(end)] if known else []
    longest = max((len(values) for _, values in lines), default=0)
    if not known:
        return ""
    across = scale(1, max(longest, 2), MARGIN, WIDTH - MARGIN)
    up = scale(min(known), max(known), HEIGHT - 2 * ROW, ROW)
    parts = []
    if figure.band:
        edge = [(across(at), up(high)) for at, (_, high) in enumerate(figure.band, 1)]
        edge += reversed([(across(at), up(low)) for at, (low, _) in enumerate(figure.band, 1)])
        parts.append(f'<polygon points="{points(edge)}" fill="{COLOURS[1]}" fill-opacity="0.18"/>')
    for index, (name, values) in enumerate(lines):
        colour = COLOURS[index % len(COLOURS)]
        dots = [(across(at), up(value)) for at, value in enumerate(values, 1) if value is not None]
        if figure.dots:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in dots]
        else:
            parts.append(f'<polyline points="{points(dots)}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(f'<text x="{MARGIN + 160 * index}" y="14" fill="{colour}">{text(name)}</text>')
    parts += [f'<text x="0" y="{up(end) + 4:.1f}">{number(end)}</text>' for end in (min(known), max(known))]
    ends = f"{figure.first} to {figure.first + longest - 1}"
    parts.append(f'<text x="{MARGIN}" y="{HEIGHT - ROW / 2}">{text(figure.across)} {ends}</text>')
    return frame(figure.title, HEIGHT, parts)


def parallel(figure: Parallel) -> str:
    """One line per trial across upright axes; the better a trial, the darker its line, the best in another colour."""
    if len(figure.axes) < 2 or not figure.lines:
        return ""
    top, foot = 2 * ROW, 2 * ROW + HEIGHT
    across = scale(0, len(figure.axes) - 1, MARGIN, WIDTH - MARGIN)
    parts = []
    for values, rank in sorted(figure.lines, key=lambda line: line[1]):
        dots = [(across(at), foot - value * HEIGHT) for at, value in enumerate(values) if value is not None]
        best = rank == max(rank for _, rank in figure.lines)
        look = f'stroke="{COLOURS[1 if best else 0]}" stroke-opacity="{1 if best else 0.1 + 0.6 * rank:.2f}"'
        parts.append(f'<polyline points="{points(dots)}" fill="none" {look} stroke-width="{3 if best else 1.5}"/>')
    for at, axis in enumerate(figure.axes):
        x = across(at)
        parts.append(f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{top}" y2="{foot}" stroke="#888"/>')
        parts.append(
            f'<text x="{x:.1f}" y="{14 + ROW * 0.7 * (at % 2):.1f}" text-anchor="middle">{text(axis.name)}</text>'
        )
        height = scale(0, max(len(axis.marks) - 1, 1), foot, top)
        parts += [
            f'<text x="{x + 3:.1f}" y="{height(place):.1f}">{text(mark)}</text>'
            for place, mark in enumerate(axis.marks)
        ]
    return frame(figure.title, foot + ROW, parts)


def points(places: Iterable[tuple[float, float]]) -> str:
    """Places as a list of points."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def text(said: str) -> str:
    """Foreign text as it may stand in a page."""
    return escape(clean(said))


def scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Where a value from `low` to `high` lies between `start` and `end`."""
    span = (high - low) or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def frame(title: str, height: float, parts: list[str]) -> str:
    """A figure with its title."""
    drawn = "\n".join(parts)
    return (
        f"<figure><figcaption>{text(title)}</figcaption>\n"
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{text(title)}">\n{drawn}\n</svg></figure>'
    )

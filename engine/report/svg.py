"""Two kinds of picture as inline SVG: scores with their intervals, and lines over epochs or trials."""

from collections.abc import Callable
from html import escape
from math import isfinite

from engine.report.blocks import Curves, Intervals
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
    place = _scale(min(known), max(known), NAMES, WIDTH - MARGIN)
    height = ROW * len(rows) + 2 * ROW
    parts = []
    for index, (name, value, low, high) in enumerate(rows):
        y = ROW * index + ROW
        parts.append(f'<text x="0" y="{y + 4}">{_text(name)}</text>')
        if low is not None and high is not None:
            parts.append(f'<line x1="{place(low):.1f}" x2="{place(high):.1f}" y1="{y}" y2="{y}" class="bar"/>')
        parts.append(f'<circle cx="{place(value):.1f}" cy="{y}" r="4" fill="{COLOURS[0]}"/>')
    foot = height - ROW / 2
    parts += [
        f'<text x="{place(end):.1f}" y="{foot}" text-anchor="middle">{number(end)}</text>'
        for end in (min(known), max(known))
    ]
    return _frame(figure.title, height, parts)


def curves(figure: Curves) -> str:
    """Lines in one frame with the ends of both axes written out."""
    lines = [(name, [v if isfinite(v) else None for v in values]) for name, values in figure.lines]
    known = [value for _, values in lines for value in values if value is not None]
    longest = max((len(values) for _, values in lines), default=0)
    if not known:
        return ""
    across = _scale(1, max(longest, 2), MARGIN, WIDTH - MARGIN)
    up = _scale(min(known), max(known), HEIGHT - 2 * ROW, ROW)
    parts = []
    for index, (name, values) in enumerate(lines):
        colour = COLOURS[index % len(COLOURS)]
        points = [(across(at), up(value)) for at, value in enumerate(values, 1) if value is not None]
        if figure.dots:
            parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        else:
            path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
            parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="1.5"/>')
        parts.append(f'<text x="{MARGIN + 160 * index}" y="14" fill="{colour}">{_text(name)}</text>')
    parts += [f'<text x="0" y="{up(end) + 4:.1f}">{number(end)}</text>' for end in (min(known), max(known))]
    parts.append(f'<text x="{MARGIN}" y="{HEIGHT - ROW / 2}">{_text(figure.across)} 1 to {longest}</text>')
    return _frame(figure.title, HEIGHT, parts)


def _text(text: str) -> str:
    return escape(clean(text))


def _scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    span = (high - low) or 1.0
    return lambda value: start + (value - low) / span * (end - start)


def _frame(title: str, height: float, parts: list[str]) -> str:
    drawn = "\n".join(parts)
    return (
        f"<figure><figcaption>{_text(title)}</figcaption>\n"
        f'<svg viewBox="0 0 {WIDTH} {height:g}" role="img" aria-label="{_text(title)}">\n{drawn}\n</svg></figure>'
    )

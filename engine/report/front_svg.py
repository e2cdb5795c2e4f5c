"""The forms of a network as inline SVG: what each weighs, what it changes of the score, which nothing else beats."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from engine.report.svg import COLOURS, MARGIN, NAMES, ROW, WIDTH, frame, scale, text
from engine.report.words import number

if TYPE_CHECKING:
    from engine.steps.deployment import Form

TALL = 150


def front(forms: Sequence[Form]) -> str:
    """Packed size across, change of the score with its interval upright; filled dots are on the front."""
    known = [(form, form.change) for form in forms if form.change is not None and not form.refused]
    if not known:
        return ""
    sizes = [form.packed / 1000 for form, _ in known]
    ends = [end for _, change in known for end in (change.low, change.high, 0.0)]
    across, up = scale(0, max(sizes), MARGIN, WIDTH - NAMES), scale(min(ends), max(ends), ROW + TALL, ROW)
    parts = [f'<line x1="{MARGIN}" x2="{WIDTH}" y1="{up(0):.1f}" y2="{up(0):.1f}" stroke="#ccc"/>']
    for form, change in known:
        x, y = across(form.packed / 1000), up(change.difference)
        colour = COLOURS[0] if form.front else "#fff"
        parts.append(
            f'<line x1="{x:.1f}" x2="{x:.1f}" y1="{up(change.low):.1f}" y2="{up(change.high):.1f}" class="bar"/>'
        )
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="4" fill="{colour}" stroke="{COLOURS[0]}"/>')
        time = f", {number(form.latency_ms.p50)} ms" if form.latency_ms else ""
        parts.append(f'<text x="{x + 8:.1f}" y="{y - 6:.1f}">{text(form.name + time)}</text>')
    foot = ROW + TALL + 20
    parts += [f'<text x="0" y="{up(end) + 4:.1f}">{number(end)}</text>' for end in sorted({min(ends), max(ends)})]
    parts.append(f'<text x="{MARGIN}" y="{foot}">packed size, 0 to {number(max(sizes))} kB</text>')
    return frame(
        "Change of the score against size; filled: no other form is smaller, quicker and better", foot + ROW, parts
    )

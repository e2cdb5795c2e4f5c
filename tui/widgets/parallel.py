"""Parallel coordinates as text: one line per hyperparameter, with where the best trials lie among all of them."""

import math
from collections.abc import Sequence

from rich.text import Text

from tui.widgets.board import Row, rank, told
from tui.widgets.cells import UNICODE, Glyphs, clean, cut, fit, number

BEST = 4
"""One trial in so many counts among the best."""
LOG = 20.0
"""Ratio of the ends from which a scale is logarithmic."""
NAMES, ENDS = 14, 8


def parallel(trials: Sequence[Row], width: int, greater_is_better: bool, glyphs: Glyphs = UNICODE) -> list[Text]:
    """For each hyperparameter that varied: its range, where trials with a score lie, the best quarter, the best one.

    Words are listed with how many of the best quarter hold them. Nothing with fewer than two scores.
    """
    order = sorted((each for each in trials if each.score is not None), key=lambda each: rank(each, greater_is_better))
    if len(order) < 2:
        return []
    top = order[: max(1, len(order) // BEST)]
    lines = []
    for name in dict.fromkeys(key for each in order for key in each.values):
        values = [each.values[name] for each in order if name in each.values]
        if len(set(values)) < 2:
            continue
        head = fit(clean(name, glyphs), min(NAMES, width // 3), glyphs=glyphs) + " "
        if any(isinstance(value, str | bool) for value in values):
            line = head + _words(name, order, top)
        else:
            line = head + _scale(name, order, len(top), width - len(head), glyphs)
        lines.append(Text(cut(clean(line, glyphs), width, glyphs)))
    if not lines:
        return []
    legend = (
        f"{glyphs.mark} the best trial, {glyphs.dot} the best {len(top)} of {len(order)}, {glyphs.empty} the others"
    )
    return [*lines, Text(cut(legend, width, glyphs), style="dim")]


def _words(name: str, order: Sequence[Row], top: Sequence[Row]) -> str:
    """Each value: how many of the best trials hold it, of how many that tried it."""
    counts: dict[str, int] = {}
    for each in order:
        if name in each.values:
            counts[told(each.values[name])] = counts.get(told(each.values[name]), 0) + 1
    best = [told(each.values[name]) for each in top if name in each.values]
    return ", ".join(f"{word} {best.count(word)} of {count}" for word, count in sorted(counts.items()))


def _scale(name: str, order: Sequence[Row], best: int, width: int, glyphs: Glyphs) -> str:
    """The range with a mark per trial; where marks meet the better one is seen."""
    known = [(place, float(each.values[name])) for place, each in enumerate(order) if name in each.values]
    low, high = min(value for _, value in known), max(value for _, value in known)
    ends = number(low), number(high)
    room = width - 2 * ENDS - 2
    if room < 4:
        return f"{ends[0]} to {ends[1]}, best {number(known[0][1])}"
    bend = math.log if low > 0 and high / low >= LOG else float
    cells = [" "] * room
    for place, value in reversed(known):
        at = round((bend(value) - bend(low)) / (bend(high) - bend(low)) * (room - 1))
        cells[at] = glyphs.mark if place == 0 else glyphs.dot if place < best else glyphs.empty
    return f"{fit(ends[0], ENDS, 'right', glyphs)} {''.join(cells)} {fit(ends[1], ENDS, 'left', glyphs).rstrip()}"

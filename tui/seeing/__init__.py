"""What there is to see of the rows, page by page. A page is one file and one line here; it draws and computes nothing.

Each draws `(look, seen, at) -> Lines` within 80x24; `items` is how many things up and down go through.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from engine.seeing.schema import Seen
from tui.seeing import columns, gaps, places, samples, texts, times, together
from tui.views.parts import Lines, Look

Draw = Callable[[Look, Seen, int, bool], Lines]


@dataclass(frozen=True, slots=True)
class Page:
    """A page: its key, its title, how many things it goes through, and how one of them is drawn."""

    key: str
    title: str
    items: Callable[[Seen], int]
    draw: Draw


PAGES = (
    Page("1", "Columns", lambda seen: len(seen.columns), columns.draw),
    Page("2", "Missing", lambda seen: int(seen.missing is not None), gaps.draw),
    Page("3", "Together", lambda seen: len(seen.together.columns) if seen.together else 0, together.draw),
    Page("4", "Time", lambda seen: int(seen.series is not None), times.draw),
    Page("5", "Map", lambda seen: int(seen.map is not None), places.draw),
    Page("7", "Texts", lambda seen: sum(len(each.samples) for each in seen.texts), texts.draw),
    Page("8", "Samples", lambda seen: len(samples.sets(seen)), samples.draw),
)
"""All but the rows, which have a cursor of their own."""
ROWS = "6"

"""The screen on which limits are moved and the places to ship to change at once; Enter keeps, Esc forgets."""

from __future__ import annotations

from typing import Any, ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.screen import ModalScreen

from engine.steps import Plan
from engine.targets.limits import LIMITS
from engine.what_if import Place, answers, asked, moved, what_if, words
from tui.views.parts import Column, Lines, Look, hanging, heading, paragraph, table
from tui.widgets.cells import UNICODE, Glyphs, cut
from tui.widgets.rows import Rows

COLUMNS = (Column("limit", least=16), Column("now", least=10), Column("if", least=10))
KEYS = "arrows: limit, looser, stricter  Del: as it was  Enter: keep  Esc: leave"


class WhatIf(ModalScreen[dict[str, Any] | None]):
    """Dismisses with the limits that are to be kept, None for none."""

    DEFAULT_CSS = """
    WhatIf { background: $background; }
    WhatIf > VerticalGroup { height: 1fr; width: 1fr; }
    WhatIf #page { height: 1fr; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", show=False),
        Binding("down,j", "go(1)", show=False),
        Binding("up,k", "go(-1)", show=False),
        Binding("right,space", "move(1)", show=False),
        Binding("left", "move(-1)", show=False),
        Binding("delete,backspace", "undo", show=False),
        Binding("enter", "keep", show=False),
    ]

    def __init__(self, plan: Plan, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.plan, self.glyphs = plan, glyphs
        self.names, self.place = list(LIMITS), 0
        self.changes: dict[str, Any] = {}

    def compose(self) -> ComposeResult:
        with VerticalGroup():
            yield Rows(id="page")
            yield Rows(id="keys")

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        self.draw()

    def draw(self) -> None:
        width, height = self.app.size
        look = Look(max(24, width - 2), self.glyphs)
        self.query_one("#page", Rows).show([*self._limits(look), *self._places(look)][: max(1, height - 1)])
        self.query_one("#keys", Rows).show([Text(cut(f" {KEYS}", width, self.glyphs), style="bright_black")])

    def _limits(self, look: Look) -> Lines:
        now = answers(self.plan)
        rows = [
            (
                f"{look.glyphs.here if number == self.place else ' '} {asked(name).ask.prompt}",
                words(name, now[name]),
                words(name, self.changes[name]) if name in self.changes else "",
            )
            for number, name in enumerate(self.names)
        ]
        styles = ["reverse" if number == self.place else "" for number in range(len(rows))]
        return [*heading(look, "What if these were others"), *table(look, COLUMNS, rows, styles)]

    def _places(self, look: Look) -> Lines:
        found = what_if(self.plan, self.changes)
        lines = heading(look, "Then it could run")
        for place in found.places:
            mark, style = (look.glyphs.yes, "bold green") if place.would else (look.glyphs.no, "bold red")
            lines += hanging(look, mark, _said(place), style, "bold" if place.would != place.fits else "")
        return lines + (paragraph(look, found.relax) if found.relax else [])

    def action_go(self, by: int) -> None:
        self.place = max(0, min(self.place + by, len(self.names) - 1))
        self.draw()

    def action_move(self, by: int) -> None:
        self.changes = moved(self.plan, self.changes, self.names[self.place], by)
        self.draw()

    def action_undo(self) -> None:
        self.changes.pop(self.names[self.place], None)
        self.draw()

    def action_keep(self) -> None:
        self.dismiss(self.changes or None)


def _said(place: Place) -> str:
    why = "" if place.would else f": {'; '.join(place.why_not)}"
    changed = "" if place.would == place.fits else " (now it does not)" if place.would else " (now it would)"
    return f"{place.title}{changed}{why}"

"""The screen on which a person looks at the rows: pages by number, things of a page by arrows, a row by Enter."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.screen import ModalScreen

from engine.seeing.schema import Group, Seen
from tui.dialogs import Sheet
from tui.seeing import PAGES, ROWS
from tui.seeing.raw_rows import draw as draw_rows
from tui.seeing.raw_rows import whole
from tui.views.parts import Lines, Look, paragraph
from tui.widgets.cells import UNICODE, Glyphs, cut
from tui.widgets.rows import Rows

AROUND = 10
"""Lines of the page of rows that are no rows."""


class Seeing(ModalScreen[None]):
    """All that is drawn of the rows; Esc goes back."""

    DEFAULT_CSS = """
    Seeing { background: $background; }
    Seeing > VerticalGroup { height: 1fr; width: 1fr; }
    Seeing #page { height: 1fr; padding: 0 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,v", "close", show=False),
        *(Binding(key, f"page('{key}')", show=False) for key in "12345678"),
        Binding("tab", "turn(1)", show=False),
        Binding("shift+tab", "turn(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("right", "aside(1)", show=False),
        Binding("left", "aside(-1)", show=False),
        Binding("pagedown", "move(10)", show=False),
        Binding("pageup", "move(-10)", show=False),
        Binding("g", "group(1)", show=False),
        Binding("G", "group(-1)", show=False),
        Binding("c", "plain", show=False),
        Binding("enter", "open", show=False),
    ]

    def __init__(self, seen: Seen, glyphs: Glyphs = UNICODE, finding: str = "", plain: bool = False) -> None:
        """`finding` is the key of one whose rows are shown first; `plain` says that colour cannot be seen."""
        super().__init__()
        self.seen, self.glyphs, self.plain = seen, glyphs, plain
        self.places = {each.key: 0 for each in PAGES}
        keys = [group.finding for group in self._groups()]
        self.group = keys.index(finding) if finding in keys else 0
        self.row = self.column = 0
        self.key = ROWS if finding in keys and finding else self._open()[0]

    def compose(self) -> ComposeResult:
        with VerticalGroup():
            yield Rows(id="tabs")
            yield Rows(id="page")
            yield Rows(id="keys")

    def on_mount(self) -> None:
        self.draw()

    def on_resize(self, event: events.Resize) -> None:
        self.draw()

    def _open(self) -> list[str]:
        """The pages that have anything on them, in order."""
        found = [each.key for each in PAGES if each.items(self.seen)]
        return sorted([*found, ROWS] if self._groups() else found)

    def _groups(self) -> tuple[Group, ...]:
        return tuple(group for group in self.seen.groups if group.rows)

    def draw(self) -> None:
        width, height = self.app.size
        look = Look(max(24, width - 2), self.glyphs)
        self.query_one("#tabs", Rows).show([self._tabs(width)])
        self.query_one("#page", Rows).show(self._page(look, height)[: max(1, height - 2)])
        self.query_one("#keys", Rows).show([Text(cut(f" {self._said()}", width, self.glyphs), style="bright_black")])

    def _tabs(self, width: int) -> Text:
        open_pages = self._open()
        titles = sorted([(page.key, page.title) for page in PAGES] + [(ROWS, "Rows")])
        line = Text()
        for key, title in titles:
            if key in open_pages:
                line.append(f" {key} {title} ", "reverse" if key == self.key else "")
        seen = self.seen
        line.append(
            f" {seen.sample:,} of {seen.rows:,} rows" if seen.sample < seen.rows else f" {seen.rows:,} rows", "dim"
        )
        line.truncate(width)
        return line

    def _page(self, look: Look, height: int) -> Lines:
        if self.key == ROWS:
            group = self._groups()[self.group]
            return draw_rows(look, self.seen, group, self.row, self.column, max(1, height - AROUND))
        page = next((each for each in PAGES if each.key == self.key), None)
        if page is None or not page.items(self.seen):
            return paragraph(look, "There is nothing to see.")
        return page.draw(look, self.seen, self.places[self.key], self.plain)

    def _said(self) -> str:
        if self.key == ROWS:
            return "arrows: cell  Enter: whole row  g: next rows (random, strangest, findings)  Esc: back"
        return "number or Tab: page  up, down: next  Esc: back"

    def action_close(self) -> None:
        self.dismiss()

    def action_page(self, key: str) -> None:
        if key in self._open():
            self.key = key
            self.draw()

    def action_turn(self, by: int) -> None:
        pages = self._open()
        self.action_page(pages[(pages.index(self.key) + by) % len(pages)] if self.key in pages else "")

    def action_move(self, by: int) -> None:
        if self.key == ROWS:
            self.row = max(0, min(self.row + by, len(self._groups()[self.group].rows) - 1))
        else:
            page = next(each for each in PAGES if each.key == self.key)
            self.places[self.key] = max(0, min(self.places[self.key] + by, page.items(self.seen) - 1))
        self.draw()

    def action_aside(self, by: int) -> None:
        if self.key == ROWS:
            self.column = max(0, min(self.column + by, len(self.seen.names) - 1))
            self.draw()
        else:
            self.action_move(by)

    def action_group(self, by: int) -> None:
        if self.key == ROWS:
            self.group, self.row = (self.group + by) % len(self._groups()), 0
            self.draw()

    def action_plain(self) -> None:
        self.plain = not self.plain
        self.draw()

    def action_open(self) -> None:
        if self.key != ROWS:
            self.action_move(1)
            return
        row = self._groups()[self.group].rows[self.row]
        self.app.push_screen(
            Sheet(f"Row {row.id}", lambda width: whole(self.seen, row, Look(width, self.glyphs)), whole=True)
        )

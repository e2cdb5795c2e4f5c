"""What is laid over the screen for a moment: a text to read, a line to type, a few ways to go on."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup, VerticalScroll
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Input

from tui.text import Lines
from tui.widgets.cells import UNICODE, Glyphs, clean, wrap

Draw = Callable[[int], list[Text]]
"""Lines of a text for a width in cells."""


class Line(Input):
    """An input of one line, without border and blink."""

    DEFAULT_CSS = "Line { background: $field; } Line:ansi { text-style: underline; }"

    def __init__(self, value: str = "", placeholder: str = "", id: str | None = None) -> None:
        super().__init__(value, placeholder=placeholder, compact=True, select_on_focus=False, id=id)
        self.cursor_blink = False


class Sheet(ModalScreen[None]):
    """A text on the lower half of the screen, or on all of it; any of the closing keys takes it away."""

    DEFAULT_CSS = """
    Sheet { background: transparent; align: center bottom; }
    Sheet > VerticalGroup { height: 55%; background: $surface; border-top: solid $rule; padding: 0 1; }
    Sheet.whole > VerticalGroup { height: 1fr; }
    Sheet VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter,f1,f9,question_mark,l,w", "close", show=False),
        Binding("down,j", "scroll(1)", show=False),
        Binding("up,k", "scroll(-1)", show=False),
        Binding("pagedown,space", "scroll_page(1)", show=False),
        Binding("pageup,b", "scroll_page(-1)", show=False),
        Binding("G,end", "end", show=False),
        Binding("g,home", "top", show=False),
    ]

    def __init__(self, title: str, draw: Draw, whole: bool = False, at_end: bool = False) -> None:
        super().__init__(classes="whole" if whole else "")
        self._heading = title
        self._draw = draw
        self._at_end = at_end

    def compose(self) -> ComposeResult:
        with VerticalGroup():
            yield Lines(id="title")
            with VerticalScroll():
                yield Lines(id="text")

    @property
    def pane(self) -> VerticalScroll:
        return self.query_one(VerticalScroll)

    def on_mount(self) -> None:
        self.redraw()
        if self._at_end:
            self.call_after_refresh(self.action_end)

    def on_resize(self, event: events.Resize) -> None:
        self.redraw()

    def redraw(self) -> None:
        width = max(10, self.app.size.width - 4)
        self.query_one("#title", Lines).show(
            [Text.assemble((self._heading, "bold"), ("   Esc closes", "bright_black"))]
        )
        self.query_one("#text", Lines).show(self._draw(width))

    def action_close(self) -> None:
        self.dismiss()

    def action_scroll(self, by: int) -> None:
        self.pane.scroll_relative(y=by, animate=False)

    def action_scroll_page(self, by: int) -> None:
        self.pane.scroll_relative(y=by * max(1, self.pane.size.height - 1), animate=False)

    def action_end(self) -> None:
        self.pane.scroll_end(animate=False)

    def action_top(self) -> None:
        self.pane.scroll_home(animate=False)


class Box(VerticalGroup):
    """The frame of a small dialog."""

    DEFAULT_CSS = """
    Box { width: 72; max-width: 100%; height: auto; background: $surface; border: solid $rule; padding: 0 1; }
    """


class AskLine(ModalScreen[str | None]):
    """A question that is answered by one typed line; Esc gives None."""

    DEFAULT_CSS = """
    AskLine { background: transparent; align: center middle; }
    AskLine #question, AskLine Line { margin-bottom: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", show=False)]

    def __init__(
        self, question: str, explain: str = "", placeholder: str = "", needed: bool = True, glyphs: Glyphs = UNICODE
    ) -> None:
        super().__init__()
        self._question, self._explain, self._placeholder = question, explain, placeholder
        self._needed, self._glyphs = needed, glyphs

    def compose(self) -> ComposeResult:
        with Box():
            yield Lines(id="question")
            yield Line(placeholder=self._placeholder)
            yield Lines(id="keys")

    def on_mount(self) -> None:
        width = min(72, self.app.size.width) - 4
        lines = [Text(line, style="bold") for line in wrap(clean(self._question, self._glyphs), width)]
        lines += [Text(line) for line in wrap(clean(self._explain, self._glyphs), width)]
        self.query_one("#question", Lines).show(lines)
        self.query_one("#keys", Lines).show([Text("Enter goes on   Esc stays", style="bright_black")])
        self.query_one(Line).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        if event.value.strip() or not self._needed:
            self.dismiss(event.value.strip())

    def action_close(self) -> None:
        self.dismiss(None)


class Choose(ModalScreen[str]):
    """A few ways to go on, each by its key; Enter takes the first, Esc none ("")."""

    DEFAULT_CSS = "Choose { background: transparent; align: center middle; } Choose #text { margin-bottom: 1; }"

    def __init__(
        self, title: str, lines: list[str], ways: list[tuple[str, str]], stay: str = "stay", glyphs: Glyphs = UNICODE
    ) -> None:
        super().__init__()
        self._heading, self._text, self._ways, self._stay, self._glyphs = title, lines, ways, stay, glyphs

    def compose(self) -> ComposeResult:
        with Box():
            yield Lines(id="text")
            yield Lines(id="ways")

    def on_mount(self) -> None:
        width = min(72, self.app.size.width) - 4
        lines = [Text(line, style="bold") for line in wrap(clean(self._heading, self._glyphs), width)]
        lines += [Text(line) for text in self._text for line in wrap(clean(text, self._glyphs), width) or [""]]
        self.query_one("#text", Lines).show(lines)
        ways = [Text.assemble((f"{self._label(key):>7}", "bold"), f"  {words}") for key, words in self._ways]
        ways.append(Text.assemble((f"{'Esc':>7}", "bold"), f"  {self._stay}"))
        self.query_one("#ways", Lines).show(ways)

    def _label(self, key: str) -> str:
        return f"Enter {key}" if key == self._ways[0][0] else key

    def on_key(self, event: events.Key) -> None:
        event.stop()
        event.prevent_default()
        if event.key == "escape":
            self.dismiss("")
        elif event.key == "enter":
            self.dismiss(self._ways[0][0])
        elif event.character in [key for key, _ in self._ways]:
            self.dismiss(event.character)

    def on_click(self, event: events.Click) -> None:
        under: Widget = self.query_one("#ways", Lines)
        row = event.screen_y - under.region.y
        if under.region.contains(event.screen_x, event.screen_y) and 0 <= row < len(self._ways):
            self.dismiss(self._ways[row][0])

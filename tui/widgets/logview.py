"""A log on the whole screen: pages, follows its end, finds text, names its path."""

import os
import shlex
import subprocess
from pathlib import Path
from typing import ClassVar

from rich.cells import cell_len, chop_cells
from rich.text import Text
from textual.app import ComposeResult, SuspendNotSupported
from textual.binding import Binding, BindingType
from textual.containers import VerticalGroup
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.widgets.cells import UNICODE, Glyphs, clean, cut, size
from tui.widgets.logfile import LogFile
from tui.widgets.rows import Rows

PERIOD = 1.0
KEYS = "Esc closes  PgUp PgDn  G end  / find  n N next  o pager"


class LogView(ModalScreen[None]):
    """Shows one log file. At its end it follows what is written, until somebody pages up."""

    DEFAULT_CSS = """
    LogView { background: $background; }
    LogView > VerticalGroup { height: 1fr; }
    LogView Input { background: $surface; }
    """
    AUTO_FOCUS = ""
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("up,k", "move(-1)", show=False),
        Binding("pagedown,space", "page(1)", show=False),
        Binding("pageup,b", "page(-1)", show=False),
        Binding("g,home", "top", show=False),
        Binding("G,end", "end", show=False),
        Binding("slash", "find", show=False),
        Binding("n", "again(1)", show=False),
        Binding("N", "again(-1)", show=False),
        Binding("o", "pager", show=False),
    ]

    def __init__(self, path: Path, glyphs: Glyphs = UNICODE) -> None:
        super().__init__()
        self.log_file = LogFile(path)
        self.following = True
        self.first = 0
        self._glyphs = glyphs
        self._wanted = ""
        self._said = ""
        self._found = 0

    def compose(self) -> ComposeResult:
        yield Rows(id="log-title")
        with VerticalGroup():
            yield Rows(id="log-lines")
        field = Input(placeholder="find", compact=True, id="log-find")
        field.cursor_blink = False
        field.display = False
        yield field
        yield Rows(id="log-keys")

    def on_mount(self) -> None:
        self.look()
        self.set_interval(PERIOD, self.look)

    def on_resize(self) -> None:
        self.call_after_refresh(self.draw)

    @property
    def height(self) -> int:
        """Lines of the log that are shown at once."""
        field = self.query_one("#log-find", Input)
        return max(1, self.size.height - 2 - (1 if field.display else 0))

    @property
    def last_page(self) -> int:
        return max(0, len(self.log_file) - self.height)

    def look(self) -> None:
        """Index what is new, a block at a time, so that a long log does not hold up the keys."""
        if self.log_file.grow():
            self.call_later(self.look)
        else:
            self.draw()

    def draw(self) -> None:
        """Show the present page."""
        width, log = self.size.width, self.log_file
        if width < 1:
            return
        self.first = self.last_page if self.following else min(self.first, self.last_page)
        lines = [
            Text(cut(clean(line, self._glyphs), width, self._glyphs)) for line in log.lines(self.first, self.height)
        ]
        if self._wanted:
            for line in lines:
                line.highlight_words([self._wanted], style="reverse", case_sensitive=False)
        empty = [Text("the log is empty" if log.path.exists() else "there is no log yet", style="dim")]
        self.query_one("#log-lines", Rows).show(self._filled(lines or empty))
        self.query_one("#log-title", Rows).show([self._title(width)])
        self.query_one("#log-keys", Rows).show([Text(cut(self._said or KEYS, width, self._glyphs), style="dim")])

    def _filled(self, lines: list[Text]) -> list[Text]:
        return [*lines, *[Text()] * (self.height - len(lines))]

    def _title(self, width: int) -> Text:
        log = self.log_file
        place = "follows" if self.following else f"{self.first + 1:,} of {len(log):,}"
        told = f"  {place}, {size(log.length)}"
        path, space = clean(str(log.path), self._glyphs), max(2, width - len(told))
        if cell_len(path) > space:
            # The end of a path tells which log it is.
            path = self._glyphs.cut + chop_cells(path[::-1], space - 1)[0][::-1]
        return Text(path + told, style="bold")

    def go(self, first: int) -> None:
        """Show the page that begins with a line; the last page follows what is written."""
        self._said = ""
        self.first = max(0, min(first, self.last_page))
        self.following = self.first >= self.last_page
        self.draw()

    def action_move(self, by: int) -> None:
        self.go(self.first + by)

    def action_page(self, by: int) -> None:
        self.go(self.first + by * max(1, self.height - 1))

    def action_top(self) -> None:
        self.go(0)

    def action_end(self) -> None:
        self.go(self.last_page)

    def action_find(self) -> None:
        field = self.query_one("#log-find", Input)
        field.display = True
        field.value = self._wanted
        field.focus()
        self.call_after_refresh(self.draw)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.input.display = False
        self.set_focus(None)
        self._wanted = event.value
        if event.value:
            self._jump(self.first, backwards=False)
        else:
            self.go(self.first)

    def action_again(self, by: int) -> None:
        if self._wanted:
            self._jump(self._found + by, backwards=by < 0)

    def _jump(self, start: int, backwards: bool) -> None:
        """Put the next line that holds the text at the top, or say that there is none."""
        found = self.log_file.find(self._wanted, start, backwards)
        if found is None:
            self._said = f"no more {clean(self._wanted, self._glyphs)!r} {'above' if backwards else 'below'}"
            self.draw()
            return
        self.first, self.following, self._said = found, False, ""
        self._found = found
        self.draw()

    def action_pager(self) -> None:
        command = [*shlex.split(os.environ.get("PAGER") or "less"), str(self.log_file.path)]
        try:
            with self.app.suspend():
                subprocess.run(command, check=False)
        except (OSError, SuspendNotSupported):
            self._said = f"{command[0]} cannot be started here; the log is at the path above"
        self.draw()

    def action_close(self) -> None:
        field = self.query_one("#log-find", Input)
        if field.display:
            field.display = False
            self.set_focus(None)
            self.draw()
        else:
            self.dismiss()

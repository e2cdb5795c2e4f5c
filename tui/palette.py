"""The palette: every command of the table by its words, with its key, or the reason why it cannot be done now."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.screen import ModalScreen
from textual.widgets import Input

from tui.commands import COMMANDS, Command
from tui.dialogs import Box, Line
from tui.text import Lines
from tui.widgets.cells import cut, fit

if TYPE_CHECKING:
    from tui.wizard import Wizard

ROWS = 12


class Palette(ModalScreen[str]):
    """Type a part of a command's words; Enter does it. The answer is its name, or "" for none."""

    DEFAULT_CSS = "Palette { background: transparent; align: center middle; } Palette #commands { height: 12; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+p", "close", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
        Binding("pagedown", "move(12)", show=False),
        Binding("pageup", "move(-12)", show=False),
    ]

    def __init__(self, wizard: Wizard) -> None:
        super().__init__()
        self._wizard = wizard
        self._reasons = {command.name: command.enabled(wizard) for command in COMMANDS}
        self._at = 0

    def compose(self) -> ComposeResult:
        with Box():
            yield Line(placeholder="a word of the command")
            yield Lines(id="commands")
            yield Lines(id="reason")

    def on_mount(self) -> None:
        self.query_one(Line).focus()
        self.draw()

    def found(self) -> list[Command]:
        """The commands that hold every typed word."""
        words = self.query_one(Line).value.lower().split()
        return [c for c in COMMANDS if all(w in f"{c.short} {c.help} {c.name}".lower() for w in words)]

    def draw(self) -> None:
        found = self.found()
        self._at = max(0, min(self._at, len(found) - 1))
        start = max(0, min(self._at - ROWS // 2, len(found) - ROWS))
        width = min(72, self.app.size.width) - 4
        drawn = self._wizard.marks.drawn
        lines = []
        for index, command in enumerate(found[start : start + ROWS], start):
            possible = self._reasons[command.name] is None
            words = fit(f" {command.help}", width - 6, glyphs=drawn) + fit(command.key, 5, "right") + " "
            lines.append(Text(words, style="reverse" if index == self._at else "" if possible else "bright_black"))
        self.query_one("#commands", Lines).show(lines or [Text(" no command has these words", style="bright_black")])
        reason = self._reasons[found[self._at].name] if found else None
        said = f"not now: {reason}" if reason else "Enter does it   Esc closes"
        self.query_one("#reason", Lines).show(
            [Text(cut(said, width, drawn), style="yellow" if reason else "bright_black")]
        )

    def on_input_changed(self, event: Input.Changed) -> None:
        self._at = 0
        self.draw()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        found = self.found()
        if found and self._reasons[found[self._at].name] is None:
            self.dismiss(found[self._at].name)

    def action_move(self, by: int) -> None:
        self._at = max(0, self._at + by)
        self.draw()

    def action_close(self) -> None:
        self.dismiss("")

"""The rail: where every step stands, by glyph, number and word; the way to walk between them by keys and mouse."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget

from engine.steps import STEPS
from tui.glyphs import COLOURS, WORDS, Marks, Standing
from tui.widgets.cells import fit

WIDTH = 15


class Rail(Widget, can_focus=True):
    """One line per step; one line in all where the terminal is narrow."""

    DEFAULT_CSS = "Rail { width: 16; height: 1fr; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("enter,space", "open", show=False),
    ]

    @dataclass
    class Picked(Message):
        """Go to this step."""

        step: str

    def __init__(self, marks: Marks) -> None:
        super().__init__(id="rail")
        self.marks = marks
        self.standing: dict[str, Standing] = {}
        self.here = ""
        self.at = 0

    def show(self, standing: dict[str, Standing], here: str) -> None:
        """Draw these states, if they differ from the ones drawn."""
        if standing != self.standing or here != self.here:
            if here != self.here:
                self.at = list(STEPS).index(here)
            self.standing, self.here = dict(standing), here
            self.refresh()

    def render(self) -> Text:
        if self.size.height == 1:
            return self.one_line()
        lines = [self.line(number, name) for number, name in enumerate(STEPS, 1)]
        lines += [Text(" " * WIDTH + self.marks.edge, "bright_black")] * max(0, self.size.height - len(lines))
        return Text("\n", no_wrap=True, end="").join(lines)

    def line(self, number: int, name: str) -> Text:
        state = self.standing.get(name, "open")
        here, cursor = name == self.here, self.has_focus and number - 1 == self.at
        style = "reverse" if cursor else "bold" if here else ""
        return Text.assemble(
            (self.marks.here if here else " ", "bold blue"),
            (self.marks.states[state], f"bold {COLOURS[state]}".strip()),
            " ",
            (f"{number:>2} {fit(STEPS[name].word, 8)}", style),
            " ",
            (self.marks.edge, "bright_black"),
        )

    def one_line(self) -> Text:
        """`3/12 Metric  2 stale`: the step, and what needs attention elsewhere."""
        if not self.here:
            return Text()
        number = list(STEPS).index(self.here) + 1
        text = Text.assemble((f" {number}/{len(STEPS)} {STEPS[self.here].word}", "bold"), no_wrap=True)
        for state in ("running", "failed", "stale", "asks"):
            count = sum(1 for found in self.standing.values() if found == state)
            if count:
                text.append(f"  {self.marks.states[state]} {count} {WORDS[state]}", COLOURS[state])
        return text

    def on_focus(self) -> None:
        self.at = list(STEPS).index(self.here) if self.here else 0
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def action_move(self, by: int) -> None:
        self.at = (self.at + by) % len(STEPS)
        self.refresh()

    def action_open(self) -> None:
        self.post_message(self.Picked(list(STEPS)[self.at]))

    def on_click(self, event: events.Click) -> None:
        if self.size.height > 1 and event.y < len(STEPS):
            self.post_message(self.Picked(list(STEPS)[event.y]))

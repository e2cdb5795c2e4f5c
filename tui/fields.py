"""One question as it is asked: its prompt, its answer or the advised one, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from rich.text import Text
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from engine.questions import Question, show
from engine.session import Session
from engine.values import Advised
from tui.glyphs import Marks
from tui.text import drawn
from tui.widgets.cells import clean, fit, wrap

LABEL = 30
"""Cells of the column of prompts."""
MARK = 9
"""Cells kept for "advised" at the end of a line."""


class Field(Widget, can_focus=True):
    """A question of a step. It says what was typed or chosen; storing it is the form's."""

    DEFAULT_CSS = "Field { height: auto; width: 1fr; }"

    @dataclass
    class Edited(Message):
        """Something was typed: store it soon."""

        field: Field

    @dataclass
    class Chosen(Message):
        """Something was chosen or confirmed: store it now, and go on when `on`."""

        field: Field
        on: bool

    @dataclass
    class Moved(Message):
        """The cursor left the field by an arrow key: +1 down, -1 up."""

        field: Field
        by: int

    def __init__(self, question: Question, session: Session, marks: Marks) -> None:
        super().__init__(id=f"field-{question.name}")
        self.question = question
        self.session = session
        self.marks = marks
        self.error = ""
        self.open = False
        self.typed = show(self.answer)
        """What a person typed or chose, as text; empty where the advice stands."""
        self._shown: list[tuple[str, str, str]] = []

    # -- what the plan says of it ------------------------------------------------------------------------------

    @property
    def answer(self) -> Any:
        return getattr(getattr(self.session.plan, self.question.step), self.question.name)

    @property
    def advised(self) -> Advised | None:
        return self.session.advice(self.question.step).answers.get(self.question.name)

    @property
    def waits(self) -> bool:
        """Whether a person should look at the advised answer before it counts."""
        advised = self.advised
        return advised is not None and self.answer is None and (advised.confirm or self.question.ask.settle)

    def mark(self) -> tuple[str, str]:
        """The word at the end of the line, and its style."""
        if self.error:
            return f"{self.marks.states['failed']} see below", "bold red"
        if self.waits:
            return f"{self.marks.states['asks']} confirm", "bold yellow"
        if self.answer is None and not self.typed and self.advised is not None and show(self.advised.value):
            return "advised", "bright_black"
        return "", ""

    # -- drawing -----------------------------------------------------------------------------------------------

    def lines(self, width: int) -> list[Text]:
        """All lines of the field; what stands in an input is left blank."""
        return [*self.head(width), *self.errors(width)]

    def head(self, width: int) -> list[Text]:
        """The prompt, wrapped, with the answer and the mark beside its first line."""
        prompt = wrap(self.clean(self.question.ask.prompt), LABEL - 1)
        word, style = self.mark()
        room = width - 2 - LABEL
        value = fit(self.value(), room - MARK if word else room, glyphs=self.marks.drawn)
        quiet = "bright_black" if self.answer is None and not self.typed else ""
        first = Text.assemble(
            self.edge(),
            (fit(prompt[0], LABEL), "bold" if self.open else ""),
            (value, quiet),
            (fit(word, MARK, "right", self.marks.drawn) if word else "", style),
        )
        return [first, *(Text.assemble(self.edge(), (line, "bold" if self.open else "")) for line in prompt[1:])]

    def errors(self, width: int) -> list[Text]:
        said = wrap(self.clean(self.error.removeprefix(f"{self.question.key}: ")), width - 6)
        return [Text.assemble(self.edge(), "  ", (line, "red")) for line in said]

    def edge(self) -> tuple[str, str]:
        return (f"{self.marks.cursor} " if self.open else "  ", "bold blue")

    def value(self) -> str:
        """The answer, or the advised one, on one line."""
        if self.typed:
            return self.clean(self.typed)
        return self.clean(show(self.advised.value)) if self.advised else ""

    def clean(self, text: str) -> str:
        return clean(text, self.marks.drawn)

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        return len(self.lines(width))

    def render(self) -> Text:
        lines = self.lines(self.size.width)
        self._shown = drawn(lines)
        return Text("\n", no_wrap=True, end="").join(lines)

    def update(self) -> None:
        """Draw again, if anything looks different."""
        if not self.size.width:
            return
        now = drawn(self.lines(self.size.width))
        if now != self._shown:
            self.refresh(layout=len(now) != len(self._shown))

    # -- focus -------------------------------------------------------------------------------------------------

    def enter(self) -> None:
        """Take the focus."""
        self.focus()

    def renew(self) -> None:
        """Follow what the plan says now, where nothing typed is waiting."""
        if not self.error:
            self.typed = show(self.answer)
        self.update()

    def pull(self) -> bool:
        """Take over what was typed but not told yet. Whether there was any."""
        return False

    def normal(self) -> str:
        """What is to be stored. Errors: UserError."""
        return self.typed

    def on_focus(self) -> None:
        self.open = True
        self.update()

    def on_blur(self) -> None:
        self.open = False
        self.update()

"""Questions with a few known answers: one of several, yes or no."""

from __future__ import annotations

from typing import ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual.binding import Binding, BindingType

from engine.questions import Question, show
from engine.session import Session
from engine.values import Choice
from tui.fields import LABEL, MARK, Field
from tui.glyphs import Marks
from tui.widgets.cells import fit, wrap

WINDOW = 10
"""Choices of a longer list that are shown at once."""


class ChoiceField(Field):
    """One of a few: a list that opens with the focus, of which a part is shown where it is long."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", show=False),
        Binding("down", "move(1)", show=False),
        Binding("space", "take(False)", show=False),
        Binding("enter", "take(True)", show=False),
        Binding("delete,backspace", "forget", show=False),
    ]

    def __init__(self, question: Question, session: Session, marks: Marks) -> None:
        super().__init__(question, session, marks)
        self.at = 0
        self.first = 0

    def choices(self) -> tuple[Choice, ...]:
        return self.question.choices(self.session.resolved.plan)

    def current(self) -> str:
        """The value that stands: the answer, else the advised one."""
        return self.typed or (show(self.advised.value) if self.advised else "")

    def value(self) -> str:
        label = {choice.value: choice.label for choice in self.choices()}
        return self.clean(label.get(self.current(), self.current()))

    def lines(self, width: int) -> list[Text]:
        if not self.open:
            return super().lines(width)
        prompt = Text.assemble(self.edge(), (self.clean(self.question.ask.prompt), "bold"))
        return [prompt, *self.options(width), *self.errors(width)]

    def options(self, width: int) -> list[Text]:
        advised = show(self.advised.value) if self.advised else None
        offered = self.choices()
        longest = max((cell_len(choice.label) for choice in offered), default=0) + 2
        if len(offered) > WINDOW:
            self.first = min(max(self.first, self.at - WINDOW + 1), self.at, len(offered) - WINDOW)
        shown = list(enumerate(offered))[self.first : self.first + WINDOW]
        lines = []
        for index, choice in shown:
            picked = choice.value == self.current()
            word = "advised" if choice.value == advised else ""
            space = width - 8 - (MARK if word else 0)
            label = min(longest, space)
            room = space - label
            lines.append(
                Text.assemble(
                    self.edge(),
                    "  ",
                    (f"{self.marks.picked if picked else self.marks.unpicked} ", "bold" if picked else ""),
                    (
                        fit(self.clean(choice.label), label, glyphs=self.marks.drawn),
                        "reverse" if index == self.at else "bold" if picked else "",
                    ),
                    (fit(self.clean(choice.note), room, glyphs=self.marks.drawn), "bright_black"),
                    (fit(word, MARK, "right") if word else "", "bright_black"),
                )
            )
        if hidden := len(offered) - len(shown):
            where = f"  {hidden} more by up and down: {self.first + 1} to {shown[-1][0] + 1} of {len(offered)} here"
            lines.append(Text.assemble(self.edge(), (fit(where, width - 1, glyphs=self.marks.drawn), "bright_black")))
        return lines

    def on_focus(self) -> None:
        values = [choice.value for choice in self.choices()]
        self.at = values.index(self.current()) if self.current() in values else 0
        super().on_focus()

    def action_move(self, by: int) -> None:
        if 0 <= self.at + by < len(self.choices()):
            self.at += by
            self.update()
        else:
            self.post_message(self.Moved(self, by))

    def action_take(self, on: bool) -> None:
        offered = self.choices()
        if offered:
            value = offered[min(self.at, len(offered) - 1)].value
            if value != self.current() or self.waits or not on:
                self.typed = value
        self.post_message(self.Chosen(self, on))
        self.update()

    def action_forget(self) -> None:
        """Back to the advised answer."""
        self.typed = ""
        self.post_message(self.Chosen(self, False))
        self.update()


class YesNoField(ChoiceField):
    """Yes or no, on one line."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "pick(0)", show=False),
        Binding("n", "pick(1)", show=False),
        Binding("left", "step(-1)", show=False),
        Binding("right", "step(1)", show=False),
    ]

    def choices(self) -> tuple[Choice, ...]:
        return Choice("yes", "yes"), Choice("no", "no")

    def lines(self, width: int) -> list[Text]:
        if not self.open:
            return super().lines(width)
        rest = self.head(width)[1:]
        plain = Text.assemble(self.edge(), (fit(wrap(self.question.ask.prompt, LABEL - 1)[0], LABEL), "bold"))
        for index, choice in enumerate(self.choices()):
            picked = choice.value == self.current()
            plain.append(f"{self.marks.picked if picked else self.marks.unpicked} ", "bold" if picked else "")
            plain.append(choice.label, "reverse" if index == self.at else "")
            plain.append("   ")
        word, style = self.mark()
        plain.append(fit(word, max(0, width - plain.cell_len), "right"), style)
        return [plain, *rest, *self.errors(width)]

    def action_move(self, by: int) -> None:
        self.post_message(self.Moved(self, by))

    def action_step(self, by: int) -> None:
        self.at = max(0, min(1, self.at + by))
        self.update()

    def action_pick(self, index: int) -> None:
        self.at = index
        self.action_take(False)

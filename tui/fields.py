"""One question as it is asked: its prompt, its answer or the advised one, and its choices while it has the focus."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from rich.cells import cell_len
from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from engine import ledger
from engine.errors import UserError
from engine.paths import existing_file
from engine.questions import Question, show
from engine.session import Session
from engine.values import Advised, Choice
from tui.glyphs import Marks
from tui.paths import offered_paths
from tui.text import drawn
from tui.widgets.cells import clean, cut, fit, wrap

LABEL = 30
"""Cells of the column of prompts."""
MARK = 9
"""Cells kept for "advised" at the end of a line."""
WINDOW = 8
"""Choices offered at a time beside a text."""


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


class ChoiceField(Field):
    """One of a few: a list that opens with the focus."""

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
        lines = []
        for index, choice in enumerate(offered):
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


class Entry(Input):
    """A one-line input without border and blink; Right in an empty one takes the advised answer as text to edit."""

    DEFAULT_CSS = """
    Entry { margin: 0 10 0 32; width: 1fr; background: $background; }
    Entry.own { margin: 0 0 0 32; }
    Entry:focus { background: $field; }
    Entry:ansi:focus { text-style: underline; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "arrow(-1)", show=False),
        Binding("down", "arrow(1)", show=False),
    ]

    def __init__(self, field: TextField, value: str) -> None:
        super().__init__(value, compact=True, select_on_focus=False)
        self.cursor_blink = False
        self.field = field

    def on_focus(self) -> None:
        self.field.on_focus()
        self.cursor_position = len(self.value)

    def on_blur(self) -> None:
        self.field.on_blur()

    def action_arrow(self, by: int) -> None:
        self.field.arrow(by)

    def action_cursor_right(self, select: bool = False) -> None:
        if not self.value and self.placeholder and not select:
            self.value = self.placeholder
            self.cursor_position = len(self.value)
        else:
            super().action_cursor_right(select)

    async def on_key(self, event: events.Key) -> None:
        if event.key == "space" and self.field.take():
            event.stop()
            event.prevent_default()


class TextField(Field, can_focus=False):
    """Something to type."""

    def __init__(self, question: Question, session: Session, marks: Marks) -> None:
        super().__init__(question, session, marks)
        self.entry = Entry(self, self.typed)
        self._taken = self.typed

    def compose(self) -> ComposeResult:
        self._dress()
        yield self.entry

    def _dress(self) -> None:
        self.entry.placeholder = self.clean(show(self.advised.value)) if self.advised else ""
        self.entry.set_class(not self.mark()[0], "own")

    def value(self) -> str:
        return ""

    def update(self) -> None:
        self._dress()
        super().update()

    def renew(self) -> None:
        super().renew()
        if not self.open and not self.error and self.entry.value != self.typed:
            self._taken = self.typed
            with self.prevent(Input.Changed):
                self.entry.value = self.typed

    def enter(self) -> None:
        self.entry.focus()

    def arrow(self, by: int) -> None:
        """Up or down was pressed."""
        self.post_message(self.Moved(self, by))

    def take(self) -> bool:
        """Take the choice under the cursor; False where there is none."""
        return False

    def on_input_changed(self, event: Input.Changed) -> None:
        event.stop()
        if self.pull():
            self.error = ""
            self.changed()
            self.post_message(self.Edited(self))

    def pull(self) -> bool:
        if self.entry.value == self._taken:
            return False
        self.typed = self._taken = self.entry.value
        return True

    def changed(self) -> None:
        """The text is another one now."""
        self.update()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.stop()
        if self.take():
            return
        if self.waits and not self.typed and self.advised is not None:
            self.typed = show(self.advised.value)
        self.post_message(self.Chosen(self, True))


class ComboField(TextField):
    """Something to type, with known values offered below; a list takes several of them."""

    def __init__(self, question: Question, session: Session, marks: Marks) -> None:
        super().__init__(question, session, marks)
        self.at = -1

    @property
    def several(self) -> bool:
        return self.question.kind == "list"

    def parts(self) -> list[str]:
        return (
            [part.strip() for part in self.typed.split(",") if part.strip()] if self.several else [self.typed.strip()]
        )

    def fragment(self) -> str:
        """What is being typed: the last name, unless it is one of the known ones already."""
        last = self.typed.rpartition(",")[2].strip() if self.several else self.typed.strip()
        return "" if last in {choice.value for choice in self.known()} else last

    def known(self) -> tuple[Choice, ...]:
        return self.question.choices(self.session.resolved.plan)

    def offers(self) -> list[Choice]:
        """The known values that fit what is being typed."""
        word = self.fragment().lower()
        starts = [choice for choice in self.known() if choice.value.lower().startswith(word)]
        holds = [choice for choice in self.known() if word in choice.value.lower() and choice not in starts]
        return starts + holds

    def lines(self, width: int) -> list[Text]:
        lines = self.head(width)
        return [*lines, *self.offered(width), *self.errors(width)] if self.open else [*lines, *self.errors(width)]

    def offered(self, width: int) -> list[Text]:
        offers, taken = self.offers(), set(self.parts())
        start = max(0, min(self.at - WINDOW // 2, len(offers) - WINDOW))
        seen = offers[start : start + WINDOW]
        label = min(max((len(choice.label) for choice in seen), default=0) + 2, width // 2)
        lines = []
        for index, choice in enumerate(seen, start):
            picked = choice.value in taken
            box = (self.marks.ticked if picked else self.marks.unticked) if self.several else "   "
            name = fit(self.clean(choice.label), label, glyphs=self.marks.drawn)
            lines.append(
                Text.assemble(
                    self.edge(),
                    f"  {box} ",
                    (name, "reverse" if index == self.at else "bold" if picked else ""),
                    (cut(self.clean(choice.note), max(0, width - 8 - label), self.marks.drawn), "bright_black"),
                )
            )
        more = len(offers) - len(seen)
        if more:
            lines.append(Text.assemble(self.edge(), (f"      {more} more: type a part of the name", "bright_black")))
        return lines

    def changed(self) -> None:
        self.at = -1
        super().changed()

    def on_blur(self) -> None:
        self.at = -1
        super().on_blur()

    def arrow(self, by: int) -> None:
        at = self.at + by
        if at < -1 or at >= len(self.offers()):
            super().arrow(by)
        else:
            self.at = at
            self.update()

    def take(self) -> bool:
        offers = self.offers()
        if not 0 <= self.at < len(offers):
            return False
        at = self.at
        self.put(offers[at].value)
        self.at = min(at, len(self.offers()) - 1) if self.several else -1
        self.update()
        return True

    def put(self, value: str) -> None:
        """Write a known value into the text; in a list one that stands there already goes."""
        if not self.several:
            self.entry.value = value
        else:
            kept = self.parts()
            if kept and self.fragment():
                kept.pop()
            kept = [part for part in kept if part != value] if value in kept else [*kept, value]
            self.entry.value = show(tuple(kept))
        self.pull()
        self.entry.cursor_position = len(self.entry.value)
        self.error = ""
        self.post_message(self.Edited(self))


class PathField(ComboField):
    """The path of a table, completed from the file system."""

    def on_mount(self) -> None:
        self.call_after_refresh(self.show_end)

    def on_blur(self) -> None:
        super().on_blur()
        self.call_after_refresh(self.show_end)

    def show_end(self) -> None:
        """The name of the file tells more than the folders before it."""
        self.entry.scroll_to(x=self.entry.max_scroll_x, animate=False, force=True)

    def known(self) -> tuple[Choice, ...]:
        return ()

    def offers(self) -> list[Choice]:
        return offered_paths(self.typed) if self.typed else []

    def normal(self) -> str:
        return existing_file(self.typed) if self.typed else ""


class SealField(TextField):
    """The typed word that opens the test set; it says how often that happened."""

    def lines(self, width: int) -> list[Text]:
        try:
            count = ledger.count(self.session.project, "opening")
            said = f"The seal was opened {count} times so far." if count else "The seal was never opened."
        except UserError as error:
            said = str(error)
        name = f"Type {self.session.name} to open it; looking twice makes the number less true."
        below = [Text.assemble(self.edge(), "  ", (line, "yellow")) for line in wrap(f"{said} {name}", width - 6)]
        return [*self.head(width), *below, *self.errors(width)]


BY_KEY: dict[str, Callable[[Question, Session, Marks], Field]] = {
    "framing.data": PathField,
    "evaluation.open_seal": SealField,
}
"""The few questions that are asked in a way of their own."""


def field_for(question: Question, session: Session, marks: Marks) -> Field:
    """The widget that asks a question, by its kind and its choices."""
    if question.key in BY_KEY:
        return BY_KEY[question.key](question, session, marks)
    if question.kind == "yes-no":
        return YesNoField(question, session, marks)
    if question.ask.choices is None:
        return TextField(question, session, marks)
    return (
        ComboField(question, session, marks)
        if question.ask.free or question.kind == "list"
        else ChoiceField(question, session, marks)
    )

"""Questions whose answer is typed: a text, known values offered below, a path, the word that opens the seal."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from engine import ledger
from engine.errors import UserError
from engine.paths import existing_data
from engine.questions import Question, show
from engine.session import Session
from engine.values import Choice
from tui.fields import Field
from tui.glyphs import Marks
from tui.paths import offered_paths
from tui.widgets.cells import cut, fit, wrap

WINDOW = 8
"""Choices offered at a time beside a text."""


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
        return existing_data(self.typed) if self.typed else ""


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

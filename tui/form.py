"""The questions of one step as a form: an answer is on disk within a second, a refused one stays where it was typed."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

from textual import events
from textual.containers import VerticalGroup
from textual.message import Message
from textual.timer import Timer

from engine.errors import UserError
from engine.questions import Question, show
from engine.session import Session
from tui.asking import field_for
from tui.decisions import DecisionsField
from tui.fields import Field
from tui.glyphs import Marks

SOON = 0.3
"""Seconds of quiet after which what was typed is stored."""


def _decisions(question: Question, session: Session, marks: Marks) -> Field:
    return DecisionsField(question, session, marks)


BY_KEY: dict[str, Callable[[Question, Session, Marks], Field]] = {"data.decisions": _decisions}


class Form(VerticalGroup):
    """The fields of the step that is open."""

    DEFAULT_CSS = "Form { height: auto; }"

    @dataclass
    class Stored(Message):
        """An answer is on disk."""

        field: Field

    @dataclass
    class Refused(Message):
        """An answer was not accepted; the field says why."""

        field: Field

    class Passed(Message):
        """Enter was pressed in the last field."""

    @dataclass
    class Entered(Message):
        """A field has the focus now."""

        field: Field

    def __init__(self, session: Session, marks: Marks) -> None:
        super().__init__(id="form")
        self.session = session
        self.marks = marks
        self.step = ""
        self._unsaved: dict[str, Field] = {}
        self._timer: Timer | None = None
        self._inside: Field | None = None

    @property
    def fields(self) -> list[Field]:
        return [child for child in self.children if isinstance(child, Field)]

    def field(self, name: str) -> Field | None:
        return next((field for field in self.fields if field.question.name == name), None)

    @property
    def focused(self) -> Field | None:
        here = self.screen.focused
        return next((node for node in here.ancestors_with_self if isinstance(node, Field)), None) if here else None

    @property
    def typing(self) -> bool:
        """Whether something was typed that is not stored yet."""
        return bool(self._unsaved)

    async def load(self, step: str) -> None:
        """Ask the questions of another step."""
        self.flush()
        self._inside = None
        self.step = step
        await self.remove_children()
        await self.mount_all(self._made(question) for question in self.session.asked(step))

    def _made(self, question: Question) -> Field:
        return BY_KEY.get(question.key, field_for)(question, self.session, self.marks)

    async def reconcile(self) -> None:
        """Follow the plan: ask what applies now, take away what does not, redraw what looks different."""
        asked = self.session.asked(self.step)
        names = [question.name for question in asked]
        for field in self.fields:
            if field.question.name not in names:
                self._unsaved.pop(field.question.name, None)
                await field.remove()
        before: Field | None = None
        for question in asked:
            found = self.field(question.name)
            field = found or self._made(question)
            if found is None:
                if before is None:
                    await self.mount(field, before=0)
                else:
                    await self.mount(field, after=before)
            before = field
        for field in self.fields:
            if field.question.name not in self._unsaved:
                field.renew()

    # -- storing -----------------------------------------------------------------------------------------------

    def on_field_edited(self, message: Field.Edited) -> None:
        message.stop()
        self._unsaved[message.field.question.name] = message.field
        if self._timer is not None:
            self._timer.stop()
        self._timer = self.set_timer(SOON, self._soon)

    def _soon(self) -> None:
        """Store what can be stored; while somebody types, a half-typed value is no mistake yet."""
        for field in list(self._unsaved.values()):
            self.store(field, aloud=field is not self.focused)

    def store(self, field: Field, aloud: bool = True) -> bool:
        """Store what stands in a field. False when it was refused, which the field says when `aloud`."""
        name = field.question.name
        try:
            self.session.answer(field.question.step, name, field.normal())
        except UserError as error:
            if aloud:
                self._unsaved.pop(name, None)
                field.error = str(error)
                field.update()
                self.post_message(self.Refused(field))
            return False
        self._unsaved.pop(name, None)
        field.error = ""
        self.post_message(self.Stored(field))
        return True

    def flush(self) -> None:
        """Store everything that was typed and not stored yet."""
        if self._timer is not None:
            self._timer.stop()
        for field in self.fields:
            if field.pull() or field.question.name in self._unsaved:
                self.store(field)

    def on_field_chosen(self, message: Field.Chosen) -> None:
        message.stop()
        field = message.field
        field.pull()
        waiting = field.question.name in self._unsaved or field.typed != _said(field)
        if waiting and not isinstance(field, DecisionsField) and not self.store(field):
            return
        if message.on and not field.error:
            self.after(field)

    def on_decisions_field_decided(self, message: DecisionsField.Decided) -> None:
        message.stop()
        try:
            for finding in message.findings:
                self.session.decide(finding, message.decision)
        except UserError as error:
            message.field.error = str(error)
        else:
            message.field.error = ""
            if len(message.findings) == 1:
                message.field.action_go()
        message.field.update()
        self.post_message(self.Stored(message.field))

    # -- walking -----------------------------------------------------------------------------------------------

    def after(self, field: Field, by: int = 1) -> None:
        """Go to the next field, or past the last one."""
        fields = self.fields
        with suppress(ValueError):
            at = fields.index(field) + by
            if 0 <= at < len(fields):
                fields[at].enter()
            elif by > 0:
                self.post_message(self.Passed())

    def on_field_moved(self, message: Field.Moved) -> None:
        message.stop()
        self.after(message.field, message.by)

    def first_refused(self) -> Field | None:
        """The first field whose text cannot be an answer."""
        self.flush()
        return next((field for field in self.fields if field.error), None)

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        field = self.focused
        if field is not None and field is not self._inside:
            self._inside = field
            self.post_message(self.Entered(field))

    def on_descendant_blur(self, event: events.DescendantBlur) -> None:
        for field in list(self._unsaved.values()):
            if field is not self.focused:
                self.store(field)


def _said(field: Field) -> str:
    return show(field.answer)

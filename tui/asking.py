"""Which widget asks a question: by its key, its kind and its choices."""

from __future__ import annotations

from collections.abc import Callable

from engine.questions import Question
from engine.session import Session
from tui.choosing import ChoiceField, YesNoField
from tui.entries import ComboField, PathField, SealField, TextField
from tui.fields import Field
from tui.glyphs import Marks

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

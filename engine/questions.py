"""The questions of a section, read once from its annotated fields: name, kind of answer, and how text becomes one."""

from __future__ import annotations

import json
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from types import UnionType
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

import msgspec

from engine.errors import UserError
from engine.values import Ask, Choice, Section

if TYPE_CHECKING:
    from engine.steps import Plan

Kind = Literal["yes-no", "whole", "number", "text", "list", "table"]
KINDS: dict[type, Kind] = {bool: "yes-no", int: "whole", float: "number", str: "text", tuple: "list", dict: "table"}
YES = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}
WORDS: dict[Kind, str] = {
    "yes-no": "yes or no",
    "whole": "a whole number",
    "number": "a number",
    "text": "text",
    "list": "names separated by commas",
    "table": "NAME=VALUE pairs separated by semicolons",
}
WHY = Path(__file__).parent / "why"


class Question(msgspec.Struct, frozen=True):
    """One field of a section that a person can answer."""

    step: str
    name: str
    kind: Kind
    type: Any
    ask: Ask

    @property
    def key(self) -> str:
        return f"{self.step}.{self.name}"

    def choices(self, plan: Plan) -> tuple[Choice, ...]:
        """The accepted values under this plan; empty where any value of the kind is accepted."""
        offered = self.ask.choices
        return tuple(offered(plan)) if callable(offered) else offered or ()

    def why(self) -> str:
        """Why this matters, as Markdown."""
        return (WHY / f"{self.key}.md").read_text(encoding="utf-8")


def _asked(hint: Any) -> Ask | None:
    if get_origin(hint) is not Annotated:
        return None
    return next((extra for extra in get_args(hint)[1:] if isinstance(extra, Ask)), None)


def _bare(hint: Any) -> type:
    """The plain type behind `Annotated[...]`, `... | None` and generics."""
    origin = get_origin(hint)
    if origin is Annotated:
        return _bare(get_args(hint)[0])
    if origin in (Union, UnionType):
        return _bare(next(part for part in get_args(hint) if part is not type(None)))
    plain = origin or hint
    assert isinstance(plain, type)
    return plain


@cache
def questions(step: str, section: type[Section]) -> dict[str, Question]:
    """The questions of a section by field name, in the order they are asked."""
    hints = get_type_hints(section, include_extras=True)
    asked = {name: (hint, ask) for name, hint in hints.items() if (ask := _asked(hint)) is not None}
    return {
        field.name: Question(step, field.name, KINDS[_bare(asked[field.name][0])], *asked[field.name])
        for field in msgspec.structs.fields(section)
        if field.name in asked
    }


def parse(question: Question, text: str, plan: Plan) -> Any:
    """The answer that `text` stands for; empty text takes an answer back (None). Errors: UserError."""
    text = text.strip()
    return None if text == "" else check(question, _value(question, text), plan)


def _value(question: Question, text: str) -> Any:
    try:
        if question.kind == "yes-no":
            return YES[text.lower()]
        if question.kind == "list":
            return (
                json.loads(text) if text.startswith("[") else [part.strip() for part in text.split(",") if part.strip()]
            )
        if question.kind == "table":
            pairs = [part.partition("=") for part in text.split(";") if part.strip()]
            return json.loads(text) if text.startswith("{") else {key.strip(): value.strip() for key, _, value in pairs}
        if question.kind == "whole":
            return int(text)
        return float(text) if question.kind == "number" else text
    except (KeyError, ValueError):
        raise UserError(f"{question.key}: found {text!r}, accepted is {WORDS[question.kind]}") from None


def check(question: Question, value: Any, plan: Plan) -> Any:
    """`value` in the type of the field, within its bounds and choices. Errors: UserError."""
    try:
        # What is typed into a table is text, so its numbers are read from it.
        answer = msgspec.convert(value, question.type, strict=question.kind != "table")
    except msgspec.ValidationError as error:
        said = str(error).replace(" | null", "").split(" - at ")[0]
        raise UserError(f"{question.key}: {said[0].lower()}{said[1:]} (found {value!r})") from None
    if isinstance(answer, float) and answer != answer:
        raise UserError(f"{question.key}: found nan, accepted is a number")
    offered = [choice.value for choice in question.choices(plan)]
    if offered and not question.ask.free:
        for part in answer if isinstance(answer, tuple) else (answer,):
            if part not in offered:
                raise UserError(
                    f"{question.key}: found {part!r}, accepted is one of {', '.join(offered)}{nearest(part, offered)}"
                )
    return answer


def nearest(word: Any, known: list[str]) -> str:
    """A hint naming the known word closest to a wrong one, or nothing."""
    close = get_close_matches(str(word), known, n=1)
    return f"; the nearest is {close[0]!r}" if close else ""


def show(value: Any) -> str:
    """An answer as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value) if not any("," in part for part in value) else json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "; ".join(f"{key}={part}" for key, part in value.items())
    return f"{value:.12g}" if isinstance(value, float) else str(value)

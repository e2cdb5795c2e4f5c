"""The lines around the form: top line, title of the step, notes, the two lines of why, hints and buttons."""

from __future__ import annotations

from typing import ClassVar

from rich.text import Text
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Size
from textual.message import Message
from textual.widget import Widget

from engine.questions import show
from engine.session import Session
from engine.steps import STEPS
from engine.values import Note
from tui.commands import BY_NAME
from tui.fields import Field
from tui.glyphs import COLOURS, WORDS, Marks, Standing
from tui.prose import first_sentence
from tui.widgets.cells import clean, cut, fit, wrap

HINTS = ("next", "run", "why", "palette", "keys")
MOST_NOTES = 4
LEVELS = {"blocker": ("failed", "bold red"), "warning": ("asks", "bold yellow"), "note": ("open", "bright_black")}


class Press(Widget, can_focus=True):
    """A button of one line: a command by its words and its key."""

    DEFAULT_CSS = "Press { height: 1; width: auto; margin-right: 2; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter,space", "press", show=False)]

    class Pressed(Message):
        """Do the command of this button."""

        def __init__(self, command: str) -> None:
            super().__init__()
            self.command = command

    def __init__(self, command: str, words: str) -> None:
        super().__init__(id=f"press-{command}")
        self._command = command
        self._words = words

    @property
    def label(self) -> str:
        return f"[ {self._words}  {BY_NAME[self._command].key} ]"

    @property
    def explained(self) -> list[Text]:
        """What Enter does here, in two lines."""
        below = "It runs by itself: you may go on, or leave and come back." if self._command == "run" else ""
        return [Text(f" Enter: {BY_NAME[self._command].help.lower()}"), Text(f" {below}", style="bright_black")]

    def get_content_width(self, container: Size, viewport: Size) -> int:
        return len(self.label)

    def render(self) -> Text:
        return Text(self.label, style="reverse" if self.has_focus else "bold", no_wrap=True)

    def on_focus(self) -> None:
        self.refresh()

    def on_blur(self) -> None:
        self.refresh()

    def on_click(self, event: events.Click) -> None:
        self.action_press()

    def action_press(self) -> None:
        self.post_message(self.Pressed(self._command))


def top(session: Session, job: str, gpu: str, width: int, marks: Marks) -> list[Text]:
    """Project, task and kind of target at the left; the running job and the GPU at the right."""
    task = session.section("framing")
    words = ", ".join(part for part in (getattr(task, "task", None), *(getattr(task, "target", None) or ())) if part)
    right = "   ".join(part for part in (job, gpu) if part)
    name = clean(session.name, marks.drawn)
    room = width - len(right) - 3
    left = Text.assemble(" ", (cut(name, room, marks.drawn), "bold"))
    left.append(cut(f"   {clean(words, marks.drawn)}", max(0, room - left.cell_len), marks.drawn), "bright_black")
    left.append(" " * max(1, width - left.cell_len - len(right) - 1))
    left.append(clean(right, marks.drawn), "cyan" if job else "bright_black")
    return [left]


def title(step: str, standing: Standing, width: int, marks: Marks) -> list[Text]:
    """The step's title, its place in the row of steps, and where it stands."""
    place = f"{list(STEPS).index(step) + 1}/{len(STEPS)}"
    state = f"{marks.states[standing]} {WORDS[standing]}"
    room = width - len(place) - len(state) - 4
    line = Text.assemble(
        (fit(STEPS[step].title, room, glyphs=marks.drawn), "bold"), "  ", (place, "bright_black"), "  "
    )
    line.append(state, f"bold {COLOURS[standing]}".strip())
    return [line, Text()]


def stale(reasons: tuple[str, ...], width: int, marks: Marks) -> list[Text]:
    """Why the result is stale, and what to do."""
    if not reasons:
        return []
    more = f" (and {len(reasons) - 2} more)" if len(reasons) > 2 else ""
    said = wrap(clean(f"stale: {'; '.join(reasons[:2])}{more}. F5 runs it again.", marks.drawn), width - 2)
    return [
        Text.assemble((f"{marks.states['stale'] if not i else ' '} ", "bold yellow"), (line, "yellow"))
        for i, line in enumerate(said)
    ]


def notes(found: list[Note], width: int, marks: Marks) -> list[Text]:
    """Blockers, then warnings, then remarks; the first few."""
    ordered = sorted(found, key=lambda note: list(LEVELS).index(note.level))
    lines = []
    for note in ordered[:MOST_NOTES]:
        state, style = LEVELS[note.level]
        glyph = "x" if state == "failed" and marks.drawn.ascii else marks.states["asks"] if state == "asks" else "·"
        if state == "failed":
            glyph = marks.states["failed"]
        elif state == "open":
            glyph = marks.states["open"]
        body = "" if note.level != "note" else "bright_black"
        for number, line in enumerate(wrap(clean(note.text, marks.drawn), width - 2)):
            lines.append(Text.assemble((f"{glyph if not number else ' '} ", style), (line, body)))
    if len(ordered) > MOST_NOTES:
        lines.append(Text(f"  and {len(ordered) - MOST_NOTES} more", style="bright_black"))
    return [*lines, Text()] if lines else []


def why(field: Field, width: int, marks: Marks) -> list[Text]:
    """Two lines on the question in focus: the advice with its reason, and what the answer matters for."""
    advised, hint = field.advised, field.question.ask.hint
    try:
        matters = first_sentence(field.question.why())
    except OSError:
        matters = ""
    said = []
    if advised is not None:
        value = "" if isinstance(advised.value, dict) else show(advised.value)
        word = "Advised" if field.answer is None or field.answer == advised.value else "Advised instead"
        said.append(
            (
                f"{word}: {value}, {advised.reason}"
                if value
                else f"Advised: {'' if advised.value else 'leave it empty, '}{advised.reason}",
                "",
            )
        )
    if hint:
        said.append((hint[0].upper() + hint[1:], "bright_black") if said else (hint[0].upper() + hint[1:], ""))
    if matters:
        said.append((matters, "bright_black"))
    lines: list[Text] = []
    if len(said) == 1:
        lines = [Text(f" {line}", style=said[0][1]) for line in wrap(clean(said[0][0], marks.drawn), width - 2)][:2]
    else:
        lines = [
            Text(" " + cut(clean(text, marks.drawn), width - 2, marks.drawn), style=style) for text, style in said[:2]
        ]
    return [*lines, Text(), Text()][:2]


def hints(saved: str, width: int) -> list[Text]:
    """Five keys at most, and when the last answer was stored; it fits 60 columns."""
    line = Text(" ")
    for name in HINTS:
        command = BY_NAME[name]
        if line.cell_len + len(command.key) + len(command.short) + 3 > width - len(saved):
            break
        line.append(command.key, "bold")
        line.append(f" {command.short}  ", "bright_black")
    line.append(" " * max(0, width - line.cell_len - len(saved) - 1))
    line.append(saved, "bright_black")
    return [line]

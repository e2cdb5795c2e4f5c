"""The home screen: every project with where it stands, and the way to a new one."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import ClassVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import HorizontalGroup, VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen, Screen
from textual.widgets import Input, Label

from engine import projects, store
from engine.errors import UserError
from engine.session import Session
from engine.steps import STEPS
from tui import place
from tui.dialogs import Box, Line
from tui.glyphs import Marks
from tui.paths import PathSuggester
from tui.text import Lines
from tui.widgets.cells import clean, cut, fit, wrap

DAY = 86400
EXAMPLE = "penguins"


@dataclass(frozen=True, slots=True)
class Row:
    """A project as the list shows it; `error` where its file cannot be read."""

    path: Path
    task: str = ""
    at: str = ""
    stale: int = 0
    job: str = ""
    touched: float = 0.0
    error: str = ""


def row(path: Path) -> Row:
    """What the files of a project say, read and nothing else."""
    try:
        touched = (path / store.FILE).stat().st_mtime
        session = Session(path, write=False)
    except UserError as error:
        return Row(path, error=str(error))
    except OSError as error:
        return Row(path, error=f"cannot be read ({error.strerror})")
    states = {step: session.state(step) for step in STEPS}
    left = place.recall(path).step
    step = left if left in STEPS else next((s for s, state in states.items() if state == "open"), next(iter(STEPS)))
    finished = all(state in ("done", "skipped") for state in states.values())
    at = "finished" if finished else f"{list(STEPS).index(step) + 1} {STEPS[step].word}"
    job = session.running()
    running = STEPS[job.step].word if job is not None and job.step in STEPS else ""
    task = session.section("framing")
    return Row(path, getattr(task, "task", None) or "", at, list(states.values()).count("stale"), running, touched)


def when(touched: float) -> str:
    """The day or the hour of a moment in the past."""
    there, now = datetime.fromtimestamp(touched), datetime.now()
    if there.date() == now.date():
        return f"today {there:%H:%M}"
    return f"{there:%a %H:%M}" if 0 <= time.time() - touched < 6 * DAY else f"{there:%Y-%m-%d}"


class NewProject(ModalScreen[Session | None]):
    """Name, data file and target of a new project; only the name is needed."""

    DEFAULT_CSS = """
    NewProject { background: transparent; align: center middle; }
    NewProject #heading { margin-bottom: 1; }
    NewProject #said { margin-top: 1; }
    NewProject Label { width: 10; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
    ]

    def __init__(self, folder: Path, marks: Marks) -> None:
        super().__init__()
        self._folder, self._marks = folder, marks

    def compose(self) -> ComposeResult:
        data = Line(placeholder="path of a CSV, TSV or Parquet file; may come later", id="data")
        data.suggester = PathSuggester()
        with Box():
            yield Lines(id="heading")
            for word, line in (
                ("Name", Line(placeholder="letters, digits, - and _", id="name")),
                ("Data file", data),
                ("Predict", Line(placeholder="a column; may come later", id="target")),
            ):
                with HorizontalGroup():
                    yield Label(word)
                    yield line
            yield Lines(id="said")

    def on_mount(self) -> None:
        self.query_one("#heading", Lines).show([Text("A new project", style="bold")])
        self.say("Enter goes on, Right completes a path, Esc closes")
        self.query_one("#name").focus()

    def say(self, text: str, style: str = "bright_black") -> None:
        width = min(72, self.app.size.width) - 4
        self.query_one("#said", Lines).show(
            [Text(line, style=style) for line in wrap(clean(text, self._marks.drawn), width)]
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        name, data, target = (self.query_one(f"#{id}", Line) for id in ("name", "data", "target"))
        if event.input is not target:
            (data if event.input is name else target).focus()
            return
        wanted = tuple(part.strip() for part in target.value.split(",") if part.strip())
        try:
            session = projects.create(self._folder, name.value.strip(), data.value.strip(), wanted)
        except UserError as error:
            self.say(str(error), "red")
            (data if "name" not in str(error) and data.value else name).focus()
        else:
            self.dismiss(session)

    def action_close(self) -> None:
        self.dismiss(None)


class ProjectList(Lines, can_focus=True):
    """The rows, one of them under the cursor."""


class Home(Screen[None]):
    """All projects of a folder."""

    DEFAULT_CSS = """
    Home #title { height: 3; }
    Home VerticalScroll { height: 1fr; scrollbar-size-vertical: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", show=False),
        Binding("down,j", "move(1)", show=False),
        Binding("enter", "open", show=False),
        Binding("n", "new", show=False),
        Binding("r", "read", show=False),
        Binding("ctrl+q,q", "app.leave", show=False),
    ]

    class Chosen(Message):
        """Open this project."""

        def __init__(self, project: Path | Session) -> None:
            super().__init__()
            self.project = project

    def __init__(self, folder: Path, marks: Marks) -> None:
        super().__init__()
        self._folder, self._marks = folder, marks
        self.rows: list[Row] = []
        self._at = 0

    def compose(self) -> ComposeResult:
        yield Lines(id="title")
        with VerticalScroll(can_focus=False):
            yield ProjectList(id="projects")
        yield Lines(id="said")
        yield Lines(id="hints")

    def on_mount(self) -> None:
        self.action_read()
        self.query_one(ProjectList).focus()

    def on_screen_resume(self) -> None:
        if self.is_mounted:
            self.action_read()

    def on_resize(self, event: events.Resize) -> None:
        self.draw()

    def action_read(self) -> None:
        """Read all projects again."""
        found = [row(path) for path in projects.all_projects(self._folder)]
        self.rows = sorted(found, key=lambda r: -r.touched)
        self._at = max(0, min(self._at, len(self.rows) - 1))
        self.draw()

    def draw(self) -> None:
        width, drawn = self.app.size.width, self._marks.drawn
        where = cut(f"projects in {self._folder}", max(0, width - 16), drawn)
        title = Text.assemble(
            " ", ("Modelwright", "bold"), " " * max(1, width - 13 - len(where)), (where, "bright_black")
        )
        self.query_one("#title", Lines).show(
            [
                title,
                Text(),
                Text(self.columns("Project", "Task", "Step", "Stale", "Job", "Changed"), style="bright_black"),
            ]
        )
        lines = [line for index, found in enumerate(self.rows) for line in self.drawn_row(found, index == self._at)]
        if not self.rows:
            lines = [Text(), Text("   No project yet. Press n to begin one: a name is enough.")]
        self.query_one(ProjectList).show(lines)
        hints = Text.assemble(
            " ",
            ("Enter", "bold"),
            " Open   ",
            ("n", "bold"),
            " New project   ",
            ("r", "bold"),
            " Read again   ",
            ("^Q", "bold"),
            " Quit",
        )
        self.query_one("#hints", Lines).show([hints])

    def columns(self, name: str, task: str, at: str, stale: str, job: str, touched: str) -> str:
        """One row: the name takes what the others leave."""
        room = max(10, self.app.size.width - 2 - 12 - 13 - 7 - 10 - 13)
        parts = (fit(name, room - 1), fit(task, 11), fit(at, 12), fit(stale, 6), fit(job, 9), fit(touched, 12))
        return "   " + " ".join(parts)

    def drawn_row(self, found: Row, here: bool) -> list[Text]:
        name = clean(found.path.name, self._marks.drawn)
        name = f"{name} (example)" if name == EXAMPLE else name
        stale = f"{self._marks.states['stale']} {found.stale}" if found.stale else ""
        job = f"{self._marks.states['running']} {found.job}" if found.job else ""
        touched = when(found.touched) if found.touched else ""
        words = self.columns(name, found.task, found.at, stale, job, touched)[3:]
        line = Text.assemble(
            (f" {self._marks.cursor if here else ' '} ", "bold blue"), (words, "reverse" if here else "")
        )
        if not found.error:
            return [line]
        said = wrap(clean(found.error, self._marks.drawn), self.app.size.width - 8)
        return [line, *(Text(f"     {part}", style="red") for part in said)]

    def say(self, text: str) -> None:
        """A sentence above the hints."""
        lines = wrap(clean(text, self._marks.drawn), self.app.size.width - 2)
        self.query_one("#said", Lines).show([Text(f" {line}", style="red") for line in lines])

    def action_move(self, by: int) -> None:
        if self.rows:
            self._at = (self._at + by) % len(self.rows)
            self.draw()
            self.query_one(VerticalScroll).scroll_to(y=max(0, self._at - 5), animate=False)

    def action_open(self) -> None:
        if self.rows:
            self.post_message(self.Chosen(self.rows[self._at].path))

    def action_new(self) -> None:
        def made(session: Session | None) -> None:
            if session is not None:
                self.post_message(self.Chosen(session))

        self.app.push_screen(NewProject(self._folder, self._marks), made)

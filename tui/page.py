"""What the screen shows: rail, form, notes, result, why and hints, each drawn again only where it changed."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.containers import Horizontal, HorizontalGroup, VerticalGroup, VerticalScroll
from textual.geometry import Size
from textual.screen import Screen

from engine.findings import undecided
from engine.jobs import folder as job_folders
from engine.session import Session
from engine.steps import STEPS
from engine.values import Note
from tui import bars
from tui.bars import Press
from tui.form import Form
from tui.glyphs import Marks, Standing
from tui.jobwatch import JobWatch
from tui.text import Lines
from tui.views import headline, so_far_view, view
from tui.widgets.cells import clean, wrap
from tui.widgets.gpu import GpuMonitor, field
from tui.widgets.rail import Rail
from tui.wire import Thrifty

WIDE, NARROW, LEAST = 110, 70, (60, 16)


class Result(Lines, can_focus=True):
    """The result of the step, which the focus can be moved to."""


class Page(Screen[None]):
    """The parts of the wizard's screen and how they are drawn."""

    def __init__(self, session: Session, marks: Marks, farewell: list[str], warm: bool = True) -> None:
        """`farewell` takes the lines to be printed when the terminal is given back."""
        super().__init__()
        self.farewell = farewell
        self.session = session
        self.marks = marks
        self.follower = JobWatch(session)
        self.step = next(iter(STEPS))
        self.saved = ""
        self.message = ""
        self.shaped: Size | None = None
        self.looked: object = None
        self.wanted = False
        self.excused: set[str] = set()
        self.monitor = GpuMonitor(self.supervisor)
        self._warm = warm
        self._writes = session.writable
        self._so_far: tuple[Path, int] | None = None

    def compose(self) -> ComposeResult:
        with VerticalGroup(id="small"):
            yield Lines(id="sorry")
        yield Lines(id="top")
        yield Lines(id="banner")
        with Horizontal(id="main"):
            yield Rail(self.marks)
            with VerticalScroll(id="body", can_focus=False):
                with VerticalGroup(id="left"):
                    yield Lines(id="title")
                    yield Lines(id="headline")
                    yield Lines(id="stale")
                    yield Lines(id="notes")
                    yield Form(self.session, self.marks)
                    with HorizontalGroup(id="buttons"):
                        yield Press("run", "Run this step")
                        yield Press("next", "Next step")
                with VerticalGroup(id="right"):
                    yield Result(id="result")
        yield Lines(id="rule")
        yield Lines(id="why")
        yield Lines(id="hints")

    @property
    def form(self) -> Form:
        return self.query_one(Form)

    @property
    def body(self) -> VerticalScroll:
        return self.query_one("#body", VerticalScroll)

    def lines(self, id: str) -> Lines:
        return self.query_one(f"#{id}", Lines)

    def supervisor(self) -> int | None:
        """The process whose children are this project's jobs."""
        owner = job_folders.SupervisorFolder(self.session.project).owner()
        return owner.pid if owner is not None else None

    def standing(self, step: str) -> Standing:
        """Where a step stands; one whose advice waits for a person's word asks for it."""
        state: Standing = self.session.state(step)
        if state in ("open", "done") and self.asks(step):
            return "asks"
        return state

    def asks(self, step: str) -> bool:
        section, asked = getattr(self.session.plan, step), {question.name for question in self.session.asked(step)}
        for name, advised in self.session.advice(step).answers.items():
            given = getattr(section, name)
            partly = isinstance(advised.value, dict) and not set(advised.value) <= set(given or {})
            if name in asked and advised.confirm and (given is None or partly):
                return True
        return False

    def width(self) -> int:
        """Cells for the column of questions."""
        if self.has_class("wide"):
            return 62
        return max(20, self.app.size.width - (2 if self.has_class("narrow") else 18))

    def draw(self) -> None:
        """Bring every line up to date; what looks as before is not drawn again."""
        width, marks = self.app.size.width, self.marks
        if self.has_class("tiny"):
            text = f"Modelwright needs {LEAST[0]}x{LEAST[1]}, this terminal has {width}x{self.app.size.height}."
            self.lines("sorry").show([Text(line) for line in wrap(text, max(1, width))])
            return
        standing = {step: self.standing(step) for step in STEPS}
        self.query_one(Rail).show(standing, self.step)
        self.lines("top").show(self.top())
        self.lines("banner").show(self.banner(width))
        column = self.width()
        inner = column - 2
        self.lines("title").show(bars.title(self.step, standing[self.step], inner, marks))
        self.lines("stale").show(bars.stale(self.session.stale_because(self.step), inner, marks))
        self.lines("notes").show(bars.notes(self.notes(), inner, marks))
        self.result(inner)
        self.lines("rule").show([Text(marks.rule * width, style="bright_black")])
        self.draw_why()
        self.lines("hints").show(bars.hints(self.saved, width))

    def top(self) -> list[Text]:
        gpu = field(self.monitor.gpus) if self.monitor.present else "CPU only"
        return bars.top(self.session, self.follower.line(), gpu, self.app.size.width, self.marks)

    def notes(self) -> list[Note]:
        advice = self.session.advice(self.step)
        waiting = [finding.key for finding in undecided(self.session.plan)] if self.step == "data" else []
        found = [note for note in advice.notes if not any(key in note.text for key in waiting)]
        if self.follower.running is None:
            more = [text for text in self.session.blockers(self.step) if text not in advice.blockers]
            found += [Note("note", f"cannot run yet: {text}") for text in more]
            job = job_folders.latest(self.session.project, self.step)
            state = job_folders.state(job) if job is not None else "done"
            if job is not None and state in ("stopped", "interrupted"):
                found.append(Note("warning", f"{job.path.name} was {state}: F5 goes on from what is finished"))
        return found

    def result(self, inner: int) -> None:
        """All of it in a column of its own; where there is one column, its number stands above the questions."""
        wide, drawn = self.has_class("wide"), self.marks.drawn
        head = [] if wide else headline(self.session, self.step, inner, drawn)
        self.lines("headline").show([*head, Text()] if head else [])
        room, job = self.app.size.width - 18 - 66 if wide else inner, self.follower.running
        early = so_far_view(job, room, drawn) if job is not None and job.step == self.step else None
        shown = early or view(self.session, self.step, room, drawn, headed=wide)
        self.lines("result").show([] if shown is None else list(shown.split("\n", allow_blank=True)))

    def draw_why(self) -> None:
        width, focused = self.app.size.width, self.form.focused
        if self.message:
            said = wrap(clean(self.message, self.marks.drawn), width - 2)
            self.lines("why").show([*(Text(f" {line}", style="bold") for line in said), Text(), Text()][:2])
        elif focused is not None:
            self.lines("why").show(bars.why(focused, width, self.marks))
        elif isinstance(self.focused, Press):
            self.lines("why").show(self.focused.explained)
        else:
            self.lines("why").show([Text(), Text()])

    def banner(self, width: int) -> list[Text]:
        if self.session.writable:
            return []
        said = f" Open elsewhere ({self.session.holder}): you can read. [t] takes over."
        return [Text(line, style="bold yellow") for line in wrap(said, width - 1)]

    def say(self, text: str) -> None:
        """A sentence in the place of the two lines of why, until the focus moves."""
        self.message = text
        self.draw_why()

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.form.focused is None:
            self.draw_why()

    def repaint(self) -> None:
        """Send every cell again, where another program has written over the screen."""
        driver = self.app._driver
        if isinstance(driver, Thrifty):
            driver.canvas.forget()
        self.refresh()

    def page(self, by: int) -> None:
        self.body.scroll_relative(y=by * max(1, self.body.size.height - 2), animate=False)

    def on_resize(self, event: events.Resize) -> None:
        """The first of these tells the size that the screen was opened with: nothing is to be drawn again then."""
        if self.app.size != self.shaped:
            self.shape()
            self.draw()

    def shape(self) -> None:
        """Wide, narrow or too small."""
        self.shaped = self.app.size
        width, height = self.shaped
        self.set_class(width >= WIDE, "wide")
        self.set_class(width < NARROW, "narrow")
        self.set_class(width < LEAST[0] or height < LEAST[1], "tiny")

"""THE screen: rail, form, notes, result, why and hints. A change of step replaces only the form and its texts."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from typing import ClassVar, TypeVar

from rich.text import Text
from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, HorizontalGroup, VerticalGroup, VerticalScroll
from textual.message import Message
from textual.screen import ModalScreen, Screen

from engine.errors import UserError
from engine.findings import undecided
from engine.jobs import folder as job_folders
from engine.jobs.folder import JobFolder
from engine.session import Session
from engine.steps import STEPS
from engine.values import Note
from tui import acts, bars, place, terminal
from tui.bars import Press
from tui.commands import BY_NAME, bindings
from tui.decisions import DecisionsField
from tui.form import Form
from tui.glyphs import Marks, Standing
from tui.jobwatch import JobWatch
from tui.text import Lines
from tui.views import view
from tui.widgets.cells import clean, wrap
from tui.widgets.gpu import GpuMonitor, GpuPanel, field
from tui.widgets.jobview import JobView
from tui.widgets.rail import Rail
from tui.wire import Thrifty

Answer = TypeVar("Answer")
WIDE, NARROW, LEAST = 110, 70, (60, 16)


class Result(Lines, can_focus=True):
    """The result of the step, which the focus can be moved to."""


class Wizard(Screen[None]):
    """A project that is open, at one of its steps."""

    DEFAULT_CSS = """
    Wizard { layout: vertical; overflow: hidden; }
    #main { height: 1fr; }
    #body { height: 1fr; scrollbar-size-vertical: 1; scrollbar-gutter: stable; padding: 0 1 0 0; }
    #left { height: auto; }
    #right { height: auto; }
    #title, #stale, #notes, #result, JobView { padding-left: 2; }
    Wizard.wide #result, Wizard.wide JobView { padding-left: 0; }
    #buttons { height: 1; margin: 1 0 1 2; }
    #why { height: 2; }
    Wizard { layers: base over; }
    #small { display: none; layer: over; width: 100%; height: 100%; background: $background; }
    Wizard.wide #body { layout: horizontal; }
    Wizard.wide #left { width: 62; margin-right: 2; }
    Wizard.wide #right { width: 1fr; min-height: 100%; border-left: solid $rule; padding-left: 1; }
    Wizard.narrow #main { layout: vertical; }
    Wizard.narrow Rail { width: 1fr; height: 1; }
    Wizard.tiny #small { display: block; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [*bindings()]

    class Left(Message):
        """The project is closed; show the others."""

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
        self.looked: object = None
        self.wanted = False
        self.excused: set[str] = set()
        self.monitor = GpuMonitor(self.supervisor)
        self._warm = warm
        self._writes = session.writable

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

    # -- parts -------------------------------------------------------------------------------------------------

    @property
    def form(self) -> Form:
        return self.query_one(Form)

    @property
    def body(self) -> VerticalScroll:
        return self.query_one("#body", VerticalScroll)

    def lines(self, id: str) -> Lines:
        return self.query_one(f"#{id}", Lines)

    async def on_mount(self) -> None:
        terminal.title(self.app, f"modelwright: {self.session.name}")
        left = place.recall(self.session.project)
        self.shape()
        self.follower.look()
        await self.open(left.step if left.step in STEPS else self.step, left.field)
        self._clock = self.set_interval(1.0, self.tick)
        self.monitor.watch()
        if self._warm and self.session.writable:
            self.call_after_refresh(lambda: self.run_worker(self.session.warm, thread=True, exit_on_error=False))

    def on_unmount(self) -> None:
        self.monitor.leave()

    def supervisor(self) -> int | None:
        """The process whose children are this project's jobs."""
        owner = job_folders.SupervisorFolder(self.session.project).owner()
        return owner.pid if owner is not None else None

    async def open(self, step: str, name: str = "") -> None:
        """Show a step, at a question of it."""
        self.step, self.message = step, ""
        with self.app.batch_update():
            await self.form.load(step)
            self.draw()
            self.body.scroll_home(animate=False)
            await self.follow_job()
        fields = self.form.fields
        target = self.form.field(name) or next((f for f in fields if f.waits), fields[0] if fields else None)
        if target is not None:
            target.enter()
        else:
            self.query_one("#press-run").focus()
        if step == "framing":
            self.first_look()

    # -- drawing -----------------------------------------------------------------------------------------------

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
        self.result(width - 18 - 66 if self.has_class("wide") else inner)
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

    def result(self, width: int) -> None:
        shown = view(self.session, self.step, width, self.marks.drawn)
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

    async def ask(self, dialog: ModalScreen[Answer]) -> Answer | None:
        """Lay a dialog over the screen and wait for its answer. Only from a worker."""
        return await self.app.push_screen_wait(dialog)

    def cycle(self) -> None:
        """F6: from the questions to the rail, to the result, and back."""
        rail, result = self.query_one(Rail), self.query_one(Result)
        if self.focused is rail and result.display:
            result.focus()
            self.show_result()
        elif self.focused in (rail, result):
            self.focus_form()
        else:
            rail.focus()

    async def follow_job(self) -> None:
        """While a job of this step runs, it is shown where its result will be."""
        job, right = self.follower.running, self.query_one("#right")
        shown = next(iter(right.query(JobView)), None)
        if shown is not None and (job is None or shown.job != job or job.step != self.step):
            await shown.remove()
            shown = None
        if shown is None and job is not None and job.step == self.step and self.step != "framing":
            shown = JobView(self.session, job, self.marks.drawn)
            shown.styles.height = max(8, self.body.size.height - 1)
            await right.mount(shown, before=0)
            self.call_after_refresh(self.body.scroll_to_widget, shown, top=True, animate=False)

    async def palette(self) -> None:
        from tui.palette import Palette

        name = await self.ask(Palette(self))
        if name:
            self.action_command(name)

    async def gpu(self) -> None:
        await self.ask(GpuPanel(self.monitor, self.marks.drawn))

    def repaint(self) -> None:
        """Send every cell again, where another program has written over the screen."""
        driver = self.app._driver
        if isinstance(driver, Thrifty):
            driver.canvas.forget()
        self.refresh()

    def page(self, by: int) -> None:
        self.body.scroll_relative(y=by * max(1, self.body.size.height - 2), animate=False)

    async def home(self) -> None:
        """Back to the list of projects."""
        self.form.flush()
        self._clock.stop()
        self.session.close()
        self.post_message(self.Left())

    def on_descendant_focus(self, event: events.DescendantFocus) -> None:
        if self.form.focused is None:
            self.draw_why()

    # -- size --------------------------------------------------------------------------------------------------

    def on_resize(self, event: events.Resize) -> None:
        self.shape()
        self.draw()

    def shape(self) -> None:
        """Wide, narrow or too small."""
        width, height = self.app.size
        self.set_class(width >= WIDE, "wide")
        self.set_class(width < NARROW, "narrow")
        self.set_class(width < LEAST[0] or height < LEAST[1], "tiny")

    # -- what happens in the form ------------------------------------------------------------------------------

    async def on_form_stored(self, message: Form.Stored) -> None:
        self.saved = f"saved {datetime.now():%H:%M:%S}"
        await self.follow_plan()
        if message.field.question.key == "framing.data":
            self.first_look()

    def on_decisions_field_reason(self, message: DecisionsField.Reason) -> None:
        self.run_worker(acts.override(self, message.field, message.finding))

    def on_form_refused(self, message: Form.Refused) -> None:
        self.draw()

    def on_form_entered(self, message: Form.Entered) -> None:
        self.message = ""
        self.draw_why()
        entered = message.field
        place.remember(self.session.project, place.Place(self.step, entered.question.name))
        self.call_after_refresh(entered.scroll_visible, animate=False)
        if entered.question.name not in ("data", "header", "target"):
            self.first_look()

    def on_form_passed(self, message: Form.Passed) -> None:
        """Past the last question: what is not done yet is offered to be run, then comes the next step."""
        runnable = BY_NAME["run"].enabled(self) is None and self.session.state(self.step) in ("open", "stale", "failed")
        if runnable and self.step != "framing":
            self.query_one("#press-run").focus()
        else:
            self.run_worker(self.next())

    async def follow_plan(self) -> None:
        """The plan has changed: ask what applies now, and draw."""
        with self.app.batch_update():
            await self.form.reconcile()
            self.draw()

    # -- going on ----------------------------------------------------------------------------------------------

    def on_rail_picked(self, message: Rail.Picked) -> None:
        self.run_worker(self.go(message.step))

    def on_press_pressed(self, message: Press.Pressed) -> None:
        self.action_command(message.command)

    def action_command(self, name: str) -> None:
        """Do a command of the table, after the keys that were pressed before it."""
        (self.focused or self).call_later(self.do, name)

    def do(self, name: str) -> None:
        """Do a command of the table now, or say why it cannot be done."""
        command = BY_NAME[name]
        reason = command.enabled(self)
        if reason is not None:
            self.say(f"{command.help}: not now, {reason}")
            return
        act = command.act(self)
        if isinstance(act, Coroutine):
            self.run_worker(act)

    async def go(self, step: str) -> None:
        """Leave this step for another one."""
        if step == self.step:
            self.focus_form()
            return
        self.form.flush()
        self.leave_step()
        await self.open(step)
        place.remember(self.session.project, place.Place(step))

    async def next(self) -> None:
        refused = self.form.first_refused()
        if refused is not None:
            refused.enter()
            self.say(refused.error)
            return
        if self.step == "baseline" and self.session.state("baseline") == "failed" and self.step not in self.excused:
            await acts.drawing_board(self)
            return
        names = list(STEPS)
        at = names.index(self.step) + 1
        if at < len(names):
            await self.go(names[at])

    async def back(self) -> None:
        names = list(STEPS)
        await self.go(names[names.index(self.step) - 1])

    def focus_form(self) -> None:
        fields = self.form.fields
        if fields:
            fields[0].enter()

    def leave_step(self) -> None:
        """The framing is looked at once more when it is left, because its answers have changed since."""
        if (
            self.step == "framing"
            and self.session.plan.framing.data
            and self.session.state("framing") in ("open", "stale")
        ):
            self.start("framing")

    # -- working -----------------------------------------------------------------------------------------------

    def first_look(self) -> None:
        """Read the file as soon as it is named, so that its columns can be chosen from."""
        plan = self.session.resolved.plan.framing
        wanted = (plan.data, plan.header, plan.target)
        seen = self.session.plan.framing.record.seen if self.session.plan.framing.record else {}
        if not plan.data or wanted == self.looked or self.follower.running is not None:
            return
        if (
            self.looked is None
            and seen.get("framing.data") == plan.data
            and self.session.plan.framing.result is not None
        ):
            self.looked = wanted
            return
        self.looked = wanted
        self.start("framing")

    def start(self, step: str) -> bool:
        """Start the job of a step. False when it cannot be, which is said."""
        try:
            self.session.start(step)
        except UserError as error:
            self.say(str(error))
            return False
        self.message = ""
        self.follower.look()
        self.draw()
        return True

    async def tick(self) -> None:
        """Once a second: give way to who wants to write, follow the job, follow the file another process writes."""
        if self.session.yield_if_wanted():
            self.saved = ""
        elif self.wanted and self.session.take_over():
            self.wanted = False
        ended = self.follower.look()
        if ended is not None:
            await self.job_ended(ended)
        elif self.session.writable != self._writes:
            self._writes = self.session.writable
            await self.follow_plan()
        else:
            self.lines("top").show(self.top())

    def show_result(self) -> None:
        self.body.scroll_to_widget(self.query_one(Result), top=True, animate=False)

    async def job_ended(self, job: JobFolder) -> None:
        """Take its result, show it, ring once."""
        self.session.collect()
        await self.follow_job()
        await self.follow_plan()
        self.app.bell()
        ended = self.session.state(job.step)
        terminal.title(self.app, f"modelwright: {self.session.name}, {STEPS[job.step].word} {ended}")
        if job.step == self.step and self.step != "framing" and not self.form.typing:
            waiting = next((found for found in self.form.fields if found.waits), None)
            if waiting is not None:
                waiting.enter()
            else:
                self.query_one("#press-next").focus()
                self.call_after_refresh(self.show_result)
            if self.step == "baseline" and self.session.verdict("baseline").outcome == "failed":
                self.run_worker(acts.drawing_board(self))
        if self.step == "framing":
            self.first_look()

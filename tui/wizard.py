"""THE screen: what its keys, its form and its jobs do. A change of step replaces only the form and its texts."""

from __future__ import annotations

from collections.abc import Coroutine
from datetime import datetime
from typing import ClassVar, TypeVar

from textual.binding import BindingType
from textual.message import Message
from textual.screen import ModalScreen

from engine.errors import UserError
from engine.jobs.folder import JobFolder
from engine.so_far import written
from engine.steps import STEPS
from engine.steps.file import CORRECTIONS, manner_of
from tui import acts, place, terminal
from tui.bars import Press
from tui.commands import BY_NAME, bindings
from tui.decisions import DecisionsField
from tui.form import Form
from tui.page import Page, Result
from tui.widgets.gpu import GpuPanel
from tui.widgets.jobview import JobView
from tui.widgets.rail import Rail

Answer = TypeVar("Answer")
SMALL = 6
"""Lines of a job's view above what it has told so far."""


class Wizard(Page):
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
            shown.styles.height = self.height_of(job)
            await right.mount(shown, before=0)
            self.call_after_refresh(self.body.scroll_to_widget, shown, top=True, animate=False)

    def height_of(self, job: JobFolder) -> int:
        """Lines of a job's view: few once there is something to look at below it."""
        return SMALL if written(job) else max(8, self.body.size.height - 1)

    def follow_so_far(self) -> None:
        """What the running job has told since the last look is drawn below its view."""
        job = self.follower.running
        now = written(job) if job is not None and job.step == self.step else 0
        if job is None or not now or (job.path, now) == self._so_far:
            return
        first = self._so_far is None or self._so_far[0] != job.path
        self._so_far = (job.path, now)
        self.draw()
        for shown in self.query(JobView):
            shown.styles.height = self.height_of(job)
            if first and not self.form.typing:
                self.call_after_refresh(self.body.scroll_to_widget, shown, top=True, animate=False)

    async def palette(self) -> None:
        from tui.palette import Palette

        name = await self.ask(Palette(self))
        if name:
            self.action_command(name)

    async def gpu(self) -> None:
        await self.ask(GpuPanel(self.monitor, self.marks.drawn))

    async def home(self) -> None:
        """Back to the list of projects."""
        self.form.flush()
        self._clock.stop()
        self.session.close()
        self.post_message(self.Left())

    # -- what happens in the form ------------------------------------------------------------------------------

    async def on_form_stored(self, message: Form.Stored) -> None:
        self.saved = f"saved {datetime.now():%H:%M:%S}"
        await self.follow_plan()
        if self.step == "framing" and message.field.question.name in ("data", *CORRECTIONS):
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
        if self.step == "framing" and entered.question.name not in ("data", "header", "target", *CORRECTIONS):
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
        wanted = plan.data, plan.target, manner_of(self.session.resolved.plan)
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
            self.follow_so_far()

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

"""What the commands do beyond walking: running, stopping, skipping, exporting, showing files, leaving."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import tomli_w
from rich.text import Text

from engine import ledger
from engine.errors import UserError
from engine.findings import OVERRIDE
from engine.jobs import folder as job_folders
from engine.jobs import launch
from engine.questions import show
from engine.search import control
from engine.seeing.kept import drawn
from engine.steps import STEPS
from engine.values import Finding
from tui import clipboard
from tui.decisions import DecisionsField
from tui.dialogs import AskLine, Choose, Sheet
from tui.prose import prose
from tui.widgets.cells import clean, wrap
from tui.widgets.logview import LogView

if TYPE_CHECKING:
    from tui.wizard import Wizard


# -- working ---------------------------------------------------------------------------------------------------


async def run(wizard: Wizard) -> None:
    """Start the job of this step, when its answers can be stored."""
    refused = wizard.form.first_refused()
    if refused is not None:
        refused.enter()
        wizard.say(refused.error)
    elif wizard.start(wizard.step):
        await wizard.follow_job()


def stop(wizard: Wizard) -> None:
    job = wizard.session.stop()
    if job is not None:
        until = "what it does now" if job.step == "data" else "its epoch"
        wizard.say(f"{job.path.name} was asked to stop after {until}; what is finished is kept")


def pause(wizard: Wizard) -> None:
    """Let the running job stand still, or go on when it does."""
    job = wizard.session.running()
    if job is None:
        return
    if job.pause.exists():
        launch.unpause(job)
        wizard.say(f"{job.path.name} goes on")
    else:
        launch.pause(job)
        wizard.say(f"{job.path.name} stands still; its memory is kept and its budget does not run")


def skip_trial(wizard: Wizard) -> None:
    """Leave out the first trial under way."""
    job = wizard.session.running()
    if job is not None:
        wizard.say(f"trial {control.skip(job)} is left out")


async def skip(wizard: Wizard) -> None:
    """Leave the step out, with a reason that the plan will show."""
    step = STEPS[wizard.step]
    cost = f"Mind: {step.skip_warning}. " if step.skip_warning else ""
    reason = await wizard.ask(
        AskLine(f"Why is {step.word} skipped?", f"{cost}The reason stands in the plan.", glyphs=wizard.marks.drawn)
    )
    if reason:
        try:
            wizard.session.skip(wizard.step, reason)
        except UserError as error:
            wizard.say(str(error))
            return
        await wizard.follow_plan()
        await wizard.next()


async def override(wizard: Wizard, field: DecisionsField, finding: Finding) -> None:
    """Decide against the proposal of a finding, with a reason."""
    asked = AskLine(
        f"Why is this proposal not followed: {finding.proposal}?", finding.evidence, glyphs=wizard.marks.drawn
    )
    reason = await wizard.ask(asked)
    if reason:
        field.post_message(DecisionsField.Decided(field, (finding.key,), f"{OVERRIDE}: {reason}"))


async def redraw(wizard: Wizard) -> None:
    """Back to the drawing board: keep this attempt aside and begin with the framing again."""
    reason = await wizard.ask(
        AskLine(
            "Why back to the drawing board?",
            "This attempt is archived with its results; your answers stay, and the framing opens.",
            glyphs=wizard.marks.drawn,
        )
    )
    if reason:
        try:
            archive = wizard.session.redraw(reason)
        except UserError as error:
            wizard.say(str(error))
            return
        wizard.step = ""
        await wizard.go("framing")
        wizard.say(f"The attempt before is kept in {archive}")


async def drawing_board(wizard: Wizard) -> None:
    """What a failed baseline means, and the ways to go on."""
    result = wizard.session.plan.baseline.result
    advice = [f"{number}. {text}" for number, text in enumerate(result.advice, 1)] if result else []
    way = await wizard.ask(
        Choose(
            "Back to the drawing board",
            [wizard.session.verdict("baseline").reason, "", *advice],
            [
                ("f", "go back to the framing"),
                ("d", "go back to the data"),
                ("r", "archive this attempt and begin anew"),
                ("c", "continue anyway, with a reason"),
            ],
            "look at the result first",
            wizard.marks.drawn,
        )
    )
    if way == "r":
        await redraw(wizard)
    elif way == "c":
        await go_on(wizard)
    elif way:
        await wizard.go({"f": "framing", "d": "data"}[way])


async def go_on(wizard: Wizard) -> None:
    """Continue although the baseline was not beaten, on record."""
    reason = await wizard.ask(
        AskLine("Why go on all the same?", "The reason stands in the plan.", glyphs=wizard.marks.drawn)
    )
    if reason:
        ledger.record(wizard.session.project, "against", wizard.step, f"went on although the verdict failed: {reason}")
        wizard.excused.add(wizard.step)
        await wizard.next()


# -- reading ---------------------------------------------------------------------------------------------------


async def explain(wizard: Wizard) -> None:
    """Why the question in focus matters, and which steps read its answer."""
    field = wizard.form.focused
    drawn = wizard.marks.drawn
    if field is None:
        step = STEPS[wizard.step]
        text = f"{step.title}.\n\n{wizard.session.verdict(wizard.step).reason}."
        await wizard.ask(Sheet(step.title, lambda width: prose(text, width, drawn)))
        return
    question = field.question
    try:
        text = question.why()
    except OSError:
        text = f"{question.ask.prompt}: {question.ask.hint or 'no more is written about this question yet'}."
    parts = [text]
    if field.advised is not None:
        value = show(field.advised.value)
        parts.append(f"**Advised:** {value or 'leave it empty'}, {field.advised.reason}.")
    readers = [step.title for step in STEPS.values() if question.key in step.reads]
    influence = "; ".join(readers) if readers else "nothing but this step and the plan"
    parts.append(f"**It influences:** {influence}.")
    await wizard.ask(Sheet(question.ask.prompt, lambda width: prose("\n\n".join(parts), width, drawn)))


async def see(wizard: Wizard) -> None:
    """The rows and what is drawn of them; from a finding, the rows that it is about."""
    from tui.seeing.screen import Seeing

    field, seen = wizard.form.focused, drawn(wizard.session)
    if seen is None:
        wizard.say("What was drawn of the rows is not beside the plan any more: run the data step again")
        return
    finding = field.here if isinstance(field, DecisionsField) else None
    await wizard.ask(Seeing(seen, wizard.marks.drawn, finding.key if finding else "", wizard.app.no_color))


async def what_if(wizard: Wizard) -> None:
    """Move the limits of framing and see where the model could run; what is kept becomes the answers of framing."""
    from tui.whatif import WhatIf

    kept = await wizard.ask(WhatIf(wizard.session.plan, wizard.marks.drawn))
    if kept is None:
        return
    try:
        for name, value in kept.items():
            wizard.session.answer("framing", name, value)
    except UserError as error:
        wizard.say(str(error))
        return
    await wizard.follow_plan()
    said = (f"framing.{name} = {show(value) or 'no limit'}" for name, value in kept.items())
    wizard.say(f"Answered anew: {', '.join(said)}")


async def keys(wizard: Wizard) -> None:
    """All keys on one page."""
    from tui.commands import COMMANDS, key_name

    def draw(width: int) -> list[Text]:
        rows = [
            (", ".join(key_name(key) for key in command.keys), command.help) for command in COMMANDS if command.keys
        ]
        rows = [row for row in rows if not row[1].startswith("Go to step ")]
        rows += [
            ("1-9 0 - =", "Go to step 1 to 12, while no text is being typed"),
            ("Tab, arrows", "Move between questions; Enter takes the answer and goes on"),
            ("Space", "Take a choice and stay; Delete goes back to the advised answer"),
            ("Right", "In an empty line: take the advised answer as text to edit"),
            ("Shift+drag", "Select with the mouse as in any terminal"),
        ]
        return [Text.assemble((f"{names:<12}", "bold"), f" {words}") for names, words in rows]

    await wizard.ask(Sheet("Keys", draw, whole=True))


def log_path(wizard: Wizard) -> Path | None:
    job = job_folders.latest(wizard.session.project, wizard.step)
    return job.log if job is not None and job.log.exists() else None


async def log(wizard: Wizard) -> None:
    """The log of this step's newest job."""
    path = log_path(wizard)
    if path is None:
        return
    await wizard.ask(LogView(path, wizard.marks.drawn))


async def written(wizard: Wizard) -> None:
    """The table of project.toml that this step's answers become."""
    wizard.form.flush()
    tree = msgspec.to_builtins(getattr(wizard.session.plan, wizard.step))
    own = {name: value for name, value in tree.items() if name not in ("result", "record")}
    text = tomli_w.dumps({wizard.step: own}) if own else f"[{wizard.step}]\n# nothing answered: the advice stands\n"

    def draw(width: int) -> list[Text]:
        return [Text(line) for row in text.splitlines() for line in wrap(clean(row, wizard.marks.drawn), width) or [""]]

    await wizard.ask(Sheet(f"{wizard.session.project / 'project.toml'}", draw))


def export(wizard: Wizard) -> None:
    """The plan as Markdown and HTML in `reports/`, the Markdown copied too."""
    from engine import report

    wizard.form.flush()
    reports = wizard.session.project / "reports"
    try:
        reports.mkdir(exist_ok=True)
        path = report.write(wizard.session, "md", reports / f"{wizard.session.name}.md")
        report.write(wizard.session, "html", path.with_suffix(".html"))
        said = clipboard.copy(
            report.render(wizard.session, "md"), reports / "clipboard.txt", wizard.app.copy_to_clipboard
        )
    except UserError as error:
        wizard.say(str(error))
    except OSError as error:
        wizard.say(f"{reports}: cannot be written ({error.strerror}); free some space or change the permissions")
    else:
        wizard.say(f"Written to {path} and .html; {said}")


# -- leaving ---------------------------------------------------------------------------------------------------


async def take_over(wizard: Wizard) -> None:
    if wizard.session.take_over():
        await wizard.follow_plan()
    else:
        wizard.wanted = True
        wizard.say("Asked for it; the other terminal lets go within a second or two")


async def leave(wizard: Wizard) -> None:
    """End the wizard; a running job goes on unless it is to be stopped."""
    wizard.form.flush()
    job = wizard.follower.running
    if job is not None:
        way = await wizard.ask(
            Choose(
                f"{job.path.name} is running",
                ["It goes on without this terminal, and is found again when you come back."],
                [("l", "leave it running"), ("s", "stop it after its epoch, then leave")],
                "stay here",
                wizard.marks.drawn,
            )
        )
        if not way:
            return
        if way == "s":
            wizard.session.stop()
        else:
            wizard.farewell += [f"{job.path.name} goes on.", f"Its log: {job.log}"]
    name = wizard.session.name
    wizard.farewell.append(f"Come back with: modelwright open {name}")
    wizard.session.close()
    wizard.app.exit(0)

"""Every command of the wizard, once: its keys, its words, what it does, and why it may be impossible now."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.binding import Binding

from engine.search import control
from engine.so_far import so_far
from engine.steps import STEPS
from engine.steps.data import DataResult
from tui import acts

if TYPE_CHECKING:
    from tui.wizard import Wizard

DIGITS = ("1", "2", "3", "4", "5", "6", "7", "8", "9", "0", "minus", "equals_sign")
"""The keys of the steps, in their order."""
KEY_NAMES = {
    "ctrl+p": "^P",
    "ctrl+q": "^Q",
    "question_mark": "?",
    "minus": "-",
    "equals_sign": "=",
    "pageup": "PgUp",
    "pagedown": "PgDn",
}


def possible(wizard: Wizard) -> str | None:
    """Nothing stands in the way."""
    return None


@dataclass(frozen=True, slots=True)
class Command:
    """Something the user can do: `enabled` says why not, and None when it can be done now."""

    name: str
    keys: tuple[str, ...]
    short: str
    help: str
    act: Callable[[Wizard], object]
    enabled: Callable[[Wizard], str | None] = possible

    @property
    def key(self) -> str:
        """The first key as it is written for people."""
        return key_name(self.keys[0]) if self.keys else ""


def key_name(key: str) -> str:
    return KEY_NAMES.get(key, key.upper() if key.startswith("f") and key[1:].isdigit() else key)


def _first(wizard: Wizard) -> str | None:
    return "this is the first step" if wizard.step == next(iter(STEPS)) else None


def _last(wizard: Wizard) -> str | None:
    return "this is the last step" if wizard.step == list(STEPS)[-1] else None


def _writable(wizard: Wizard) -> str | None:
    return None if wizard.session.writable else f"open elsewhere ({wizard.session.holder}): t takes over"


def _runnable(wizard: Wizard) -> str | None:
    return _writable(wizard) or next(iter(wizard.session.blockers(wizard.step)), None)


def _running(wizard: Wizard) -> str | None:
    return None if wizard.follower.running else "no job is running"


def _searching(wizard: Wizard) -> str | None:
    job = wizard.session.running()
    return None if job is not None and control.under_way(job) else "no trial is under way"


def _logged(wizard: Wizard) -> str | None:
    return None if acts.log_path(wizard) else f"{wizard.step} has no job yet, so there is no log"


def _read(wizard: Wizard) -> str | None:
    job = wizard.follower.running
    early = so_far(job) if job is not None and job.step == "data" else None
    found = early if isinstance(early, DataResult) else wizard.session.plan.data.result
    return None if found is not None and found.seen else "the data step has not drawn the rows yet"


def _read_only(wizard: Wizard) -> str | None:
    return "this is the one that writes" if wizard.session.writable else None


def _jump(step: str) -> Callable[[Wizard], object]:
    return lambda wizard: wizard.go(step)


COMMANDS: tuple[Command, ...] = (
    Command("next", ("f8", "n"), "Next", "Go to the next step", lambda w: w.next(), _last),
    Command("back", ("f7", "p"), "Back", "Go to the step before", lambda w: w.back(), _first),
    Command("run", ("f5",), "Run", "Run this step", acts.run, _runnable),
    Command("why", ("f1",), "Why", "Why this question matters, and what it influences", acts.explain),
    Command("rail", ("f6",), "Steps", "Move between the steps, the questions and the result", lambda w: w.cycle()),
    Command("palette", ("ctrl+p",), "Commands", "Find any command by its words", lambda w: w.palette()),
    Command("keys", ("question_mark",), "Keys", "Show all keys", acts.keys),
    Command(
        "see",
        ("v",),
        "View",
        "Look at the rows: columns, gaps, time, map, cells; from a finding, its rows",
        acts.see,
        _read,
    ),
    Command("what-if", ("i",), "If", "Move the limits of framing, and see where the model could run", acts.what_if),
    Command("gpu", ("f9",), "GPU", "Show what the GPUs and processors are doing", lambda w: w.gpu()),
    Command("skip", ("s",), "Skip", "Leave this step out, with a reason", acts.skip, _writable),
    Command(
        "stop",
        ("x",),
        "Stop",
        "Stop the running job after its epoch or detector; what is found is kept",
        acts.stop,
        _running,
    ),
    Command("pause", ("z",), "Pause", "Let the running job stand still, or go on", acts.pause, _running),
    Command("skip-trial", ("k",), "Skip trial", "Leave out the trial under way", acts.skip_trial, _searching),
    Command("log", ("l",), "Log", "Read the log of this step's job", acts.log, _logged),
    Command("toml", ("w",), "TOML", "Show what this step writes to project.toml", acts.written),
    Command("export", ("e",), "Export", "Write the plan as Markdown and HTML, and copy it", acts.export),
    Command("redraw", (), "Redraw", "Back to the drawing board: archive this attempt", acts.redraw, _writable),
    Command(
        "takeover",
        ("t",),
        "Take over",
        "Write here, where another terminal has it",
        acts.take_over,
        _read_only,
    ),
    Command("home", ("h",), "Home", "Back to the list of projects", lambda w: w.home()),
    Command("down", ("pagedown",), "Down", "One page down", lambda w: w.page(1)),
    Command("up", ("pageup",), "Up", "One page up", lambda w: w.page(-1)),
    *(
        Command(f"step-{name}", (key,), step.word, f"Go to step {number}: {step.title}", _jump(name))
        for number, (key, (name, step)) in enumerate(zip(DIGITS, STEPS.items(), strict=True), 1)
    ),
    Command("repaint", ("ctrl+l",), "Repaint", "Draw the whole screen again", lambda w: w.repaint()),
    Command("quit", ("ctrl+q",), "Quit", "Leave; a running job goes on", acts.leave),
)
BY_NAME = {command.name: command for command in COMMANDS}


def bindings() -> list[Binding]:
    """Every key of the table, for the wizard's screen."""
    return [
        Binding(key, f"command('{command.name}')", command.short, show=False, priority=key.startswith(("f", "ctrl")))
        for command in COMMANDS
        for key in command.keys
    ]

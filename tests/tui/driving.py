"""Driving the wizard without a terminal: open a project, press keys, wait until nothing is left to be done."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from textual.pilot import Pilot

from engine import store
from engine.session import Session
from engine.steps import Plan
from tui.app import Modelwright
from tui.glyphs import FINE, Marks
from tui.wizard import Wizard

SIZES = [(80, 24), (120, 40)]


def stored(project: Path) -> Plan:
    """What the project file says."""
    return store.load(project)


def wizard(pilot: Pilot[int]) -> Wizard:
    return next(screen for screen in reversed(pilot.app.screen_stack) if isinstance(screen, Wizard))


async def settle(pilot: Pilot[int]) -> None:
    """Until every key, every message, every worker and every answer that waits is through."""
    for _ in range(6):
        await pilot.pause()
    for screen in pilot.app.screen_stack:
        if isinstance(screen, Wizard):
            screen.form._soon()
    for _ in range(6):
        await pilot.pause()


@asynccontextmanager
async def driving(project: Path, size: tuple[int, int] = (80, 24), marks: Marks = FINE) -> AsyncIterator[Pilot[int]]:
    """The wizard in a project; no supervisor is started before a job is."""
    app = Modelwright(project.parent, Session(project), marks, warm=False)
    async with app.run_test(size=size) as pilot:
        await settle(pilot)
        yield pilot
        wizard(pilot).session.close()


async def press(pilot: Pilot[int], *keys: str) -> None:
    await pilot.press(*keys)
    await settle(pilot)


async def type_text(pilot: Pilot[int], text: str) -> None:
    await press(pilot, *({" ": "space"}.get(letter, letter) for letter in text))


async def focus(pilot: Pilot[int], name: str) -> None:
    """Go to a question of the step that is open."""
    field = wizard(pilot).form.field(name)
    assert field is not None, f"{name} is not asked"
    field.enter()
    await settle(pilot)


def screen_text(pilot: Pilot[int]) -> str:
    """The screen as text."""
    strips = pilot.app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)

"""A terminal in memory: what the app would send to it is counted byte by byte, and shown by a real emulator."""

from typing import Any

import pyte
from textual.app import App
from textual.drivers.headless_driver import HeadlessDriver
from textual.pilot import Pilot

COLUMNS, ROWS = 80, 24


class Wire(HeadlessDriver):
    """A driver whose app believes in a terminal."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        columns, rows = self._get_terminal_size()
        self.sent = 0
        self.screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self.screen)

    @property
    def is_headless(self) -> bool:
        return False

    def write(self, data: str) -> None:
        self.sent += len(data.encode())
        self._stream.feed(data)


def wire(app: App[Any]) -> Wire:
    """The terminal of an app that was made with `driver_class=Wire`."""
    driver = app._driver
    assert isinstance(driver, Wire)
    return driver


def shown(app: App[Any]) -> str:
    """The screen as text."""
    return "\n".join(line.rstrip() for line in wire(app).screen.display)


async def settled(pilot: Pilot[Any]) -> None:
    """Wait until every message is handled and every change is drawn."""
    await pilot.pause()
    await pilot.pause()

"""Keys one after the other: on a slow line Tab comes in one packet with the text that is for the next field."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.message_pump import MessagePump

PATIENCE = 2.0
"""Seconds that one key may hold up the next."""
LOOK = 0.01
"""Seconds between two looks at a command that is being carried out."""


class Typeahead:
    """Hands on a key or a paste when what the one before it caused is done: messages, change of focus, command."""

    def __init__(self, app: App[Any], hand_on: Callable[[events.Event], Awaitable[None]]) -> None:
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[events.Event] = deque()
        self._task: asyncio.Task[None] | None = None

    def put(self, event: events.Event) -> None:
        """Take an event; it is handed on in its turn."""
        self._waiting.append(event)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._deliver())

    async def _deliver(self) -> None:
        while self._waiting:
            target: DOMNode = self._app.focused or self._app.screen
            screen = self._app.screen
            await self._hand_on(self._waiting.popleft())
            with suppress(asyncio.TimeoutError):
                async with asyncio.timeout(PATIENCE):
                    # Messages go up from widget to widget, and what answers them may start again below.
                    for node in (target, *target.ancestors_with_self, self._app):
                        await _passed(node)
                    while any(w.is_running and w.node is screen is self._app.screen for w in self._app.workers):
                        await asyncio.sleep(LOOK)
                    for node in (screen, self._app):
                        await _passed(node)


async def _passed(node: MessagePump) -> None:
    """Until all messages that wait for a node now are handled."""
    done = asyncio.Event()
    if node.is_running and node.call_later(done.set):
        await done.wait()

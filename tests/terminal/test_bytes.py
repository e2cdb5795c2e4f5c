"""What goes over the wire: few bytes for the first paint and for a step, none at all while nothing happens."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.harness import Terminal, bytes_until_painted

FIRST, STEP, MOVE = 10_000, 14_000, 2_000
COLOURS = [{"TERM": "xterm-256color"}, {"TERM": "xterm-256color", "COLORTERM": "truecolor"}, {"TERM": "xterm"}]


@pytest.mark.parametrize("env", COLOURS)
def test_first_paint_and_steps_keep_to_their_budgets(
    launch: Callable[..., Terminal], project: Path, env: dict[str, str]
) -> None:
    terminal = launch("open", "bare", env=env)
    terminal.wait_for("Data file", "F8 Next")
    terminal.settle()
    assert bytes_until_painted(bytes(terminal.raw), (80, 24)) <= FIRST

    for title in ("Read and audit the data", "Labels", "The number that decides"):
        terminal.mark()
        terminal.send("f8")
        terminal.wait_for(title)
        terminal.settle()
        assert 0 < terminal.bytes <= STEP

    terminal.mark()
    terminal.send("tab")
    terminal.settle()
    assert 0 < terminal.bytes <= MOVE


def test_idle_sends_nothing(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = launch("open", "bare")
    terminal.wait_for("Data file", "F8 Next")
    terminal.settle()
    terminal.mark()
    terminal.read(5.0)
    assert terminal.bytes == 0


def test_home_is_painted_cheaply_and_stays_silent(launch: Callable[..., Terminal], projects_dir: Path) -> None:
    terminal = launch()
    terminal.wait_for("No project yet", "New project")
    terminal.settle()
    assert bytes_until_painted(bytes(terminal.raw), (80, 24)) <= FIRST
    terminal.mark()
    terminal.read(3.0)
    assert terminal.bytes == 0

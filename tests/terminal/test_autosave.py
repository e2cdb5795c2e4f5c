"""An answer is on disk within a second of being typed, whatever happens to the process."""

import os
import signal
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.terminal.harness import Terminal

PURPOSE = "fewer people leave"


def framing(project: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((project / "project.toml").read_text(encoding="utf-8")).get("framing", {})
    return found


def at_purpose(launch: Callable[..., Terminal]) -> Terminal:
    terminal = launch("open", "bare")
    terminal.wait_for("Data file", "F8 Next")
    for _ in range(4):
        terminal.send("tab")
    terminal.wait_for("One sentence, in the customer's words")
    return terminal


def test_typed_text_survives_sigkill(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = at_purpose(launch)
    terminal.send(PURPOSE)
    terminal.wait_for_file(project / "project.toml", PURPOSE)
    terminal.kill(signal.SIGKILL)
    assert terminal.wait() == -signal.SIGKILL
    assert framing(project)["purpose"] == PURPOSE

    again = launch("open", "bare")
    again.wait_for(PURPOSE, "One sentence, in the customer's words")


def test_text_that_comes_in_one_packet_with_tab_and_enter_is_for_the_next_field(
    launch: Callable[..., Terminal], project: Path
) -> None:
    terminal = launch("open", "bare")
    terminal.wait_for("Data file", "F8 Next")
    terminal.settle()
    terminal.send("\t\t\t\t" + PURPOSE + "\r" + "a call\r" + "the shop\t" + "one day")
    terminal.wait_for_file(project / "project.toml", PURPOSE, "a call", "the shop", "one day")
    found = framing(project)
    assert [found[name] for name in ("purpose", "decision", "actor", "unit")] == [
        PURPOSE,
        "a call",
        "the shop",
        "one day",
    ]


def test_typed_text_survives_a_dropped_connection(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = at_purpose(launch)
    terminal.send(PURPOSE)
    terminal.wait_for_file(project / "project.toml", PURPOSE)
    terminal.kill(signal.SIGHUP)
    assert terminal.wait() == -signal.SIGHUP
    assert framing(project)["purpose"] == PURPOSE


def test_sigterm_gives_the_terminal_back(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = at_purpose(launch)
    terminal.kill(signal.SIGTERM)
    assert terminal.wait() == -signal.SIGTERM
    end = bytes(terminal.raw[-400:])
    assert b"\x1b[?1049l" in end
    assert b"\x1b[?25h" in end
    assert b"\x1b[?1000l" in end


def test_quitting_says_how_to_come_back_and_lets_go_of_the_project(
    launch: Callable[..., Terminal], project: Path
) -> None:
    terminal = at_purpose(launch)
    terminal.send(PURPOSE, "ctrl+q")
    assert terminal.wait() == 0
    assert b"modelwright open bare" in terminal.raw
    assert framing(project)["purpose"] == PURPOSE
    assert not os.path.exists(project / "lock.wanted")

"""Sizes, colours, locales and terminal types: drawn where it can be, refused with a sentence where it cannot."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.terminal.harness import REPOSITORY, Terminal

SHOWN = ("Frame the problem", "Data file", "F8 Next")
TRUE_OR_256 = re.compile(rb"[34]8;[25];")
COLOUR = re.compile(rb"\x1b\[[0-9;]*\b(?:3[0-7]|4[0-7]|9[0-7]|10[0-7]|38|48)\b[0-9;]*m")


def test_resizing_keeps_the_form_and_recovers_from_a_tiny_terminal(
    launch: Callable[..., Terminal], project: Path
) -> None:
    terminal = launch("open", "bare", size=(120, 40))
    terminal.wait_for(*SHOWN, "Decisions a day")
    terminal.send("tab")
    terminal.wait_for("find out", "( ) yes")
    terminal.resize(60, 16)
    terminal.wait_for(" 1/12 Frame", "F8 Next", "Keys")
    terminal.resize(50, 12)
    terminal.wait_for("needs 60x16", "has 50x12")
    terminal.settle()
    assert len(terminal.screen().split()) <= 10
    terminal.resize(80, 24)
    terminal.wait_for("F8 Next", " 1 Frame", "12 Monitor", "find out", "( ) yes")
    terminal.send("f8")
    terminal.wait_for("Read and audit the data")


def test_nothing_is_wider_than_the_terminal(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = launch("open", "bare", size=(60, 16))
    terminal.wait_for(" 1/12 Frame", "Keys")
    for word in ("Data", "Labels", "Metric", "Prepare", "Protocol", "Baseline"):
        terminal.send("f8")
        terminal.wait_for(f"/12 {word}", "? Keys")


def test_ascii_draws_nothing_else(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = launch("--ascii", "open", "bare")
    terminal.wait_for(*SHOWN)
    terminal.send("f8")
    terminal.wait_for("Read and audit the data")
    terminal.send("ctrl+p")
    terminal.wait_for("a word of the command")
    terminal.settle()
    assert terminal.raw.isascii()


def test_no_color_sends_no_colour_and_is_complete(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = launch("open", "bare", env={"NO_COLOR": "1", "COLORTERM": "truecolor"})
    terminal.wait_for(*SHOWN, "advised")
    terminal.settle()
    assert not COLOUR.search(terminal.raw)


def test_an_empty_no_color_means_nothing(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = launch("open", "bare", env={"NO_COLOR": " "})
    terminal.wait_for(*SHOWN)
    assert COLOUR.search(terminal.raw) is None
    coloured = launch("open", "bare")
    coloured.wait_for(*SHOWN)
    coloured.settle()
    assert TRUE_OR_256.search(coloured.raw)


def test_sixteen_colours_are_enough(launch: Callable[..., Terminal], project: Path) -> None:
    terminal = launch("open", "bare", env={"TERM": "xterm"})
    terminal.wait_for(*SHOWN)
    terminal.settle()
    assert not TRUE_OR_256.search(terminal.raw)


def test_a_locale_of_another_encoding_is_mended(launch: Callable[..., Terminal], project: Path) -> None:
    encoding = subprocess.run(
        [sys.executable, "-c", "import sys; print(sys.stdout.encoding)"],
        env={"LC_ALL": "en_US.ISO-8859-1"},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    if encoding.lower().startswith("utf"):
        terminal = launch("open", "bare", env={"PYTHONIOENCODING": "latin-1"})
    else:
        terminal = launch("open", "bare", env={"LC_ALL": "en_US.ISO-8859-1"})
    terminal.wait_for(*SHOWN, "│")
    assert b"\\u" not in terminal.raw


@pytest.mark.parametrize("name", ["dumb", ""])
def test_a_dumb_terminal_is_refused_in_one_sentence(launch: Callable[..., Terminal], project: Path, name: str) -> None:
    terminal = launch("open", "bare", env={"TERM": name})
    assert terminal.wait() == 2
    said = terminal.raw.decode().split()
    assert "modelwright" in " ".join(said)
    assert b"\x1b" not in terminal.raw


def test_no_terminal_is_refused_in_one_sentence(project: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "tui", "--projects", str(project.parent), "open", "bare"],
        cwd=REPOSITORY,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.count("\n") == 1
    assert "modelwright" in ended.stderr

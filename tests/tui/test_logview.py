"""A log is read by offset: pages, the end that is followed, finding both ways, and whatever bytes a log may hold."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.app import App
from textual.pilot import Pilot

from tests.tui.wire import COLUMNS, ROWS, Wire, settled, shown
from tui.widgets.logfile import LONGEST, LogFile
from tui.widgets.logview import LogView


def whole(path: Path, block: int = 1 << 20) -> LogFile:
    log = LogFile(path)
    while log.grow(block):
        pass
    return log


@pytest.mark.parametrize("block", [1, 2, 3, 7, 1 << 20])
@pytest.mark.parametrize(
    "content", ["", "a", "a\n", "\n", "\n\n", "a\nb", "a\r\nb\r\n", "日本\nnaïve\n", "one\n\n\nfour\nfive"]
)
def test_every_line_is_found_whatever_the_blocks(tmp_path: Path, content: str, block: int) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(content.encode())
    log = whole(path, block)
    expected = content.replace("\r\n", "\n").split("\n")
    assert log.lines(0, 99) == (expected[:-1] if expected[-1] == "" else expected)
    assert log.length == len(content.encode())


def test_a_line_grows_until_it_ends(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("one\ntw")
    log = whole(path)
    with open(path, "a") as file:
        file.write("o\nthree\n")
    assert log.grow()
    assert log.lines(0, 9) == ["one", "two", "three"]
    assert not log.grow()


def test_a_log_that_began_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("old\n" * 50)
    log = whole(path)
    path.write_text("new\n")
    log.grow()
    assert log.lines(0, 9) == ["new"]


def test_a_log_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    log = LogFile(tmp_path / "log.txt")
    assert not log.grow()
    assert log.lines(0, 9) == []
    assert log.find("x", 0) is None


def test_bytes_that_are_no_text_and_lines_without_end_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_bytes(b"\xff\xfe\x00bad\n" + b"x" * 3_000_000)
    first, second = whole(path).lines(0, 2)
    assert first.endswith("bad")
    assert len(second) == LONGEST


def test_finding_goes_both_ways_and_ends(tmp_path: Path) -> None:
    path = tmp_path / "log.txt"
    path.write_text("".join(f"line {i}{' Epoch' if i % 1500 == 700 else ''}\n" for i in range(5000)))
    log = whole(path)
    assert log.find("EPOCH", 0) == 700
    assert log.find("epoch", 701) == 2200
    assert log.find("epoch", 2199, backwards=True) == 700
    assert log.find("epoch", 699, backwards=True) is None
    assert log.find("epoch", 3701) is None


class Reading(App[None]):
    """A screen under a log."""

    def __init__(self, path: Path) -> None:
        super().__init__(driver_class=Wire)
        self.view = LogView(path)

    def on_mount(self) -> None:
        self.push_screen(self.view)


@asynccontextmanager
async def reading(path: Path) -> AsyncIterator[tuple[Reading, Pilot[None]]]:
    app = Reading(path)
    async with app.run_test(headless=False, size=(COLUMNS, ROWS)) as pilot:
        await settled(pilot)
        yield app, pilot


async def press(pilot: Pilot[None], *keys: str) -> str:
    await pilot.press(*keys)
    await settled(pilot)
    return shown(pilot.app)


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.txt"
    path.write_text("".join(f"line {i} of the log\n" for i in range(100)))
    return path


async def test_the_end_is_shown_and_followed_until_one_pages_up(log: Path) -> None:
    async with reading(log) as (app, pilot):
        screen = shown(app)
        assert "log.txt  follows" in screen.splitlines()[0]
        assert "line 99 of the log" in screen
        with open(log, "a") as file:
            file.write("one more\n")
        app.view.look()
        await settled(pilot)
        assert "one more" in shown(app)
        assert "59 of 101" in await press(pilot, "pageup")
        with open(log, "a") as file:
            file.write("and another\n")
        app.view.look()
        await settled(pilot)
        assert "and another" not in shown(app)
        assert "and another" in await press(pilot, "G")
        assert app.view.following


async def test_what_is_found_is_at_the_top_and_n_goes_on(log: Path) -> None:
    async with reading(log) as (_, pilot):
        await press(pilot, "g")
        await press(pilot, "slash", "e", "space", "4")
        assert (await press(pilot, "enter")).splitlines()[1] == "line 4 of the log"
        assert (await press(pilot, "n")).splitlines()[1] == "line 40 of the log"
        assert (await press(pilot, "N")).splitlines()[1] == "line 4 of the log"
        assert "no more 'e 4' above" in await press(pilot, "N")


async def test_n_reaches_every_line_of_the_last_page(log: Path) -> None:
    async with reading(log) as (app, pilot):
        await press(pilot, "g", "slash", "9", "5", "enter")
        assert "line 95 of the log" in shown(app)
        assert "no more '95' below" in await press(pilot, "n")


async def test_esc_leaves_the_search_first_and_the_log_then(log: Path) -> None:
    async with reading(log) as (app, pilot):
        await press(pilot, "slash", "x", "escape")
        assert app.screen is app.view
        await press(pilot, "escape")
        assert app.screen is not app.view


async def test_an_empty_log_says_so(tmp_path: Path) -> None:
    async with reading(tmp_path / "none.txt") as (app, _):
        assert "there is no log yet" in shown(app)

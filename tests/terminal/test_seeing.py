"""Looking at the rows over a real pty: every page is cheap to send, a move cheaper, and nothing is sent when idle."""

from collections.abc import Callable
from pathlib import Path

from tests.terminal.harness import Terminal
from tests.tui.seen_rows import project_of, table

OPEN, PAGE, MOVE = 4_000, 4_000, 500


def test_pages_and_moves_keep_to_their_budgets(launch: Callable[..., Terminal], projects_dir: Path) -> None:
    project_of(projects_dir, table())
    terminal = launch("open", "titanic")
    terminal.wait_for("F8 Next")
    terminal.send("f8")
    terminal.wait_for("Read and audit the data")
    terminal.send("f6", "f6")
    terminal.settle()

    terminal.mark()
    terminal.send("v")
    terminal.wait_for("1 Columns", "(the target), 1 of")
    terminal.settle()
    spent = {"open": terminal.bytes}
    for key, said in {
        "2": "Missing together",
        "3": "Associations in hundredths",
        "4": "Over day",
        "5": "by latitude and longitude",
        "6": "the first rows",
        "7": "random texts",
    }.items():
        terminal.mark()
        terminal.send(key)
        terminal.wait_for(said)
        terminal.settle(0.5)
        spent[said] = terminal.bytes
    terminal.send("6")
    terminal.wait_for("the first rows")
    terminal.settle(0.5)
    for key in ("down", "right"):
        terminal.mark()
        terminal.send(key)
        terminal.settle(0.5)
        spent[key] = terminal.bytes
    assert 0 < spent.pop("open") <= OPEN
    assert 0 < spent.pop("down") <= MOVE
    assert 0 < spent.pop("right") <= PAGE
    assert all(0 < count <= PAGE for count in spent.values()), spent

    terminal.mark()
    terminal.read(3.0)
    assert terminal.bytes == 0
    terminal.send("esc")
    terminal.wait_for("F8 Next")

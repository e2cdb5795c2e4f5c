"""The board of a search and its parallel coordinates: every state by a word, every trial where it lies."""

from itertools import pairwise

import pytest
from rich.cells import cell_len

from engine.search.results import STOP, TrialRow
from tui.widgets.board import board, luck
from tui.widgets.cells import ASCII, UNICODE, Glyphs
from tui.widgets.parallel import parallel

TRIALS = [
    TrialRow(
        number=at,
        state="done",
        values={"units": 8 * 2**at, "numbers": "periodic" if at % 2 else "plain", "l": 1},
        score=at / 10,
    )
    for at in range(8)
]


def lines(trials: list[TrialRow], width: int = 60, greater: bool = True, glyphs: Glyphs = UNICODE) -> list[str]:
    return [line.plain for line in parallel(trials, width, greater, glyphs)]


def test_a_line_per_hyperparameter_that_varied_shows_where_the_best_lie() -> None:
    units, numbers, legend = lines(TRIALS)
    marks = units[units.index("8 ") + 2 :]
    assert marks.index(UNICODE.empty) < marks.index(UNICODE.dot) < marks.index(UNICODE.mark)
    # Powers of two lie evenly on the logarithmic scale that so wide a range gets.
    places = [at for at, sign in enumerate(marks) if sign in (UNICODE.empty, UNICODE.dot, UNICODE.mark)]
    assert len(places) == len(TRIALS)
    steps = [after - before for before, after in pairwise(places)]
    assert max(steps) <= min(steps) + 1
    assert "periodic 1 of 4, plain 1 of 4" in numbers
    assert "best 2 of 8" in legend


def test_where_less_is_better_the_best_lie_at_the_other_end() -> None:
    marks = lines(TRIALS, greater=False)[0]
    assert marks.index(UNICODE.mark) < marks.index(UNICODE.empty)


def test_nothing_is_drawn_of_fewer_than_two_scores() -> None:
    assert lines(TRIALS[:1]) == []
    assert lines([TrialRow(number=1, state="failed", values={"units": 3})] * 3) == []


@pytest.mark.parametrize("width", [12, 24, 40, 80])
def test_lines_keep_to_the_width_in_ascii(width: int) -> None:
    for line in lines(TRIALS, width, glyphs=ASCII):
        assert cell_len(line) <= width
        assert line.isascii()


def test_every_state_without_a_score_is_said_in_words() -> None:
    states = {"failed": "failed", "infeasible": "too large", "pruned": "ended early", "skipped": "skipped"}
    rows = [TrialRow(number=at, state=state, values={"units": at}, note="why") for at, state in enumerate(states)]  # type: ignore[arg-type]
    text = "\n".join(line.plain for line in board(rows, 80, True, ASCII))
    assert all(f"{word}: why" in text for word in states.values())
    assert text.isascii()


def test_the_luck_is_one_line_and_says_when_to_stop() -> None:
    calm = luck(0.0031, 0.0042, "green", 80).plain
    assert "0.0031" in calm
    assert "0.0042" in calm
    assert STOP in luck(0.03, 0.04, "red", 80).plain
    assert cell_len(luck(0.03, 0.04, "red", 24, ASCII).plain) <= 24

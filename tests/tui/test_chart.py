"""Charts say what the numbers say, keep to their width, and survive whatever a training run leaves behind."""

import math

import pytest
from rich.cells import cell_len

from tui.widgets.cells import ASCII, UNICODE, Glyphs, score
from tui.widgets.chart import bars, gauge, histogram, interval, sparkline
from tui.widgets.curves import curves

AWKWARD: list[list[float | None]] = [
    [],
    [None],
    [math.nan, math.inf, -math.inf],
    [1.0],
    [2.0, 2.0, 2.0],
    [1e308, -1e308],
    [0.1, None, math.nan, 0.4, 0.2],
    [float(i % 17) for i in range(1000)],
]


def test_a_sparkline_rises_and_falls_with_its_values() -> None:
    assert sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8) == "▁▂▃▄▅▆▇█"
    assert sparkline([0, 4, 2], 8, ASCII) == "_^-"
    assert sparkline([1, None, 3], 8) == "▁ █"


def test_a_constant_is_drawn_in_the_middle() -> None:
    assert sparkline([5, 5], 8) == "▅▅"


def test_a_long_sparkline_takes_means() -> None:
    assert sparkline([0, 0, 10, 10], 2) == "▁█"


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("values", AWKWARD)
@pytest.mark.parametrize("width", [0, 1, 5, 66])
def test_nothing_is_too_wide_or_breaks(values: list[float | None], width: int, glyphs: Glyphs) -> None:
    drawn = [sparkline(values, width, glyphs)]
    drawn += [line.plain for line in curves({"a": values, "b": values[::-1]}, width, 5, mark=1, glyphs=glyphs)]
    drawn += bars([(f"row {i}", value) for i, value in enumerate(values[:9])], width, glyphs, score)
    assert all(cell_len(line) <= width for line in drawn)
    assert glyphs is UNICODE or all(line.isascii() for line in drawn)


def test_bars_are_as_long_as_their_values() -> None:
    assert bars([("a", 4.0), ("bb", 1.0), ("c", math.nan), ("d", None)], 20, ASCII, score) == [
        "a  ########### 4.000",
        "bb ###         1.000",
        "c                n/a",
        "d                  -",
    ]


def test_a_bar_ends_in_parts_of_a_cell() -> None:
    assert bars([("a", 16.0), ("b", 3.0)], 8)[1] == "b ▌    3"


def test_a_gauge_is_as_full_as_what_is_done() -> None:
    assert gauge(1, 4, 8, ASCII) == "##......"
    assert [gauge(done, total, 4, ASCII) for done, total in ((9, 4), (-1, 4), (1, 0), (math.nan, 3))] == [
        "####",
        "....",
        "....",
        "....",
    ]


def test_an_interval_lies_where_its_numbers_are() -> None:
    assert interval(0.2, 0.5, 0.8, 0, 1, 11, ASCII) == "  |--o--|  "
    assert interval(None, 0.0, None, 0, 1, 5) == "●    "
    assert interval(-5, 0.5, 5, 0, 1, 5) == "├─●─┤"
    assert interval(0, math.nan, 1, 0, 1, 5) == "     "
    assert interval(1, 1, 1, 1, 1, 5) == "  ●  "


def test_a_histogram_is_as_tall_as_its_counts() -> None:
    assert histogram([1, 4, 0, 2], 0.0, 1.0, 12, 4, ASCII) == [
        "   ###      ",
        "   ###      ",
        "   ###   ###",
        "######   ###",
        "0.0000 1.000",
    ]


@pytest.mark.parametrize("counts", [[], [0], [0, 0], [10**9], list(range(200))])
def test_a_histogram_keeps_to_its_width(counts: list[int]) -> None:
    assert all(cell_len(line) <= 30 for line in histogram(counts, math.nan, math.inf, 30))


def test_a_learning_chart_shows_range_shapes_and_the_marked_epoch() -> None:
    falling, turning = [4.0, 3.0, 2.0, 1.0, 0.0], [4.0, 2.0, 3.0, 4.0, 4.0]
    lines = [line.plain for line in curves({"loss": falling, "validation loss": turning}, 27, 4, mark=2, glyphs=ASCII)]
    assert lines[0] == "** loss   :: validation lo~"
    assert lines[1].startswith(" 4.000|@")
    assert lines[4].startswith("0.0000|")
    assert lines[4].endswith("**")
    assert lines[5] == "            ^ epoch 2"
    assert lines[6] == "       1            epoch 5"


def test_curves_that_share_no_cell_differ_in_shape() -> None:
    lines = [line.plain for line in curves({"a": [1.0, 1.0], "b": [0.0, 0.0]}, 20, 2)]
    assert set(lines[1].partition("│")[2]) == {"▀"}
    assert set(lines[2].partition("│")[2]) == {"."}


def test_a_curve_that_still_runs_leaves_room_for_what_is_to_come() -> None:
    half = curves({"loss": [1.0, 0.5]}, 47, 3, span=4)
    assert max(line.cell_len for line in half[1:4]) <= 7 + 20
    assert half[-1].plain.endswith("epoch 4")


def test_a_gap_is_not_drawn_over() -> None:
    row = curves({"loss": [1.0, None, None, None, 1.0]}, 47, 1)[1].plain
    assert "   " in row.partition("│")[2].strip()

"""Text in cells: what files hold comes to the terminal harmless, within its width, and in ASCII where asked."""

import math

import pytest
from rich.cells import cell_len

from tui.widgets.cells import ASCII, UNICODE, clean, cut, duration, fit, number, score, share, size, wrap


def test_control_and_direction_characters_do_not_reach_the_terminal() -> None:
    assert clean("a\x1b[31mb\nc\td\u202ee\x07") == "a?[31mb c de?"


def test_a_wide_character_keeps_its_cells_in_ascii() -> None:
    assert clean("né 日本 ± →", ASCII) == "ne ???? +/- ->"
    assert clean("日本", UNICODE) == "日本"


def test_combining_marks_and_joiners_are_dropped_in_ascii() -> None:
    assert clean("e\u0301x\u200d", ASCII) == "ex"


@pytest.mark.parametrize("width", range(12))
@pytest.mark.parametrize("text", ["", "abc", "abcdefghijkl", "日本語日本語日本", "a日b本c語"])
def test_fit_takes_exactly_its_width(text: str, width: int) -> None:
    assert cell_len(fit(text, width)) == width
    assert cell_len(fit(text, width, "right")) == width
    assert cell_len(cut(text, width)) <= width


def test_cut_marks_what_is_missing() -> None:
    assert cut("abcdef", 4) == "abc…"
    assert cut("abcdef", 4, ASCII) == "abc~"
    assert cut("abcd", 4) == "abcd"


@pytest.mark.parametrize("width", [1, 2, 7, 40])
def test_wrapped_lines_hold_every_character_within_the_width(width: int) -> None:
    text = "one two 日本語日本語 and_a_word_of_many_letters_indeed end"
    lines = wrap(text, max(2, width))
    assert all(cell_len(line) <= max(2, width) for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_an_empty_text_has_no_lines() -> None:
    assert wrap("  ", 10) == []


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (None, "-"),
        (math.nan, "n/a"),
        (-math.inf, "n/a"),
        (0.0, "0"),
        (28.0, "28"),
        (29.9, "29.9"),
        (1234567.0, "1,234,567"),
        (0.17, "0.17"),
        (0.00001, "1.0e-05"),
        (-512.329, "-512.3"),
        (3.0004, "3"),
    ],
)
def test_amounts(value: float | None, said: str) -> None:
    assert number(value) == said


@pytest.mark.parametrize(("value", "said"), [(0.5, "0.5000"), (1.0, "1.000"), (54321.0, "54,321"), (-0.02, "-0.0200")])
def test_scores_of_one_size_have_one_width(value: float, said: str) -> None:
    assert score(value) == said


def test_shares_durations_and_sizes() -> None:
    assert [share(0, 10), share(1, 100000), share(263, 1309), share(5, 5), share(1, 0)] == [
        "0%",
        "<0.1%",
        "20.1%",
        "100%",
        "-",
    ]
    assert [duration(s) for s in (None, 3.4, 185, 7800, 90000)] == ["-", "3 s", "3 min 05 s", "2 h 10 min", "1 d 1 h"]
    assert [size(812), size(4300), size(3 * 1024**3)] == ["812 B", "4.2 KiB", "3.0 GiB"]

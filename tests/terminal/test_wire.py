"""The thrifty driver's canvas: the terminal shows the same as if everything had been sent, for fewer bytes."""

import random

import pyte

from tui.wire import Canvas

COLUMNS, ROWS = 30, 6
STYLES = ["0", "1", "7", "1;38;5;252;48;5;233", "38;5;246;48;5;233", "31", "1;4;97;44", "38;2;1;2;3;48;2;4;5;6"]
LETTERS = ["a", "b", " ", "█", "가", "é", "e\u0301"]


def frame(chance: random.Random) -> str:
    """Some lines, each drawn from its beginning in runs of one style, as Textual draws them."""
    drawn = []
    for row in range(ROWS):
        if chance.random() < 0.5:
            continue
        drawn.append(f"\x1b[{row + 1};1H")
        room = COLUMNS
        while room > 0:
            letters, run = chance.choice(LETTERS), chance.randint(1, 6)
            width = 2 if letters == "가" else 1
            run = min(run, room // width)
            if run == 0:
                letters, width, run = " ", 1, room
            drawn.append(f"\x1b[{chance.choice(STYLES)}m{letters * run}\x1b[0m")
            room -= run * width
    drawn.append(f"\x1b[{chance.randint(1, ROWS)};{chance.randint(1, COLUMNS)}H")
    return "".join(drawn)


def shows(screen: pyte.Screen) -> list[object]:
    return [screen.buffer[y][x] for y in range(ROWS) for x in range(COLUMNS)]


def test_what_is_left_out_was_there_already() -> None:
    chance = random.Random(7)
    canvas = Canvas()
    whole, thrifty = pyte.Screen(COLUMNS, ROWS), pyte.Screen(COLUMNS, ROWS)
    all_of_it, sent = pyte.Stream(whole), pyte.Stream(thrifty)
    for stream in (all_of_it, sent):
        stream.feed("\x1b[?7l")
    for number in range(300):
        drawn = frame(chance)
        if number % 50 == 49:
            drawn = "\x1b[2J\x1b[1;1Hx" + drawn
        all_of_it.feed(drawn)
        sent.feed(canvas.send(drawn))
        assert shows(thrifty) == shows(whole)
        assert (thrifty.cursor.x, thrifty.cursor.y) == (whole.cursor.x, whole.cursor.y)


def test_the_same_frame_again_sends_nothing() -> None:
    canvas, drawn = Canvas(), frame(random.Random(3))
    assert canvas.send(drawn)
    assert canvas.send(drawn) == ""
    assert canvas.send("\x1b[?2026h") + canvas.send(drawn) + canvas.send("\x1b[?2026l") == ""


def test_one_letter_costs_one_letter_and_the_way_to_it() -> None:
    canvas = Canvas()
    canvas.send("\x1b[1;1H\x1b[1mabcdefghij\x1b[0m")
    assert canvas.send("\x1b[1;1H\x1b[1mabcdXfghij\x1b[0m").count("X") == 1
    assert len(canvas.send("\x1b[1;1H\x1b[1mabcdYfghij\x1b[0m")) < 20


def test_after_a_disturbance_everything_is_sent_again() -> None:
    canvas, drawn = Canvas(), "\x1b[1;1Hhello"
    canvas.send(drawn)
    canvas.send("\x1b[?1049h")
    assert "hello" in canvas.send(drawn)


def test_what_is_no_drawing_passes_in_its_place() -> None:
    assert Canvas().send("\x1b[1;1Ha\x07\x1b]2;title\x07\x1b[?25l") == "\x1b[1;1H\x1b[ma\x07\x1b]2;title\x07\x1b[?25l"

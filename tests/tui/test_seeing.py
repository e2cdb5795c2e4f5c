"""Looking at the rows: every page within its width, keys, the rows of a finding, and what a finding does told."""

from pathlib import Path

import msgspec
import pytest
from rich.cells import cell_len

from engine.errors import UserError
from engine.seeing.kept import FILE
from engine.seeing.schema import Sample, Seen, Texts
from tests.tui.driving import driving, focus, press, screen_text
from tests.tui.seen_rows import project_of, table
from tui.cli import main
from tui.glyphs import FINE, PLAIN, Marks
from tui.seeing import PAGES, texts
from tui.seeing.plain import NAMES, pages
from tui.seeing.raw_rows import draw as draw_rows
from tui.seeing.raw_rows import whole
from tui.seeing.screen import Seeing
from tui.views.parts import Look
from tui.widgets.cells import ASCII, UNICODE, Glyphs


@pytest.fixture(scope="module")
def drawn() -> Seen:
    return table()


@pytest.fixture
def project(projects_dir: Path, drawn: Seen) -> Path:
    return project_of(projects_dir, drawn)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [40, 78, 120])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.title)
def test_every_page_keeps_to_its_width_and_height(drawn: Seen, page: object, width: int, glyphs: Glyphs) -> None:
    assert page in PAGES
    number = PAGES.index(page)  # type: ignore[arg-type]
    count = PAGES[number].items(drawn)
    assert count
    for at in range(count):
        lines = PAGES[number].draw(Look(width, glyphs), drawn, at, False)
        assert max(cell_len(line.plain) for line in lines) <= width
        assert len(lines) <= 22 or width < 78
        assert all(character.isprintable() for line in lines for character in line.plain)
        assert glyphs is UNICODE or all(line.plain.isascii() for line in lines)


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
@pytest.mark.parametrize("width", [40, 78, 120])
def test_rows_keep_to_their_width_and_a_row_is_shown_whole(drawn: Seen, width: int, glyphs: Glyphs) -> None:
    look = Look(width, glyphs)
    for group in drawn.groups:
        for column in range(len(drawn.names)):
            lines = draw_rows(look, drawn, group, len(group.rows) - 1, column, 14)
            assert max(cell_len(line.plain) for line in lines) <= width
            assert len(lines) <= 22
    cells = whole(drawn, drawn.groups[0].rows[0], look)
    assert max(cell_len(line.plain) for line in cells) <= width
    assert "than fit into one line of it" in " ".join(" ".join(line.plain for line in cells).split())


@pytest.mark.parametrize("marks", [FINE, PLAIN])
async def test_v_opens_the_pages_and_numbers_and_arrows_walk_them(project: Path, marks: Marks) -> None:
    async with driving(project, marks=marks) as pilot:
        await press(pilot, "f8", "f6", "f6", "v")
        assert isinstance(pilot.app.screen, Seeing)
        assert "y (the target), 1 of" in screen_text(pilot)
        await press(pilot, "down")
        assert "latitude, 2 of" in screen_text(pilot)
        for key, said in {
            "2": "Missing together",
            "3": "Associations in hundredths",
            "4": "Over day",
            "5": "by latitude and longitude",
            "6": "the first rows",
            "7": "random texts",
        }.items():
            await press(pilot, key)
            assert said in screen_text(pilot)
        await press(pilot, "6", "g", "g")
        assert "the strangest rows" in screen_text(pilot)
        await press(pilot, "right", "down", "enter")
        assert "Row " in screen_text(pilot)
        assert "latitude:" in screen_text(pilot)
        await press(pilot, "escape", "escape")
        assert not isinstance(pilot.app.screen, Seeing)


async def test_a_finding_opens_its_rows_and_tells_its_effect_and_answers(project: Path) -> None:
    async with driving(project) as pilot:
        await press(pilot, "f8")
        await focus(pilot, "decisions")
        await press(pilot, "down")
        text = screen_text(pilot)
        assert "sentinel" in text
        assert "score: ROC AUC 0.8500 as it is, 0.8100 if" in text
        assert "difference 0.0400 (0.0300 to 0.0500" in text
        assert "answers framing.group: ticket" in text
        await press(pilot, "v")
        assert "sentinel:fare: 3 of 17" in screen_text(pilot)


async def test_what_is_not_there_is_said(project: Path) -> None:
    (project / FILE).unlink()
    async with driving(project) as pilot:
        await press(pilot, "f8", "f6", "f6", "v")
        assert not isinstance(pilot.app.screen, Seeing)
        assert "run the data step again" in " ".join(screen_text(pilot).split())


@pytest.mark.parametrize("width", [40, 61, 79])
def test_texts_in_signs_of_two_cells_keep_to_their_width(width: int) -> None:
    said = ("정말재미있는영화였다" * 30, "정말 재미있는 영화였다 " * 30, "映画は a とても良かった。" * 30, "ㅋ")
    sample = Sample("longest", tuple((row, len(text), text) for row, text in enumerate(said)))
    seen = Seen(rows=4, sample=4, texts=(Texts("document", (sample,)),))
    lines = texts.draw(Look(width), seen, 0, False)
    assert max(line.cell_len for line in lines) <= width
    assert sum(line.plain.endswith(UNICODE.cut) for line in lines) == 3
    assert all(len(lines[at].plain) < width - 2 for at in range(2, 8))


def test_plain_lines_hold_every_page_without_colour(drawn: Seen) -> None:
    whole_text = "\n".join(pages(drawn, Look(79, ASCII), None))
    assert whole_text.isascii()
    for name in NAMES:
        one = "\n".join(pages(drawn, Look(79, ASCII), name))
        assert one in whole_text
    assert "share of y = 1, c: digits or dots" in whole_text
    with pytest.raises(UserError, match="the nearest is 'map'"):
        pages(drawn, Look(79), "maq")


def test_the_command_line_shows_the_same_or_gives_it_as_json(
    project: Path, drawn: Seen, capsys: pytest.CaptureFixture[str]
) -> None:
    given = ["--projects", str(project.parent), "see", "titanic"]
    assert main([*given, "missing"]) == 0
    assert "Missing together" in capsys.readouterr().out
    assert main([*given, "--json"]) == 0
    assert msgspec.json.decode(capsys.readouterr().out, type=Seen) == drawn
    (project / FILE).unlink()
    assert main(given) == 2
    assert "`modelwright run titanic data` does" in capsys.readouterr().err

"""Looking at the rows: every page within its width, keys, the rows of a finding, and what a finding does told."""

from pathlib import Path

import msgspec
import numpy as np
import pandas as pd
import pytest
from rich.cells import cell_len

from engine import store
from engine.seeing.kept import FILE, keep
from engine.seeing.look import seen
from engine.seeing.schema import Seen
from engine.values import Effect, Finding
from tests.engine.audit.auditing import made
from tests.tui.driving import driving, focus, press, screen_text
from tests.tui.filled import HOSTILE, LONG, full
from tui.glyphs import FINE, PLAIN, Marks
from tui.seeing import PAGES
from tui.seeing.raw_rows import draw as draw_rows
from tui.seeing.raw_rows import whole
from tui.seeing.screen import Seeing
from tui.views.parts import Look
from tui.widgets.cells import ASCII, UNICODE, Glyphs

ROWS = 400


def table() -> Seen:
    """Rows with every kind of column, with names and cells that are hard to draw."""
    rng = np.random.default_rng(1)
    north, east = rng.normal(37, 2, ROWS), rng.normal(-120, 2, ROWS)
    words = np.where(rng.random(ROWS) < 0.3, None, rng.choice(["S", "C", HOSTILE], ROWS))
    columns = {
        "y": (north > 37).astype(int),
        "latitude": north,
        "longitude": east,
        LONG: np.where(rng.random(ROWS) < 0.2, np.nan, rng.gamma(1, 30, ROWS)),
        HOSTILE: pd.Series(words, dtype=object),
        "day": pd.date_range("2020-01-01", periods=ROWS),
        "note": [
            f"text {at} with 日本語 {HOSTILE} and many more words than fit into one line of it" for at in range(ROWS)
        ],
    }
    finding = Finding(
        detector="sentinel", columns=("fare",), rows=17, severity="ask", evidence="", proposal="", row_ids=(3, 5, 8)
    )
    return seen(made(columns, "y", "binary"), [finding])


@pytest.fixture(scope="module")
def drawn() -> Seen:
    return table()


@pytest.fixture
def project(projects_dir: Path, drawn: Seen) -> Path:
    folder = projects_dir / "titanic"
    folder.mkdir()
    plan = full()
    result = plan.data.result
    assert result is not None
    effect = Effect("roc_auc", 0.85, 0.81, 0.04, 0.03, 0.05, 1047, "extra trees, random folds")
    sentinel = msgspec.structs.replace(result.findings[1], effect=effect, answers={"framing.group": "ticket"})
    findings = tuple(sentinel if each.detector == "sentinel" else each for each in result.findings)
    result = msgspec.structs.replace(result, seen=keep(folder, drawn), findings=findings)
    store.save(folder, msgspec.structs.replace(plan, data=msgspec.structs.replace(plan.data, result=result)))
    return folder


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

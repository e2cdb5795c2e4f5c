"""A hundred rows labelled by keyboard in a real terminal, left half-way and taken up again, by two annotators."""

import json
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from engine.errors import UserError
from engine.labels.label_studio import Taken, exported, imported
from engine.labels.ratings import read_ratings
from engine.labels.record import all_standing, read_queue, standing
from engine.work.labels import measured
from tests.terminal.harness import REPOSITORY, Terminal


@pytest.fixture
def penguins(projects_dir: Path) -> Path:
    """The example project, whose rows are read and sealed."""
    return Path(shutil.copytree(REPOSITORY / "projects" / "penguins", projects_dir / "penguins"))


def test_a_hundred_rows_resumed_half_way_by_two(penguins: Path, launch: Callable[..., Terminal]) -> None:
    words = ("label", "penguins", "--classes", "Adelie,Chinstrap,Gentoo", "--rows", "100", "--as")
    record = penguins / "labels" / "anna.said.jsonl"
    first = launch(*words, "anna")
    first.wait_for("0 of 100 done", "1 Adelie", "2 Chinstrap", "3 Gentoo")
    first.mark()
    first.send("1" * 48, "right", "s", "3")
    first.wait_for("50 of 100 done")
    assert first.bytes < 50 * 1000
    first.kill(signal.SIGKILL)
    first.wait()
    assert list(standing(record).values()) == [*["Adelie"] * 48, None, "Gentoo"]

    again = launch(*words, "anna")
    again.wait_for("50 of 100 done")
    again.send("u")
    again.wait_for("49 of 100 done")
    again.send("2" * 51)
    assert again.wait() == 0
    said = standing(record)
    assert list(said.values()) == [*["Adelie"] * 48, None, *["Chinstrap"] * 51]
    assert list(said) == [item.id for item in read_queue(penguins)]
    assert "Species" not in read_queue(penguins)[0].fields

    other = launch(*words, "ben")
    other.wait_for("0 of 100 done")
    other.send("1" * 38, "2" * 62)
    assert other.wait() == 0
    assert "labels.ratings=labels/ratings.csv" in other.screen().replace("\n", "")
    ratings = penguins / "labels" / "ratings.csv"
    found = measured(read_ratings(ratings), ratings, "nominal", 1)
    assert (found.raters, found.items) == (2, 100)
    assert found.share == pytest.approx(89 / 99)


def test_label_studio_gives_back_what_it_was_given(penguins: Path, launch: Callable[..., Terminal]) -> None:
    terminal = launch("label", "penguins", "--classes", "Adelie,Chinstrap", "--rows", "5", "--as", "anna")
    terminal.wait_for("0 of 5 done")
    terminal.send("12s1q")
    assert terminal.wait() == 0
    file = penguins / "out.json"
    file.write_text(exported(penguins), encoding="utf-8")
    before, queue = all_standing(penguins), read_queue(penguins)
    assert [task["annotations"][0]["result"][0]["value"] for task in json.loads(file.read_text())[:2]] == [
        {"choices": ["Adelie"]},
        {"choices": ["Chinstrap"]},
    ]
    shutil.rmtree(penguins / "labels")
    assert imported(penguins, file) == Taken(4, ())
    assert (all_standing(penguins), read_queue(penguins)) == (before, queue)
    assert imported(penguins, file) == Taken(0, ())
    file.write_text('{"tasks": []}')
    with pytest.raises(UserError, match="no list of tasks with `data`"):
        imported(penguins, file)

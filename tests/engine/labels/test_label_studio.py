"""Exports of Label Studio made elsewhere: other names, several annotators, kinds of answers, and what is left."""

import json
from pathlib import Path
from typing import Any

import pytest

from engine.errors import UserError
from engine.labels.label_studio import imported
from engine.labels.record import Item, all_standing, read_queue, write_queue


def answer(value: dict[str, Any], kind: str, name: str = "sentiment") -> dict[str, Any]:
    return {"id": "aB3", "from_name": name, "to_name": "txt", "type": kind, "value": value, "origin": "manual"}


def task(number: int, text: str, *annotations: tuple[Any, list[dict[str, Any]]], **more: Any) -> dict[str, Any]:
    made = [{"completed_by": who, "result": result, "was_cancelled": False} for who, result in annotations]
    return {"id": number, "data": {"text": text}, "annotations": made, "predictions": [], "meta": {}, **more}


def choice(*words: str, name: str = "sentiment") -> list[dict[str, Any]]:
    return [answer({"choices": list(words)}, "choices", name)]


def written(folder: Path, tasks: Any) -> Path:
    (folder / "export.json").write_text(json.dumps(tasks), encoding="utf-8")
    return folder / "export.json"


def test_other_names_several_annotators_and_a_skip(tmp_path: Path) -> None:
    first = {"id": 7, "email": "Ann Lee@example.org"}
    file = written(
        tmp_path,
        [
            task(101, "good", (first, choice("Positive")), (3, choice("Positive"))),
            task(102, "bad", (first, choice("Negative")), (3, [])),
            task(103, "so so", (None, choice("Neutral"))),
        ],
    )
    assert imported(tmp_path, file).new == 5
    assert all_standing(tmp_path) == {
        "Ann_Lee@example.org": {"101": "Positive", "102": "Negative"},
        "3": {"101": "Positive", "102": None},
        "unknown": {"103": "Neutral"},
    }
    assert imported(tmp_path, file).new == 0
    assert [item.fields for item in read_queue(tmp_path)] == [{"text": text} for text in ("good", "bad", "so so")]


@pytest.mark.parametrize(
    ("part", "label"),
    [
        (answer({"rating": 4}, "rating"), "4"),
        (answer({"number": 2.5}, "number"), "2.5"),
        (answer({"text": [" refund "]}, "textarea"), "refund"),
        (answer({"text": "refund"}, "textarea"), "refund"),
        (answer({"taxonomy": [["Animal", "Dog"]]}, "taxonomy"), "Animal / Dog"),
        (answer({"selected": "left"}, "pairwise"), "left"),
    ],
)
def test_ratings_numbers_texts_and_paths_are_labels(tmp_path: Path, part: dict[str, Any], label: str) -> None:
    assert imported(tmp_path, written(tmp_path, [task(1, "a", (1, [part]))])).new == 1
    assert all_standing(tmp_path)["1"] == {"1": label}


def test_what_cannot_be_taken_is_said_and_the_rest_is_taken(tmp_path: Path) -> None:
    box = answer({"x": 1, "y": 2, "width": 3, "height": 4, "rectanglelabels": ["Car"]}, "rectanglelabels")
    span = answer({"start": 0, "end": 4, "text": "good", "choices": ["x"]}, "choices")
    file = written(
        tmp_path,
        [
            task(1, "a", (1, choice("Yes"))),
            task(2, "b", (1, choice("Yes", "No"))),
            task(3, "c", (1, [box]), (2, [box])),
            task(4, "d", (1, [span])),
            task(5, "e", (1, [answer({"ranker": {"a": []}}, "ranker")])),
            task(6, "f", (1, choice("Yes") + choice("No"))),
        ],
    )
    found = imported(tmp_path, file)
    assert found.new == 1
    said = " | ".join(found.left)
    assert "2 annotations left: rectanglelabels marks parts of a row" in said
    assert "1 annotations left: 2 choices in one answer" in said
    assert "ranker is no choice" in said
    assert "several answers to one question" in said
    assert len(read_queue(tmp_path)) == 6


def test_one_of_several_questions_is_named(tmp_path: Path) -> None:
    both = choice("Positive") + choice("French", name="language")
    file = written(tmp_path, [task(1, "bon", (1, both))])
    with pytest.raises(UserError, match=r"several questions \('sentiment', 'language'\); name the one"):
        imported(tmp_path, file)
    with pytest.raises(UserError, match="no answers to 'tone'"):
        imported(tmp_path, file, "tone")
    assert imported(tmp_path, file, "language").new == 1
    assert all_standing(tmp_path)["1"] == {"1": "French"}


def test_older_exports_one_task_and_foreign_numbers(tmp_path: Path) -> None:
    write_queue(tmp_path, [Item("1", {"text": "mine"}), Item("9", {"text": "shared"})])
    old = {"id": 1, "data": {"text": "theirs"}, "completions": [{"completed_by": 4, "result": choice("Yes")}]}
    assert imported(tmp_path, written(tmp_path, old)).new == 1
    assert imported(tmp_path, written(tmp_path, [task(55, "shared", (4, choice("No")))])).new == 1
    assert all_standing(tmp_path)["4"] == {"task-1": "Yes", "9": "No"}
    assert imported(tmp_path, written(tmp_path, old)).new == 0


@pytest.mark.parametrize("text", ["[1]", '[{"id": 1, "sentiment": "x"}]', "id,text", '{"tasks": []}'])
def test_another_format_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "export.json").write_text(text)
    with pytest.raises(UserError, match="export it") as told:
        imported(tmp_path, tmp_path / "export.json")
    assert "\n" not in str(told.value)

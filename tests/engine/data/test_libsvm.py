"""Files of ranked lists: sniffed, read into a table, and refused with file and line where they do not hold together."""

import re
from pathlib import Path

import pytest

from engine.data.libsvm import read
from engine.errors import UserError
from engine.modalities import pick


def test_a_folder_with_sizes_beside_its_files_is_read_as_one_table(shared_data: Path) -> None:
    folder = shared_data / "lightgbm_lambdarank"
    assert pick(folder).name == "lists" and pick(folder / "rank.train").name == "lists"
    frame, reading = read(folder)
    assert len(frame) == 3005 + 768 and frame["query"].nunique() == 201 + 50
    assert sorted(frame["relevance"].unique()) == [0, 1, 2, 3, 4]
    sizes = [int(word) for word in (folder / "rank.test.query").read_text().split()]
    assert frame[frame["query"].str.startswith("rank.test ")].groupby("query", sort=False).size().tolist() == sizes
    first = (folder / "rank.test").read_text().splitlines()[0].split()
    named = {word.split(":")[0]: float(word.split(":")[1]) for word in first[1:]}
    assert {name[1:]: value for name, value in frame.iloc[0, 2:].items() if value} == {
        name: value for name, value in named.items() if value
    }
    assert any("1 of them" in said and "count for nothing" in said for said in reading.assumptions)


def test_lines_that_name_their_query_are_lists(tmp_path: Path) -> None:
    file = tmp_path / "letor.txt"
    file.write_text("# made by hand\n2 qid:10 1:0.5 3:1.5 # doc a\n0 qid:10 1:0.25\n\n1 qid:7 2:4\n")
    assert pick(file).name == "lists"
    frame, reading = read(file)
    assert frame.to_dict("list") == {
        "relevance": [2.0, 0.0, 1.0],
        "query": ["10", "10", "7"],
        "f1": [0.5, 0.25, 0.0],
        "f2": [0.0, 0.0, 4.0],
        "f3": [1.5, 0.0, 0.0],
    }
    assert [column.kind for column in reading.columns[:2]] == ["numeric", "categorical"]
    again, _ = read(file, like={"relevance": "numeric", "query": "categorical", "f2": "numeric", "f9": "numeric"})
    assert list(again.columns) == ["relevance", "query", "f1", "f2", "f3", "f9"] and (again["f9"] == 0).all()


def test_what_does_not_hold_together_is_refused_with_its_place(tmp_path: Path) -> None:
    file, sizes = tmp_path / "a.train", tmp_path / "a.train.query"
    file.write_text("1 1:2\n0 1:3\n1 1:4\n")
    sizes.write_text("2\n2\n")
    with pytest.raises(UserError, match=r"a\.train\.query: its sizes add up to 4 rows, a\.train has 3"):
        read(file)
    sizes.write_text("2\ntwo\n")
    with pytest.raises(UserError, match=re.escape("a.train.query: a line that is no number of rows")):
        read(file)
    sizes.write_text("3\n")
    file.write_text("1 1:2\n0 one:3\n1 1:4\n")
    with pytest.raises(UserError, match=r"a\.train: line 2 is not GRADE"):
        read(file)


def test_a_table_and_a_folder_of_texts_are_no_lists(shared_data: Path, tmp_path: Path) -> None:
    assert pick(shared_data / "titanic3" / "titanic3.csv").name == "tabular"
    (tmp_path / "plain.txt").write_text("1 2:3 and so on\n")
    assert pick(tmp_path / "plain.txt").name != "lists"

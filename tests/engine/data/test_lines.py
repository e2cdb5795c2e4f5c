"""How lines become cells and names: delimiters, remarks and headers, found out or said by a person."""

import csv
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from engine.data.read import read
from engine.data.schema import Manner, Reading
from engine.errors import UserError


def of(tmp_path: Path, content: str, **manner: Any) -> tuple[pd.DataFrame, Reading]:
    (tmp_path / "data.csv").write_text(content, encoding="utf-8", newline="")
    return read(tmp_path / "data.csv", Manner(**manner), rejected=tmp_path / "kept" / "rejected.csv")


def used(reading: Reading) -> Manner:
    assert reading.manner is not None
    return reading.manner


def words(reading: Reading) -> str:
    return " / ".join(reading.assumptions)


def test_a_person_names_the_delimiter(tmp_path: Path) -> None:
    content = "a;b~c;d\n1;2~3;4\n5;6~7;8\n"
    assert list(of(tmp_path, content)[0].columns) == ["a", "b~c", "d"]
    frame, reading = of(tmp_path, content, delimiter="~")
    assert frame.to_dict("list") == {"a;b": ["1;2", "5;6"], "c;d": ["3;4", "7;8"]}
    assert used(reading).delimiter == "~"
    frame, reading = of(tmp_path, "a b,c\n1 2,3\n4 5,6\n", delimiter="blank")
    assert frame["a"].tolist() == [1.0, 4.0]
    assert used(reading).delimiter == "blank"


@pytest.mark.parametrize(
    ("delimiter", "sentence"),
    [("||", r"framing\.delimiter: found '\|\|', accepted is one character"), ("tab", r"only one column .*'\\t'")],
)
def test_a_delimiter_that_cannot_be(tmp_path: Path, delimiter: str, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence):
        of(tmp_path, "a,b\n1,2\n", delimiter=delimiter)


def test_remarks_above_and_among_the_rows(tmp_path: Path) -> None:
    content = "# made by hand, in May, at home\n# second\na,b,c\n1,2,3\n# a pause\n4,5,6\n7,8\n"
    frame, reading = of(tmp_path, content)
    assert frame.to_dict("list") == {"a": [1.0, 4.0], "b": [2.0, 5.0], "c": [3.0, 6.0]}
    assert "3 remarks left out: lines that begin with #" in reading.assumptions
    assert used(reading).comment == "#"
    assert [line.line for line in reading.rejects] == [7]


def test_a_remark_that_has_as_many_cells_as_a_row(tmp_path: Path) -> None:
    assert list(of(tmp_path, "# by me, in May\na,b\n1,2\n3,4\n")[0].columns) == ["a", "b"]


def test_names_behind_a_mark(tmp_path: Path) -> None:
    frame, reading = of(tmp_path, "#id,name\n1,x\n2,y\n")
    assert list(frame.columns) == ["id", "name"]
    assert used(reading).comment == "none"


def test_rows_that_begin_like_remarks_stay(tmp_path: Path) -> None:
    assert len(of(tmp_path, "#ff0000,1\n#00ff00,2\n#0000ff,3\n")[0]) == 3
    assert len(of(tmp_path, "#fun,1\n#sad,2\nhello,3\n")[0]) == 3
    assert len(of(tmp_path, "tag,n\n#fun,1\n#sad,2\n")[0]) == 2


def test_a_person_names_the_mark_of_remarks(tmp_path: Path) -> None:
    content = "tag,n\n!fun,1\n#sad,2\nok,3\n"
    assert of(tmp_path, content, comment="!")[0]["tag"].tolist() == ["#sad", "ok"]
    assert of(tmp_path, content, comment="#")[0]["tag"].tolist() == ["!fun", "ok"]
    assert len(of(tmp_path, "# one, two, three\n" + content, comment="none")[1].rejects) == 1


def test_names_in_two_lines(tmp_path: Path) -> None:
    frame, reading = of(tmp_path, "town,2010,,2011,\n,min,max,min,max\nbern,1,2,3,4\nbonn,2,3,4,5\n")
    assert list(frame.columns) == ["town", "2010: min", "2010: max", "2011: min", "2011: max"]
    assert used(reading).header == "two"
    assert "first two lines hold the names" in words(reading)


def test_units_below_the_names(tmp_path: Path) -> None:
    frame, _ = of(tmp_path, "place,speed,gust\n,m/s,m/s\nbern,2,3\nbonn,5,6\n")
    assert list(frame.columns) == ["place", "speed m/s", "gust m/s"]
    assert frame["gust m/s"].tolist() == [3.0, 6.0]


@pytest.mark.parametrize(
    "content",
    [
        "a,b,c\nx,y,z\nx,y,w\nq,t,w\n",
        "a,b,c\nx,NA,?\nx,1,2\ny,3,4\n",
        "a,b,c\nx,none,2\ny,3,4\nz,5,6\n",
        "a,,c\nx,y,z\np,q,r\n",
    ],
)
def test_a_first_row_of_data_is_no_second_line_of_names(tmp_path: Path, content: str) -> None:
    assert used(of(tmp_path, content)[1]).header == "yes"


def test_a_person_says_how_many_lines_hold_names(tmp_path: Path) -> None:
    content = "a,b,b\nx,y,z\np,q,r\n"
    assert list(of(tmp_path, content, header="two")[0].columns) == ["a x", "b y", "b z"]
    assert len(of(tmp_path, content, header="no")[0]) == 3


def test_rejected_lines_are_counted_shown_and_kept(tmp_path: Path) -> None:
    long = "9," * 200 + '"a,\nb",9'
    frame, reading = of(tmp_path, "a,b,c\n1,2,3\n1,2\n4,5,6\n" + "7,8,9\n" * 20 + long + "\n")
    assert len(frame) == 22
    assert reading.rejected == 2
    assert [(line.line, line.cells, line.text[:3]) for line in reading.rejects] == [(3, 2, "1,2"), (25, 202, "9,9")]
    assert all(len(line.text) <= 200 for line in reading.rejects)
    with open(tmp_path / "kept" / "rejected.csv", encoding="utf-8", newline="") as file:
        kept = list(csv.DictReader(file))
    assert [(row["line"], row["text"]) for row in kept] == [("3", "1,2"), ("25", long)]
    of(tmp_path, "a,b,c\n1,2,3\n")
    assert not (tmp_path / "kept" / "rejected.csv").exists(), "an earlier reading's lines are not left lying"


def test_line_numbers_count_what_names_the_delimiter(tmp_path: Path) -> None:
    _, reading = of(tmp_path, "sep=;\r\na;b\r\n1;2\r\n3\r\n4;5\r\n6;7\r\n")
    assert [line.line for line in reading.rejects] == [4]


@pytest.mark.parametrize("wrong", [{"header": "perhaps"}, {"decimal": "dot"}, {"dates": "year"}])
def test_an_answer_written_by_hand_that_means_nothing(tmp_path: Path, wrong: dict[str, str]) -> None:
    with pytest.raises(UserError, match=rf"framing\.{next(iter(wrong))}: found .*, accepted is one of auto, "):
        of(tmp_path, "a,b\n1,2\n", **wrong)


def test_a_mark_of_remarks_that_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="a header but no rows"):
        of(tmp_path, "xa,b\nx1,2\n", comment="x")
    assert len(of(tmp_path, "a,b\n1,2\n", comment="")[0]) == 1

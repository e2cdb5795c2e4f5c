"""A later file is read as the training file was: its names, its kinds, its order of day and month, its words."""

from pathlib import Path

import pandas as pd
import pytest

from engine.data.read import read
from engine.data.schema import Manner
from engine.errors import UserError
from engine.serving.table import read_like
from engine.steps import Plan
from engine.steps.data import Data, DataResult


def trained_on(tmp_path: Path, content: str, manner: Manner | None = None) -> tuple[Plan, tuple[str, ...]]:
    (tmp_path / "training.csv").write_text(content, encoding="utf-8")
    frame, reading = read(tmp_path / "training.csv", manner or Manner())
    return Plan(data=Data(result=DataResult(reading=reading))), tuple(frame.columns)


def later(tmp_path: Path, plan: Plan, names: tuple[str, ...], content: str) -> pd.DataFrame:
    (tmp_path / "later.csv").write_text(content, encoding="utf-8")
    return read_like(plan, tmp_path / "later.csv", names)[0]


def test_the_order_of_day_and_month_is_that_of_the_training_file(tmp_path: Path) -> None:
    plan, names = trained_on(tmp_path, "when,k\n01/31/2020,1\n02/01/2020,2\n")
    assert later(tmp_path, plan, names, "when,k\n03/04/2020,1\n")["when"][0] == pd.Timestamp(2020, 3, 4)


def test_words_and_kinds_that_a_person_named_hold(tmp_path: Path) -> None:
    said = Manner(missing=("tbd",), kinds={"doors": "numeric"})
    plan, names = trained_on(tmp_path, "doors,colour\n2,red\n5more,tbd\n3,blue\n", said)
    frame = later(tmp_path, plan, names, "doors,colour\n4more,TBD\n")
    assert frame["doors"].tolist() == [4.0]
    assert frame["colour"].tolist() == [None]


def test_a_word_behind_a_number_is_missing_where_nobody_asked_for_its_number(tmp_path: Path) -> None:
    plan, names = trained_on(tmp_path, "a,b\n1,2\n3,4\n")
    assert later(tmp_path, plan, names, "a,b\n5more,1\n")["a"].isna().tolist() == [True]


@pytest.mark.parametrize("head", ["town,2020,\n,min,max\n", "town,2020: min,2020: max\n"])
def test_names_in_two_lines_or_joined_in_one(tmp_path: Path, head: str) -> None:
    plan, names = trained_on(tmp_path, "town,2020,\n,min,max\nbern,1,2\nbonn,3,4\n")
    assert names == ("town", "2020: min", "2020: max")
    frame = later(tmp_path, plan, names, head + "bern,5,6\n")
    assert frame[["2020: min", "2020: max"]].to_numpy().tolist() == [[5.0, 6.0]]


@pytest.mark.parametrize("head", ["", "column_1,column_2\n"])
def test_a_file_without_names_or_with_those_that_were_given(tmp_path: Path, head: str) -> None:
    plan, names = trained_on(tmp_path, "1.5,2\n3,4\n")
    assert len(later(tmp_path, plan, names, head + "7,8\n9,1\n")) == 2


def test_a_line_that_would_lose_its_place_is_refused(tmp_path: Path) -> None:
    plan, names = trained_on(tmp_path, "a,b\n1,2\n3,4\n")
    with pytest.raises(UserError, match=r"line 3 \(and 1 more\) left out, .* so that every row gets its answer"):
        later(tmp_path, plan, names, "a,b\n1,2\n1\n5,6\n1,2,3\n7,8\n7,8\n")

"""Cells that a person wrote: what is converted, what is asked, and what a person may say instead."""

import csv
import io
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from engine.data.read import read
from engine.data.schema import Manner, Reading


def column(tmp_path: Path, cells: list[str], **manner: Any) -> tuple[list[Any], Reading]:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([["v", "k"], *([cell, place] for place, cell in enumerate(cells))])
    (tmp_path / "data.csv").write_text(text.getvalue(), encoding="utf-8")
    frame, reading = read(tmp_path / "data.csv", Manner(**manner))
    return frame["v"].tolist(), reading


def said(reading: Reading) -> str:
    return " / ".join(reading.assumptions)


@pytest.mark.parametrize(
    ("cells", "numbers"),
    [
        (["1,234", "12,345", "7"], [1234, 12345, 7]),
        (["1,23,456", "12,345"], [123456, 12345]),
        (["1 234", "12 345 678", "7"], [1234, 12345678, 7]),
        (["$40", "$1,200.50", "0"], [40, 1200.5, 0]),
        (["40 EUR", "1.200,50 EUR"], [40, 1200.5]),
        (["-$5", "$-6", "£7"], None),
        (["-$5", "$-6", "$7"], [-5, -6, 7]),
        (["₩1,000", "₩2,500"], [1000, 2500]),
        (["$(1,200)", "$300"], [-1200, 300]),
        (["(12)", "30.5"], [-12, 30.5]),
        (["12%", "7.5 %", "0"], [12, 7.5, 0]),
        (["10:30", "23:15"], [10.5, 23.25]),
        (["1:30 PM", "12:00 am"], [13.5, 0]),
        (["18.00.00", "09.30.36"], [18, 9.51]),
        (["#DIV/0!", "1.5", "2"], [np.nan, 1.5, 2]),
        (["1600000000000000", "1600000000000001"], [1600000000000000, 1600000000000001]),
    ],
)
def test_numbers_as_text(tmp_path: Path, cells: list[str], numbers: list[float] | None) -> None:
    values, reading = column(tmp_path, cells)
    if numbers is None:
        assert values == cells
    else:
        assert reading.columns[0].kind == "numeric"
        np.testing.assert_allclose(values, numbers)


@pytest.mark.parametrize(
    "cells",
    [
        ["9007199254740993", "9007199254740995", "1"],
        ["-12345678901234567890", "-12345678901234567891"],
        ["007", "042", "123"],
    ],
)
def test_digits_that_a_float_would_spoil_stay_codes(tmp_path: Path, cells: list[str]) -> None:
    assert column(tmp_path, cells)[0] == cells


@pytest.mark.parametrize(
    ("cells", "point", "reason"),
    [
        (["2", "3", "4", "5more"], "kinds", "its numbers have 'more' around them"),
        (["10 kg", "12 kg", "9.5 kg"], "kinds", "'kg'"),
        (["<5", "10", "7", ">100"], "kinds", "'<' or '>'"),
        (["12%", "0.5", "3"], "kinds", "some numbers are percent and some are not"),
        (["€ 40", "$ 50", "€ 3"], "kinds", "more than one currency ($, €)"),
        ([*map(str, range(40)), "x", "y", "z", "q"], "kinds", "nearly all of its values are numbers, but not 'x'"),
        (["2020-01-31", "31/01/2020", "Feb 3, 2020"], "kinds", "its dates are not all of one form"),
        (["01/02/2020", "03/04/2020"], "dates", "month first would do as well"),
        (["1,012", "1,034", "1,020"], "decimal", "they could be decimal"),
    ],
)
def test_what_can_be_read_in_two_ways_is_asked(tmp_path: Path, cells: list[str], point: str, reason: str) -> None:
    _, reading = column(tmp_path, cells)
    assert list(reading.doubts) == [point]
    assert reading.doubts[point].startswith("v: ")
    assert reason in reading.doubts[point]


@pytest.mark.parametrize(
    "cells",
    [["12A", "3B", "4C", "9D"], ["18-29", "30-44", "45-60"], ["yes", "no", "yes"], ["a1", "b2", "c3"], ["1", "2", "3"]],
)
def test_what_is_plain_is_not_asked(tmp_path: Path, cells: list[str]) -> None:
    assert column(tmp_path, cells)[1].doubts == {}


@pytest.mark.parametrize(
    ("manner", "cells", "values"),
    [
        ({"kinds": {"v": "numeric"}}, ["2", "3", "5more", "many"], [2, 3, 5, np.nan]),
        ({"kinds": {"v": "numeric"}}, ["10 kg", "<3"], [10, 3]),
        ({"kinds": {"v": "numeric"}}, ["12%", "50"], [12, 50]),
        ({"kinds": {"v": "categorical"}}, ["7", "8"], ["7", "8"]),
        ({"kinds": {"v": "boolean"}}, ["ja", "nein", "?"], ["true", "false", None]),
        ({"kinds": {"v": "date"}}, ["1580515200", "1580601600"], ["2020-02-01", "2020-02-02"]),
        ({"kinds": {"v": "date"}}, ["1580515200000", "x"], ["2020-02-01", None]),
        ({"kinds": {"v": "date"}}, ["43861", "43862"], ["2020-01-31", "2020-02-01"]),
        (
            {"kinds": {"v": "date"}},
            ["2020-01-31", "13/01/2020", "Feb 3, 2020"],
            ["2020-01-31", "2020-01-13", "2020-02-03"],
        ),
        ({"dates": "month"}, ["01/02/2020", "03/04/2020"], ["2020-01-02", "2020-03-04"]),
        ({"dates": "day"}, ["01/02/2020", "03/04/2020"], ["2020-02-01", "2020-04-03"]),
        ({"decimal": "comma"}, ["1,012", "1,034"], [1.012, 1.034]),
        ({"decimal": "point"}, ["1,012", "1.5"], [1012, 1.5]),
        ({"missing": ("Unknown", "-999")}, ["unknown", "-999", "5"], [np.nan, np.nan, 5]),
        ({"missing": ("tbd",)}, ["TBD", "red", "blue"], [None, "red", "blue"]),
    ],
)
def test_what_a_person_says_holds(tmp_path: Path, manner: Any, cells: list[str], values: list[Any]) -> None:
    found, reading = column(tmp_path, cells, **manner)
    if reading.columns[0].kind == "date":
        assert found[: len(values)] == [pd.Timestamp(value) if value else pd.NaT for value in values] or pd.isna(
            found[-1]
        )
        assert [pd.Timestamp(value) for value in values if value] == [value for value in found if not pd.isna(value)]
    elif reading.columns[0].kind == "numeric":
        np.testing.assert_allclose(found, values)
    else:
        assert found == values
    assert reading.doubts == {}
    for name, kind in manner.get("kinds", {}).items():
        assert (reading.columns[0].name, reading.columns[0].kind) == (name, kind)


def test_one_answer_in_several_spellings(tmp_path: Path) -> None:
    assert column(tmp_path, ["yes", "no", "Yes", "N", "y"])[0] == ["true", "false", "true", "false", "true"]
    assert column(tmp_path, ["TRUE", "false", "1", ""])[0] == ["true", "false", "true", None]
    assert column(tmp_path, ["Yes", "No", "Yes"])[0] == ["Yes", "No", "Yes"], "two words are the names of two classes"
    assert column(tmp_path, ["yes", "no", "maybe", "Yes"])[0] == ["yes", "no", "maybe", "Yes"]


@pytest.mark.parametrize(
    ("cells", "first"),
    [
        (["20200131", "20200201", "20200315"], "2020-01-31"),
        (["20200131T101500", "20200201T101500", "20200315T101500"], "2020-01-31 10:15"),
        (["2020/12/31 10:15", "2020/1/3 9:05"], "2020-12-31 10:15"),
        (["3 Mar 2004 10:15", "4 Mar 2004 23:15"], "2004-03-03 10:15"),
        (["Monday, 1st February 2021", "Tuesday, 2nd February 2021"], "2021-02-01"),
        (["Sept. 3, 2004", "Oct. 4, 2004"], "2004-09-03"),
        (["2020年2月1日", "2020年12月31日"], "2020-02-01"),
        (["2020년 2월 1일", "2020년 12월 31일"], "2020-02-01"),
        (["2020Q2", "2020Q4"], "2020-04-01"),
        (["Q4 2021", "Q1 2022"], "2021-10-01"),
        (["2020-W05", "2020-W06"], "2020-01-27"),
        (["January 2020", "May 2020"], "2020-01-01"),
        (["02/2020", "12/2020"], "2020-02-01"),
        (["10/Oct/2000:13:55:36 -0700", "11/Oct/2000:13:55:36 -0700"], "2000-10-10 20:55:36"),
        (["Thu Jan 01 00:00:00 +0000 2015", "Fri Jan 02 00:00:00 +0000 2015"], "2015-01-01"),
    ],
)
def test_dates_in_odd_forms(tmp_path: Path, cells: list[str], first: str) -> None:
    values, reading = column(tmp_path, cells)
    assert reading.columns[0].kind == "date"
    assert values[0] == pd.Timestamp(first)


def test_whole_numbers_that_are_no_dates_of_the_calendar_stay_numbers(tmp_path: Path) -> None:
    assert column(tmp_path, ["20201331", "20200201", "20200315"])[1].columns[0].kind == "numeric"
    assert column(tmp_path, ["20200131", "20200201"])[1].columns[0].kind == "numeric", "two may be chance"


def test_columns_with_a_name_and_nothing_else_are_told(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a,b,c\n1,,2\n3,,4\n")
    assert "1 column with a name and no values: b" in said(read(tmp_path / "data.csv")[1])


def test_names_that_come_again_are_left_out(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a,b\n1,2\na,b\n3,4\n")
    frame, reading = read(tmp_path / "data.csv")
    assert frame.to_dict("list") == {"a": [1.0, 3.0], "b": [2.0, 4.0]}
    assert "1 further line of names left out" in said(reading)


def test_a_kind_that_a_person_names_holds_for_declared_columns_too(tmp_path: Path) -> None:
    pd.DataFrame({"doors": ["2", "5more", None], "ward": [6, 12, 6]}).to_parquet(tmp_path / "a.parquet")
    kinds: Any = {"doors": "numeric", "ward": "categorical"}
    frame, _ = read(tmp_path / "a.parquet", Manner(kinds=kinds))
    np.testing.assert_array_equal(frame["doors"], [2.0, 5.0, np.nan])
    assert frame["ward"].tolist() == ["6", "12", "6"]

"""What the reader assumes, rule by rule, and the one sentence for each file that is no table."""

import io
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from engine.data.names import resolve_column
from engine.data.read import read
from engine.data.schema import Manner, Reading
from engine.errors import UserError


def table(tmp_path: Path, content: str | bytes, name: str = "data.csv", **options: Any) -> tuple[pd.DataFrame, Reading]:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read(path, **options)


def words(reading: Reading) -> str:
    return " / ".join(reading.assumptions)


def zipped() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "the file is empty"),
        (b" \n\n  \n", "nothing in the file but blanks"),
        (zipped(), "Excel workbook"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "a PNG image"),
        (bytes(range(256)) * 20, "a binary file"),
        (b"name\nanna\nbert\n", "only one column"),
        (b"a,b,c\n", "a header but no rows"),
        (b"a,b,c\n,,\n,,\n", "a header but no rows"),
        (b"\xff\xfea\x00,\x00b\x00\n\x00\x00\xd8\n\x00", "save it again as UTF-8"),
        (b"PAR1 but not really", "damaged Parquet"),
    ],
)
def test_one_sentence_for_what_is_no_table(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(UserError, match=sentence) as told:
        table(tmp_path, content)
    assert str(told.value).startswith(str(tmp_path / "data.csv"))
    assert "\n" not in str(told.value)


def test_a_missing_file_and_a_folder(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"gone\.csv: no such file"):
        read(tmp_path / "gone.csv")
    with pytest.raises(UserError, match="no table in it"):
        read(tmp_path)


def test_one_column_and_no_rows_in_parquet(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1, 2]}), tmp_path / "one.parquet")
    pq.write_table(pa.table({"a": pa.array([], pa.int64()), "b": pa.array([], pa.int64())}), tmp_path / "none.parquet")
    with pytest.raises(UserError, match="only one column"):
        read(tmp_path / "one.parquet")
    with pytest.raises(UserError, match="columns but no rows"):
        read(tmp_path / "none.parquet")


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(tmp_path: Path, delimiter: str) -> None:
    rows = [["name", "height", "note"], ["anna", "1.7", "x"], ["bert", "1.8", "y"], ["carl", "1.9", "z"]]
    frame, _ = table(tmp_path, "\n".join(delimiter.join(row) for row in rows), "data.txt")
    assert frame["height"].tolist() == [1.7, 1.8, 1.9]


def test_runs_of_blanks_divide_cells_too(tmp_path: Path) -> None:
    frame, _ = table(
        tmp_path, '18.0   8  "chevelle malibu"\n15.0  10\t"skylark 320"\n 9.5   8  "satellite"\n', "a.data"
    )
    assert frame["column_1"].tolist() == [18.0, 15.0, 9.5]
    assert frame["column_3"].tolist() == ["chevelle malibu", "skylark 320", "satellite"]


def test_a_blank_before_a_quotation_mark(tmp_path: Path) -> None:
    frame, _ = table(tmp_path, 'a, b, c\n1, "x, y", 2\n3, "z", 4\n')
    assert frame["b"].tolist() == ["x, y", "z"]


def test_the_line_that_excel_writes_to_name_the_delimiter(tmp_path: Path) -> None:
    frame, _ = table(tmp_path, "sep=;\r\na;b\r\n1;2\r\n3;4\r\n")
    assert frame.to_dict("list") == {"a": [1.0, 3.0], "b": [2.0, 4.0]}


def test_old_line_ends(tmp_path: Path) -> None:
    frame, _ = table(tmp_path, "a,b\r1,2\r3,4\r")
    assert frame["b"].tolist() == [2.0, 4.0]


def test_commas_in_semicolon_files(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, "a;b;c;d\n1.234,5;1.234;0,5;1.234\n2;12.500;1,25;1.5\n")
    assert frame["a"].tolist() == [1234.5, 2.0]
    assert frame["b"].tolist() == [1234.0, 12500.0]
    assert frame["c"].tolist() == [0.5, 1.25]
    assert frame["d"].tolist() == [1.234, 1.5]
    assert "decimal comma" in words(reading)


def test_thousands_with_commas(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, 'a,b\n"1,234",x\n"12,345,678.5",y\n7,z\n')
    assert frame["a"].tolist() == [1234.0, 12345678.5, 7.0]
    assert "a: commas between thousands were left out" in words(reading)


def test_percent_and_money(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, 'a,b\n12%,"$1,200.50"\n7.5%,$30\n')
    assert frame["a"].tolist() == [12.0, 7.5]
    assert frame["b"].tolist() == [1200.5, 30.0]
    assert "percent" in words(reading)


def test_lists_of_numbers_are_not_numbers(tmp_path: Path) -> None:
    frame, _ = table(tmp_path, "tags;y\n1,2;0\n1,2,3;1\n4,5;0\n")
    assert frame["tags"].tolist() == ["1,2", "1,2,3", "4,5"]


def test_digits_that_are_codes(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, "zip,card,n\n02139,12345678901234567890,1\n94103,12345678901234567891,2\n")
    assert frame["zip"].tolist() == ["02139", "94103"]
    assert frame["card"].nunique() == 2
    assert "zip: leading zeros" in words(reading)


@pytest.mark.parametrize("word", ["", "NA", "n/a", "?", "null", "None", "NaN", "-", "--", "#N/A", "."])
def test_words_for_missing_among_numbers(tmp_path: Path, word: str) -> None:
    frame, reading = table(tmp_path, f"a,b\n1.5,x\n{word},y\n3,z\n")
    assert frame["a"].dtype == "float64"
    assert np.isnan(frame["a"][1])
    assert not word or f"{word!r} was read as missing in a (1 row)" in words(reading)


def test_words_that_are_answers_stay(tmp_path: Path) -> None:
    rows = [("None", "NA", "+"), ("Gravel", "EU", "-"), ("Paved", "AS", "+"), ("None", "AF", "-"), ("Paved", "?", "+")]
    frame, _ = table(tmp_path, "alley,region,class\n" + "".join(",".join(row) + "\n" for row in rows))
    assert frame["alley"].tolist() == ["None", "Gravel", "Paved", "None", "Paved"]
    assert frame["region"].tolist() == ["NA", "EU", "AS", "AF", None]
    assert frame["class"].tolist() == ["+", "-", "+", "-", "+"]


def test_words_for_missing_in_free_text(tmp_path: Path) -> None:
    cells = [f"person {number}" for number in range(100)] + ["None", ".", "N/A"]
    frame, _ = table(tmp_path, "name,n\n" + "".join(f"{cell},{place}\n" for place, cell in enumerate(cells)))
    assert frame["name"].tolist()[100:] == [None, ".", None]


def test_a_stray_word_among_many_numbers(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, "a,b\n" + "".join(f"{n}.5,x\n" for n in range(20)) + "unknown,x\n")
    assert frame["a"].isna().sum() == 1
    assert "'unknown' was read as missing in a (1 row)" in words(reading)


def test_true_and_false_in_any_case(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, "a,b\nTrue,1\nFALSE,2\n,3\n")
    assert frame["a"].tolist() == ["true", "false", None]
    assert reading.columns[0].kind == "boolean"


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["2020-02-01", "2020-12-31"], ["2020-02-01", "2020-12-31"]),
        (["2020-02-01 10:30", "2020-12-31 23:59"], ["2020-02-01 10:30", "2020-12-31 23:59"]),
        (["2020-02-01T10:30:00Z", "2020-02-01T10:30:00+02:00"], ["2020-02-01 10:30", "2020-02-01 08:30"]),
        (["2020/2/1", "2020/12/31"], ["2020-02-01", "2020-12-31"]),
        (["13/02/2020", "01/03/2020"], ["2020-02-13", "2020-03-01"]),
        (["02/13/2020", "03/01/2020"], ["2020-02-13", "2020-03-01"]),
        (["1.2.2020", "31.12.2020"], ["2020-02-01", "2020-12-31"]),
        (["2/13/20 1:30 PM", "3/1/20 12:00 AM"], ["2020-02-13 13:30", "2020-03-01"]),
        (["01-Feb-2020", "31-Dec-2020"], ["2020-02-01", "2020-12-31"]),
        (["Feb 1, 2020", "Dec 31, 2020"], ["2020-02-01", "2020-12-31"]),
        (["2020-02", "2020-12"], ["2020-02-01", "2020-12-01"]),
    ],
)
def test_dates(tmp_path: Path, cells: list[str], expected: list[str]) -> None:
    frame, reading = table(tmp_path, "when,b\n" + "".join(f'"{cell}",{n}\n' for n, cell in enumerate(cells)))
    assert reading.columns[0].kind == "date"
    assert frame["when"].dtype == "datetime64[ns]"
    assert frame["when"].tolist() == [pd.Timestamp(text) for text in expected]


def test_what_only_looks_like_dates(tmp_path: Path) -> None:
    _, reading = table(tmp_path, "version,both\n1.2.3,13/01/2020\n1.10.2,01/13/2020\n")
    assert [column.kind for column in reading.columns] == ["categorical"] * 2


def test_a_doubtful_order_of_day_and_month_is_said(tmp_path: Path) -> None:
    _, reading = table(tmp_path, "when,b\n01/02/2020,1\n03/04/2020,2\n")
    assert "month first would do as well" in words(reading)


def test_one_date_settles_the_order_of_day_and_month(tmp_path: Path) -> None:
    cells = [f"{n % 12 + 1:02}/{n // 12 % 12 + 1:02}/{2000 + n // 144}" for n in range(300)] + ["01/13/2020"]
    frame, _ = table(tmp_path, "when,b\n" + "".join(f"{cell},{place}\n" for place, cell in enumerate(cells)))
    assert frame["when"].iloc[[1, 300]].tolist() == [pd.Timestamp(2000, 2, 1), pd.Timestamp(2020, 1, 13)]


def test_dates_beyond_the_calendar_of_the_frame_are_missing(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, "when,b\n2020-01-01,1\n9999-12-31,2\n")
    assert frame["when"].isna().tolist() == [False, True]
    assert "outside the years" in words(reading)


def test_ragged_rows_are_kept_aside_with_their_lines(tmp_path: Path) -> None:
    content = 'a,b,c\n1,"two\nlines",3\n\n1,2\n4,5,6\n1,2,3,4\n7,8,9\n' + "1,2,3\n" * 10
    frame, reading = table(tmp_path, content)
    assert frame["c"].tolist() == [3.0, 6.0, 9.0, *[3.0] * 10]
    assert "1 wholly empty line left out" in words(reading)
    assert "2 rows left out, not having 3 cells: lines 5, 7" in words(reading)


def test_a_title_above_the_header_is_kept_aside(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, "Sales of 2020, by town, area, shop\n\na,b\n" + "1,2\n" * 30)
    assert list(frame.columns) == ["a", "b"]
    assert "line 1" in words(reading)


def test_quotation_marks_that_do_not_pair(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, 'size,n\n"5 inch,1\n6,2\n7,3\n8,4\n9,5\n')
    assert len(frame) == 5
    assert "do not pair up" in words(reading)


def test_a_header_one_name_short(tmp_path: Path) -> None:
    rows, _ = table(tmp_path, "height,weight\nanna,1.7,60\nbert,1.8,70\ncarl,1.9,80\n")
    assert list(rows.columns) == ["column_1", "height", "weight"]
    ends, _ = table(tmp_path, "name,height\nanna,1.7,\nbert,1.8,\ncarl,1.9,\n")
    assert list(ends.columns) == ["name", "height"]


def test_repeated_blank_and_reserved_names(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, "a,a,,a_2,__row__\n1,2,3,4,5\n")
    assert list(frame.columns) == ["a", "a_3", "column_3", "a_2", "__row___2"]
    assert "repeated names were numbered" in words(reading)


@pytest.mark.parametrize(
    ("content", "names"),
    [
        ("name,town\nanna,bern\nbert,bonn\n", ["name", "town"]),
        ("ham,go now\nspam,win win\nham,see you\nspam,call\n", ["column_1", "column_2"]),
        ("country,2010,2011,2012\nch,1,5,9\nde,2,7,3\n", ["country", "2010", "2011", "2012"]),
        ("0,1,2\n0.5,0.1,7\n0.2,0.9,4\n", ["0", "1", "2"]),
        ("5.1,3.5,setosa\n4.9,3.0,setosa\n6.3,3.3,virginica\n", ["column_1", "column_2", "column_3"]),
        ("id,when\n7,2020-01-01\n8,2020-01-02\n", ["id", "when"]),
    ],
)
def test_header_or_not(tmp_path: Path, content: str, names: list[str]) -> None:
    assert list(table(tmp_path, content)[0].columns) == names


def test_the_user_decides_about_the_header(tmp_path: Path) -> None:
    content = "1,2\n3,4\n5,6\n"
    assert list(table(tmp_path, content, manner=Manner(header="yes"))[0].columns) == ["1", "2"]
    assert len(table(tmp_path, "a,b\n3,4\n", manner=Manner(header="no"))[0]) == 2


def test_a_later_file_takes_the_kinds_of_an_earlier_one(tmp_path: Path) -> None:
    kinds: dict[str, Any] = {"code": "categorical", "age": "numeric", "born": "date"}
    frame, reading = table(tmp_path, "code,age,born\n7,old,2020-01-01\n8,12,soon\n", like=kinds)
    assert frame["code"].tolist() == ["7", "8"]
    assert frame["age"].isna().tolist() == [True, False]
    assert frame["born"].isna().tolist() == [False, True]
    assert "'old' was read as missing in age" in words(reading)


def test_a_cell_of_a_million_characters(tmp_path: Path) -> None:
    frame, reading = table(tmp_path, "a,b\n1," + "x" * 1_000_000 + "\n2,y\n3," + "z" * 30_000_000 + "\n")
    assert frame["b"].str.len().tolist() == [1_000_000, 1, 30_000_000]
    assert reading.preview is not None
    assert all(len(cell) <= 200 for row in reading.preview.rows for cell in row)
    assert all(len(text) <= 200 for column in reading.columns for text in column.examples)


def test_five_thousand_columns(tmp_path: Path) -> None:
    lines = [",".join(f"x{place}" for place in range(5000))]
    lines += [",".join(str(row * place % 7 / 2) for place in range(5000)) for row in range(20)]
    frame, reading = table(tmp_path, "\n".join(lines))
    assert frame.shape == (20, 5000)
    assert {str(kind) for kind in frame.dtypes} == {"float64"}
    assert len(reading.columns) == 5000


def test_parquet_types(tmp_path: Path) -> None:
    columns = {
        "flag": pa.array([True, None, False]),
        "big": pa.array([2**60, 2**60 + 1, None]),
        "day": pa.array([18000, None, 2932896], pa.date32()),
        "code": pa.array(["007", " ", None]),
        "many": pa.array([[1], [2], [3]]),
        "level": pa.array(["a", "b", "a"]).dictionary_encode(),
    }
    pq.write_table(pa.table(columns), tmp_path / "named.csv")
    frame, reading = read(tmp_path / "named.csv")
    assert frame["flag"].tolist() == ["true", None, "false"]
    assert frame["big"].tolist() == [str(2**60), str(2**60 + 1), None]
    assert frame["day"].notna().tolist() == [True, False, False]
    assert frame["code"].tolist() == ["007", None, None]
    assert frame["level"].tolist() == ["a", "b", "a"]
    assert "many" not in frame
    assert "many" in words(reading)


def test_columns_by_name_and_place() -> None:
    names = ["pclass", "survived", "Home Town"]
    assert resolve_column("survived", names) == "survived"
    assert resolve_column(" SURVIVED ", names) == "survived"
    assert resolve_column("home  town", names) == "Home Town"
    assert resolve_column("#3", names) == resolve_column("3", names) == resolve_column("last", names) == "Home Town"
    assert resolve_column("-2", names) == "survived"
    assert resolve_column("2", ["1", "2", "x"]) == "2"
    with pytest.raises(UserError, match="'survivd' is not a column; the nearest is 'survived'"):
        resolve_column("survivd", names)
    with pytest.raises(UserError, match="there are 3 columns"):
        resolve_column("#4", names)

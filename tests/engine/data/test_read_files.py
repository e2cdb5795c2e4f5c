"""Real files, each with its own kind of mess, read as their notes say."""

from pathlib import Path

import pandas as pd
import pytest

from engine.data.read import read
from engine.data.schema import Column, Reading


def column(reading: Reading, name: str) -> Column:
    return next(found for found in reading.columns if found.name == name)


def said(reading: Reading, *words: str) -> bool:
    return any(all(word in sentence for word in words) for sentence in reading.assumptions)


@pytest.mark.parametrize(
    ("path", "rows", "columns"),
    [
        ("california_housing/housing.csv", 20640, 10),
        ("airline_passengers/airline-passengers.csv", 144, 2),
        ("chicago_taxi_parquet/taxi.parquet", 10000, 8),
    ],
)
def test_rows_and_columns(shared_data: Path, path: str, rows: int, columns: int) -> None:
    frame, reading = read(shared_data / path)
    assert frame.shape == (rows, columns)
    assert reading.rows == rows
    assert [found.name for found in reading.columns] == list(frame.columns)
    assert list(frame.index) == list(range(rows))
    assert all(str(kind) in ("float64", "object", "datetime64[ns]") for kind in frame.dtypes)
    assert reading.preview is not None
    assert len(reading.preview.rows) == 5
    assert all(len(row) == columns for row in reading.preview.rows)


@pytest.mark.parametrize(
    ("path", "columns"),
    [
        ("adult_census/adult-train.csv", 15),
        ("wine_quality_white/winequality-white.csv", 12),
        ("pima_diabetes/pima-indians-diabetes.csv", 9),
    ],
)
def test_files_without_a_header(shared_data: Path, path: str, columns: int) -> None:
    frame, reading = read(shared_data / path)
    assert list(frame.columns) == [f"column_{place}" for place in range(1, columns + 1)]
    assert said(reading, "holds no names", f"column_{columns}")


def test_adult_blanks_and_question_marks(shared_data: Path) -> None:
    frame, reading = read(shared_data / "adult_census" / "adult-train.csv")
    assert frame["column_15"].value_counts().to_dict() == {"<=50K": 24720, ">50K": 7841}
    assert column(reading, "column_2").missing == 1836
    assert said(reading, "'?'", "column_2 (1,836 rows)", "column_7 (1,843 rows)", "column_14 (583 rows)")
    assert said(reading, "blanks around values")


def test_titanic_types(shared_data: Path) -> None:
    frame, reading = read(shared_data / "titanic3" / "titanic3.csv")
    kinds = {found.name: found.kind for found in reading.columns}
    assert kinds["age"] == kinds["fare"] == kinds["survived"] == "numeric"
    assert kinds["sex"] == kinds["embarked"] == kinds["boat"] == "categorical"
    assert kinds["name"] == "text"
    assert frame["survived"].sum() == 500
    assert frame["boat"].notna().sum() == 486
    assert frame["age"].isna().sum() == 263
    assert said(reading, "1 wholly empty line left out")


def test_telco_blanks_among_numbers(shared_data: Path) -> None:
    frame, reading = read(shared_data / "telco_churn" / "Telco-Customer-Churn.csv")
    assert frame["TotalCharges"].dtype == "float64"
    assert frame["TotalCharges"].isna().sum() == 11
    assert frame.loc[1, "TotalCharges"] == 1889.5
    assert said(reading, "11 cells", "TotalCharges")


def test_energy_decimal_comma(shared_data: Path) -> None:
    frame, reading = read(shared_data / "energy_efficiency_enb2012" / "ENB2012_data.csv")
    assert frame.loc[0].tolist() == [0.98, 514.5, 294.0, 110.25, 7.0, 2.0, 0.0, 0.0, 15.55, 21.33]
    assert said(reading, "528 wholly empty lines")
    assert said(reading, "decimal comma")
    assert said(reading, "semicolon")
    assert frame.columns[0] == "X1"


def test_air_quality(shared_data: Path) -> None:
    frame, reading = read(shared_data / "messy_air_quality" / "AirQualityUCI.csv")
    assert frame.loc[0, "Date"] == pd.Timestamp(2004, 3, 10)
    assert frame.loc[0, "AH"] == 0.7578
    assert (frame["CO(GT)"] == -200).sum() == 1683
    assert said(reading, "114 wholly empty lines")
    assert said(reading, "2 columns without name and values")


def test_castles_quoted_newlines(shared_data: Path) -> None:
    frame, _ = read(shared_data / "messy_castles" / "castle-solutions.csv")
    why = frame.iloc[:, 10]
    assert why[0] == "because, I am number one!"
    assert "\n\nOne way to do that" in why[1]
    assert frame["Castle 10"].dtype == "float64"


def test_star_wars_encoding_and_two_lines_of_names(shared_data: Path) -> None:
    frame, reading = read(shared_data / "messy_star_wars" / "StarWars.csv")
    assert said(reading, "cp1252")
    assert said(reading, "first two lines hold the names")
    assert len(set(frame.columns)) == 38
    names = list(frame.columns)
    assert names[0] == "RespondentID"
    assert names[1] == "Have you seen any of the 6 films in the Star Wars franchise?"
    assert names[4].endswith("select all that apply.: Star Wars: Episode II Attack of the Clones")
    assert names[33] == "Gender"
    assert frame[names[9]].value_counts().to_dict() == {4.0: 237, 6.0: 168, 3.0: 130, 1.0: 129, 5.0: 100, 2.0: 71}
    assert frame["Gender"].isna().sum() == 140


def test_montreal(shared_data: Path) -> None:
    frame, reading = read(shared_data / "messy_montreal_bikes" / "bikes.csv")
    assert "Côte-Sainte-Catherine" in frame.columns
    assert frame["Date"].iloc[[0, 12]].tolist() == [pd.Timestamp(2012, 1, 1), pd.Timestamp(2012, 1, 13)]
    assert column(reading, "Brébeuf (données non disponibles)").kind == "empty"
    assert said(reading, "9 cells", "10")


def test_parquet_and_csv_of_the_same_table_agree(shared_data: Path, tmp_path: Path) -> None:
    frame, _ = read(shared_data / "chicago_taxi_parquet" / "taxi.parquet")
    assert frame["tip"].value_counts().idxmax() == "yes"
    frame.to_csv(tmp_path / "taxi.csv", index=False)
    again, _ = read(tmp_path / "taxi.csv")
    pd.testing.assert_frame_equal(frame, again)


def test_digest_is_that_of_the_bytes(shared_data: Path, tmp_path: Path) -> None:
    content = (shared_data / "titanic3" / "titanic3.csv").read_bytes()
    (tmp_path / "copy.csv").write_bytes(content)
    (tmp_path / "other.csv").write_bytes(content.replace(b"male,29", b"male,30", 1))
    digests = [read(path)[1].digest for path in (shared_data / "titanic3" / "titanic3.csv", tmp_path / "copy.csv")]
    assert digests[0] == digests[1]
    assert read(tmp_path / "other.csv")[1].digest != digests[0]

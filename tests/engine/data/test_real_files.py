"""Every messy or odd text file beside the project: shape, kinds and missing cells, counted again by the csv module."""

import csv
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest

from engine.data.read import read
from engine.data.schema import Manner


@dataclass(frozen=True)
class Odd:
    """A file, how it has to be found to be read, how many columns there are of which kind, and lines left out."""

    path: str
    manner: Manner
    shape: tuple[int, int]
    kinds: dict[str, int]
    missing: int
    words: tuple[str, ...] = ()
    rejected: int = 0


def found(header: str, encoding: str = "utf-8", delimiter: str = "comma", **more: str) -> Manner:
    settled = {"decimal": "point", "dates": "auto", "comment": "none"} | more
    return Manner(header=header, encoding=encoding, delimiter=delimiter, **settled)  # type: ignore[arg-type]


FILES = (
    Odd("titanic3/titanic3.csv", found("yes"), (1309, 14), {"numeric": 7, "categorical": 4, "text": 3}, 3855),
    Odd(
        "telco_churn/Telco-Customer-Churn.csv",
        found("yes"),
        (7043, 21),
        {"numeric": 4, "categorical": 16, "text": 1},
        11,
    ),
    Odd("adult_census/adult-train.csv", found("no"), (32561, 15), {"numeric": 6, "categorical": 9}, 4262, ("?",)),
    Odd("wine_quality_white/winequality-white.csv", found("no"), (4898, 12), {"numeric": 12}, 0),
    Odd("pima_diabetes/pima-indians-diabetes.csv", found("no"), (768, 9), {"numeric": 9}, 0),
    Odd(
        "penguins_raw/penguins_raw.csv",
        found("yes"),
        (344, 18),
        {"numeric": 8, "categorical": 8, "text": 1, "date": 1},
        336,
    ),
    Odd(
        "energy_efficiency_enb2012/ENB2012_data.csv",
        found("yes", delimiter="semicolon", decimal="comma"),
        (768, 10),
        {"numeric": 10},
        0,
    ),
    Odd(
        "messy_air_quality/AirQualityUCI.csv",
        found("yes", delimiter="semicolon", decimal="comma", dates="day"),
        (9357, 15),
        {"date": 1, "numeric": 14},
        0,
    ),
    Odd("messy_castles/castle-solutions.csv", found("yes"), (1349, 11), {"numeric": 10, "text": 1}, 86, ("?", "na")),
    Odd(
        "messy_star_wars/StarWars.csv",
        found("two", "cp1252"),
        (1186, 38),
        {"numeric": 7, "categorical": 31},
        13454,
    ),
    Odd(
        "messy_montreal_bikes/bikes.csv",
        found("yes", "cp1252", "semicolon", dates="day"),
        (310, 10),
        {"date": 1, "numeric": 7, "empty": 2},
        620,
    ),
    Odd(
        "messy_wide_nutrition/raw_anonymized_data.csv",
        found("yes"),
        (54, 1093),
        {"numeric": 1067, "categorical": 26},
        0,
    ),
    Odd("sms_spam/sms_spam.csv", found("yes"), (5574, 2), {"categorical": 1, "text": 1}, 0),
    Odd("nsmc_korean/ratings_subset.txt", found("yes", delimiter="tab"), (5000, 3), {"numeric": 2, "text": 1}, 0),
    Odd("parkinsons_updrs/parkinsons_updrs.data", found("yes"), (5605, 22), {"numeric": 22}, 0, rejected=1),
    Odd(
        "bike_sharing_hourly/hour.csv",
        found("yes", dates="month"),
        (17379, 17),
        {"numeric": 16, "date": 1},
        0,
    ),
)


def counted_again(file: Path, odd: Odd) -> tuple[int, int]:
    """Rows of the right width that hold anything, and their empty cells, by another reader."""
    marks = {"comma": ",", "semicolon": ";", "tab": "\t"}
    quoting = csv.QUOTE_NONE if odd.manner.delimiter == "tab" else csv.QUOTE_MINIMAL
    encoding = "utf-8-sig" if odd.manner.encoding == "utf-8" else odd.manner.encoding
    with open(file, encoding=encoding, newline="") as text:
        lines = list(csv.reader(text, delimiter=marks[odd.manner.delimiter], quoting=quoting))
    rows = lines[{"no": 0, "yes": 1, "two": 2}[odd.manner.header] :]
    rows = [row for row in rows if any(cell.strip(" ,;") for cell in row) and len(row) >= odd.shape[1] - 1]
    cells = [row[place].strip() if place < len(row) else "" for row in rows for place in range(odd.shape[1])]
    return len(rows), sum(cell.casefold() in ("", *odd.words) for cell in cells)


@pytest.mark.parametrize("odd", FILES, ids=lambda odd: odd.path)
def test_an_odd_file_is_read_right(shared_data: Path, odd: Odd) -> None:
    frame, reading = read(shared_data / odd.path)
    assert reading.manner == odd.manner
    assert frame.shape == odd.shape
    assert Counter(column.kind for column in reading.columns) == odd.kinds
    assert reading.rejected == odd.rejected
    assert list(frame.index) == list(range(reading.rows))
    assert {str(kind) for kind in frame.dtypes} <= {"float64", "object", "datetime64[ns]"}
    assert reading.preview is not None
    assert [len(row) for row in reading.preview.rows] == [odd.shape[1]] * 5
    assert int(frame.isna().to_numpy().sum()) == sum(column.missing for column in reading.columns) == odd.missing
    assert (odd.shape[0], odd.missing) == counted_again(shared_data / odd.path, odd)
    assert reading.doubts == {}, "nothing in it needs a person's decision"


def test_what_was_found_reads_the_file_the_same_way_again(shared_data: Path) -> None:
    for odd in FILES:
        if odd.shape[0] < 2000:
            frame, reading = read(shared_data / odd.path, odd.manner)
            assert frame.equals(read(shared_data / odd.path)[0]), odd.path
            assert reading.manner == odd.manner


def test_the_cut_off_last_line_of_parkinsons_is_kept(shared_data: Path, tmp_path: Path) -> None:
    _, reading = read(shared_data / "parkinsons_updrs" / "parkinsons_updrs.data", rejected=tmp_path / "rejected.csv")
    assert [(line.line, line.cells) for line in reading.rejects] == [(5607, 5)]
    assert (tmp_path / "rejected.csv").read_text() == 'line,cells,text\n5607,5,"41,68,1,119.49,37.29"\n'

"""Files that are no plain text: packed, Arrow, JSON Lines, ARFF, and several files as one table."""

import gzip
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pytest

from engine.data.read import read
from engine.data.schema import Manner
from engine.errors import UserError


def by_kind(reading):
    return {column.name: column.kind for column in reading.columns}


def packed(path: Path, raw: bytes) -> Path:
    """The bytes as a gzip or zstd file, by the ending."""
    with pa.output_stream(str(path), compression="gzip" if path.suffix == ".gz" else "zstd") as stream:
        stream.write(raw)
    return path


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_packed_text_is_read_like_the_text(shared_data, tmp_path, ending):
    plain = shared_data / "titanic3" / "titanic3.csv"
    frame, reading = read(packed(tmp_path / f"titanic3.csv{ending}", plain.read_bytes()))
    expected, before = read(plain)
    pd.testing.assert_frame_equal(frame, expected)
    assert reading.columns == before.columns
    assert "unpacked from" in reading.assumptions[0]


@pytest.mark.parametrize("ending", [".gz", ".zst"])
def test_a_packed_file_that_is_cut_off_is_refused(shared_data, tmp_path, ending):
    path = packed(tmp_path / f"t.csv{ending}", (shared_data / "titanic3" / "titanic3.csv").read_bytes())
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(UserError, match="damaged"):
        read(path)


def test_gzip_of_several_members_and_of_other_forms(shared_data, tmp_path):
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n"))
    assert read(path)[0].values.tolist() == [[1, 2], [3, 4]]
    arff = shared_data / "multilabel_yeast" / "yeast.arff"
    assert read(packed(tmp_path / "yeast.arff.gz", arff.read_bytes()))[0].shape == (2417, 117)
    empty = tmp_path / "empty.csv.gz"
    empty.write_bytes(gzip.compress(b""))
    with pytest.raises(UserError, match="holds nothing"):
        read(empty)


def test_arrow_and_feather_give_what_parquet_gives(shared_data, tmp_path):
    source = shared_data / "chicago_taxi_parquet" / "taxi.parquet"
    expected, reading = read(source)
    assert expected.shape == (10000, 8)
    table = pq.read_table(source)
    feather.write_feather(table, tmp_path / "taxi.feather")
    with pa.ipc.new_stream(str(tmp_path / "taxi.arrows"), table.schema) as writer:
        writer.write_table(table)
    for name in ("taxi.feather", "taxi.arrows"):
        frame, same = read(tmp_path / name)
        pd.testing.assert_frame_equal(frame, expected)
        assert same.columns == reading.columns
    cut = tmp_path / "cut.feather"
    cut.write_bytes((tmp_path / "taxi.feather").read_bytes()[:5000])
    with pytest.raises(UserError, match="damaged Arrow"):
        read(cut)


def test_json_lines_keep_names_numbers_and_gaps_and_put_aside_what_is_no_object(tmp_path):
    rows = [
        {"id": 2**60 + place, "price": "$1,200" if place else None, "place": {"city": "Oslo"}, "ok": place % 2 == 0}
        for place in range(40)
    ]
    lines = [*map(json.dumps, rows), "{broken", '{"id": 7, "later": NaN, "tags": [1, 2]}', "[1]"]
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines))
    frame, reading = read(path, rejected=tmp_path / "rejected.csv")
    assert list(frame.columns) == ["id", "price", "place.city", "ok", "later"]
    assert len(frame) == 41
    assert frame["id"].iloc[3] == str(2**60 + 3)
    assert frame["price"].iloc[1] == 1200
    assert frame["price"].isna().sum() == 2
    assert frame["ok"].iloc[:2].tolist() == ["true", "false"]
    assert [line.line for line in reading.rejects] == [41, 43]
    assert reading.rejected == 2
    assert (tmp_path / "rejected.csv").read_text().splitlines()[1].startswith("41,")
    assert any("hold lists: tags" in note for note in reading.assumptions)


def test_json_written_by_pandas_gives_what_its_parquet_gives(shared_data, tmp_path):
    source = shared_data / "chicago_taxi_parquet" / "taxi.parquet"
    known = pd.read_parquet(source)
    known.to_json(tmp_path / "a.jsonl", orient="records", lines=True, double_precision=15)
    known.to_json(tmp_path / "b.json", orient="records", indent=1, double_precision=15)
    expected, reading = read(source)
    for name in ("a.jsonl", "b.json"):
        frame, same = read(tmp_path / name)
        assert by_kind(same) == by_kind(reading)
        for column in expected:
            assert (
                np.allclose(frame[column], expected[column], equal_nan=True)
                if expected[column].dtype == float
                else (frame[column].fillna("") == expected[column].fillna("")).all()
            )


def test_the_arff_of_yeast(shared_data):
    frame, reading = read(shared_data / "multilabel_yeast" / "yeast.arff")
    assert frame.shape == (2417, 117)
    kinds = by_kind(reading)
    assert [kinds[f"Att{place}"] for place in (1, 103)] == ["numeric", "numeric"]
    assert [kinds[f"Class{place}"] for place in (1, 14)] == ["categorical", "categorical"]
    assert frame.isna().sum().sum() == 0
    assert set(frame["Class1"]) == {"0", "1"}
    assert (frame["Class12"] == "1").sum() == 1816
    assert frame["Att1"].iloc[0] == pytest.approx(0.004168)


def test_arff_with_quotes_sparse_rows_missing_cells_and_bad_rows(tmp_path):
    path = tmp_path / "a.arff"
    path.write_text(
        "% made by hand\n@RELATION 'a b'\n@attribute 'the size' REAL\n@attribute colour {red, 'dark blue'}\n"
        "@attribute words string\n@data\n1.5,red,'it\\'s, here'\n?,'dark blue',\"a, b\"\n1,2\n"
        + "".join(f"{place},red,word{place}\n" for place in range(40))
        + "{0 7, 1 'dark blue'}\n"
    )
    frame, reading = read(path)
    assert list(frame.columns) == ["the size", "colour", "words"]
    assert len(frame) == 43
    assert frame["words"].iloc[:2].tolist() == ["it's, here", "a, b"]
    assert frame["the size"].isna().sum() == 1
    assert frame.iloc[-1].tolist() == [7.0, "dark blue", "0"]
    assert reading.rejects[0].line == 9
    assert by_kind(reading) == {"the size": "numeric", "colour": "categorical", "words": "text"}
    assert by_kind(read(path, Manner(kinds={"the size": "categorical"}))[1])["the size"] == "categorical"


def test_a_partitioned_folder_is_one_table_with_its_partitions(shared_data, tmp_path):
    known = pd.read_parquet(shared_data / "chicago_taxi_parquet" / "taxi.parquet")
    pq.write_to_dataset(pa.Table.from_pandas(known, preserve_index=False), tmp_path / "taxi", ["tip"])
    (tmp_path / "taxi" / "_SUCCESS").touch()
    frame, reading = read(tmp_path / "taxi")
    assert frame.shape == known.shape
    assert frame["tip"].value_counts().to_dict() == known["tip"].astype(str).value_counts().to_dict()
    assert any("names of folders: tip" in note for note in reading.assumptions)
    file = next((tmp_path / "taxi").rglob("*.parquet"))
    file.write_bytes(file.read_bytes() + b"")
    assert read(tmp_path / "taxi")[1].digest == reading.digest


def test_several_texts_are_read_alike_and_keep_their_rejected_lines(tmp_path):
    (tmp_path / "readme.txt").write_text("what this is")
    (tmp_path / "part-1.csv").write_text("a;b;c\n1,5;x;1\n2;y;2\n" * 5)
    (tmp_path / "part-2.csv").write_text("a;b\n3;z\n1;2;3;4\n4,5;w\n")
    frame, reading = read(tmp_path)
    assert len(frame) == 12
    assert frame["a"].iloc[-2:].tolist() == [3, 4.5]
    assert frame["c"].isna().sum() == 2
    assert reading.rejected == 1
    assert any("part-2.csv has no c" in note for note in reading.assumptions)
    assert len(read(tmp_path / "part-*.csv")[0]) == 12
    (tmp_path / "part-2.csv").write_text("a;b;c\nfew;z;2\nmany;w;2\n")
    mixed, said = read(tmp_path)
    assert set(mixed["a"]) == {"1.5", "2", "few", "many"}
    assert any("words in others" in note for note in said.assumptions)


def test_folders_that_are_no_one_table_are_refused(shared_data, tmp_path):
    (tmp_path / "a.csv").write_text("a,b\n1,2\n")
    (tmp_path / "b.csv").write_text("x,y\n1,2\n")
    with pytest.raises(UserError, match="has other columns than"):
        read(tmp_path)
    (tmp_path / "b.csv").rename(tmp_path / "b.tsv")
    with pytest.raises(UserError, match="several kinds"):
        read(tmp_path)
    (tmp_path / "none").mkdir()
    with pytest.raises(UserError, match="no table in it"):
        read(tmp_path / "none")

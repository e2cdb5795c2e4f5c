"""A folder of texts, a folder per class: what is read, in which encoding, and one sentence where it cannot be."""

import pytest

from engine.data.schema import Manner
from engine.errors import UserError
from engine.modalities import pick
from engine.paths import existing_data
from engine.text.folder import read

GOOD, BAD = "정말 좋은 영화", "너무 지루하다"


def folder(tmp_path, encoding="utf-8", times=4):
    for label, said in (("good", GOOD), ("bad", BAD)):
        (tmp_path / label).mkdir()
        for number in range(times):
            (tmp_path / label / f"{number}.txt").write_bytes(f"{said} {number}\r\nend".encode(encoding))
    (tmp_path / "README.txt").write_text("what this is")
    return tmp_path


def test_each_file_is_a_row_and_its_folder_the_label(tmp_path):
    path = folder(tmp_path)
    (path / "good" / "empty.txt").write_bytes(b" \n")
    assert pick(path).name == "text"
    frame, reading = read(path)
    assert list(frame.columns) == ["text", "label"]
    assert [column.kind for column in reading.columns] == ["text", "categorical"]
    assert frame["label"].tolist() == ["bad"] * 4 + ["good"] * 5
    assert frame["text"].iloc[0] == f"{BAD} 0\nend"
    assert frame["text"].iloc[-1] is None
    assert "1 file without any text" in reading.assumptions[1]
    (path / "good" / "0.txt").write_text("changed")
    assert read(path)[1].digest != reading.digest


def test_folders_above_the_classes_are_a_column(tmp_path):
    for part in ("train", "test"):
        (tmp_path / part).mkdir()
        folder(tmp_path / part)
        (tmp_path / part / "README.txt").unlink()
    frame, _ = read(tmp_path)
    assert frame["folder"].value_counts().to_dict() == {"test": 8, "train": 8}
    assert set(frame["label"]) == {"good", "bad"}


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp949", "utf-16"])
def test_one_encoding_of_all_files_is_told_or_found(tmp_path, encoding):
    path = folder(tmp_path, encoding, times=12)
    frame, reading = read(path, Manner(encoding="auto" if encoding != "utf-16" else encoding))
    assert frame["text"].iloc[0] == f"{BAD} 0\nend"
    assert any("cp949" in note or "euc_kr" in note for note in reading.assumptions) == (encoding == "cp949")


def test_a_file_that_is_no_such_text_is_named_in_one_sentence(tmp_path):
    path = folder(tmp_path)
    (path / "bad" / "2.txt").write_bytes("나쁘다".encode("cp949"))
    with pytest.raises(UserError, match=r"bad/2\.txt: not text in UTF-8, which the other files are in; save it again"):
        read(path)
    with pytest.raises(UserError, match="not text in ascii, which framing"):
        read(path, Manner(encoding="ascii"))
    with pytest.raises(UserError, match="is no encoding that is known"):
        read(path, Manner(encoding="utf-88"))
    (path / "bad" / "2.txt").write_bytes(b"a\0b")
    with pytest.raises(UserError, match="a binary file, not a text"):
        read(path)


def test_parts_of_tables_are_no_texts(tmp_path):
    for year in ("2023", "2024"):
        (tmp_path / f"year={year}").mkdir()
        for number in range(4):
            (tmp_path / f"year={year}" / f"{number}.txt").write_text("a,b\n1,2\n")
    assert pick(tmp_path).name == "tabular"
    mixed = tmp_path / "mixed"
    mixed.mkdir()
    path = folder(mixed)
    (path / "good" / "table.csv").write_text("a,b\n1,2\n")
    assert pick(path).name == "tabular"


def test_a_project_takes_such_a_folder_as_its_data_and_no_other(tmp_path):
    path = folder(tmp_path)
    assert existing_data(str(path)) == str(path)
    (path / "good" / "table.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UserError, match="is a folder"):
        existing_data(str(path))

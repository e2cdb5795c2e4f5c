"""A text of any usual encoding is read as what its letters say, and as what a person says where that is another."""

from pathlib import Path

import pandas as pd
import pytest

from engine.data.read import read
from engine.data.schema import Manner, Reading
from engine.errors import UserError

CHINESE = ["这部电影真的很好看", "演员的表演太差了，完全浪费时间", "画面很美，音乐也不错", "剧情无聊，看到一半就睡着了"]
TAIWANESE = [
    "這部電影真的很好看",
    "演員的表演太差了，完全浪費時間",
    "畫面很美，音樂也不錯",
    "劇情無聊，看到一半就睡著了",
]
JAPANESE = [
    "この映画はとても面白かったです",
    "俳優の演技がひどくて残念でした",
    "カメラワークがすばらしい",
    "もう一度見たい",
]
PLACES = ["東京都新宿区", "大阪府大阪市", "北海道札幌市", "福岡県福岡市"]
RUSSIAN = ["Москва", "Новосибирск", "Екатеринбург", "Нижний Новгород", "Казань", "Челябинск", "Самара", "Ростов"]
WESTERN = ["Zoë", "José", "Größe", "Besançon", "Ångström", "ÉÈÊ"]


def of(tmp_path: Path, content: bytes, **manner: str) -> tuple[pd.DataFrame, Reading]:
    (tmp_path / "data.csv").write_bytes(content)
    return read(tmp_path / "data.csv", Manner(**manner))  # type: ignore[arg-type]


def rows(words: list[str], times: int = 1) -> str:
    return "word,count\n" + "".join(f"{word},{place}\n" for place, word in enumerate(words * times))


@pytest.mark.parametrize(
    ("words", "encoding", "found"),
    [
        *((WESTERN, encoding, encoding) for encoding in ("utf-8", "cp1252", "utf-16-le", "utf-16-be", "utf-16")),
        (WESTERN, "utf-8-sig", "utf-8"),
        (WESTERN, "latin-1", "cp1252"),
        (RUSSIAN * 10, "cp1251", "cp1251"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "gb2312", "gb18030"),
        (CHINESE, "utf-16-le", "utf-16-le"),
        (TAIWANESE, "big5", "big5"),
        (JAPANESE, "cp932", "cp932"),
        (JAPANESE, "euc_jp", "euc_jp"),
        (PLACES, "cp932", "cp932"),
    ],
)
def test_encodings(tmp_path: Path, words: list[str], encoding: str, found: str) -> None:
    frame, reading = of(tmp_path, rows(words).encode(encoding))
    assert frame["word"].tolist() == words
    assert reading.manner is not None
    assert reading.manner.encoding == found
    assert (found == "utf-8") or f"read as {found} text" in reading.assumptions[0]


@pytest.mark.parametrize("encoding", ["cp949", "euc-kr", "utf-8", "utf-8-sig", "utf-16", "utf-16-be"])
def test_real_korean_texts(shared_data: Path, tmp_path: Path, encoding: str) -> None:
    lines = (shared_data / "nsmc_korean" / "ratings_subset.txt").read_text(encoding="utf-8").splitlines()
    kept = [line for line in lines if line.encode(encoding, errors="ignore").decode(encoding) == line]
    assert len(kept) > 0.95 * len(lines)
    (tmp_path / "korean.txt").write_bytes("\n".join(kept).encode(encoding))
    frame, _ = read(tmp_path / "korean.txt")
    assert frame["document"].tolist() == [line.split("\t")[1].strip() or None for line in kept[1:]]


def test_a_byte_that_western_windows_does_not_have_means_latin(tmp_path: Path) -> None:
    frame, reading = of(tmp_path, rows(["café menu list", "\x81x plain words"]).encode("latin-1"))
    assert frame["word"][0] == "café menu list"
    assert reading.manner is not None and reading.manner.encoding == "latin-1"


def test_a_person_names_another_encoding(tmp_path: Path) -> None:
    polish = rows(["Łódź", "Kraków", "Gdańsk"]).encode("cp1250")
    assert of(tmp_path, polish)[0]["word"].tolist() != ["Łódź", "Kraków", "Gdańsk"]
    frame, reading = of(tmp_path, polish, encoding="cp1250")
    assert frame["word"].tolist() == ["Łódź", "Kraków", "Gdańsk"]
    assert "read as cp1250 text, as framing.encoding says" in reading.assumptions


def test_an_encoding_that_the_bytes_are_not_in(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"is not utf-8 text, as framing.encoding says \(line 2, byte 13\)"):
        of(tmp_path, rows(["Zoë"]).encode("cp1252"), encoding="utf-8")
    with pytest.raises(UserError, match=r"framing\.encoding: 'klingon' is no encoding"):
        of(tmp_path, rows(["a"]).encode(), encoding="klingon")
    with pytest.raises(UserError, match=r"framing\.encoding: 'rot13' is no encoding"):
        of(tmp_path, rows(["a"]).encode(), encoding="rot13")


def test_a_few_broken_characters_leave_the_rest_as_it_is(tmp_path: Path) -> None:
    content = "town,n\n" + "Zürich,1\nMünchen,2\n" * 20
    frame, reading = of(tmp_path, content.encode() + b"Z\xfcrich,3\n")
    assert frame["town"].iloc[0] == "Zürich"
    assert "1 characters are not valid UTF-8 (the first in line 42)" in reading.assumptions[0]


def test_a_guess_from_few_letters_says_so(tmp_path: Path) -> None:
    _, reading = of(tmp_path, "날짜,n\n1,2\n3,4\n".encode("euc-kr"))
    assert "read as euc_kr text, as it is not UTF-8, though few letters tell: check them" in reading.assumptions

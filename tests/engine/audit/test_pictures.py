"""What is wrong with pictures: other sizes, nothing on them, blurred, sent twice; real ones raise none."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from auditing import look, made
from PIL import Image, ImageFilter

from engine.data.read import as_said
from engine.data.schema import Manner
from engine.detector import AuditData
from engine.training.decoded import keep_in
from engine.work.sealing import by_content

DETECTORS = ("near_duplicate_pictures", "picture_sizes", "picture_light")


def audit(files: list[Path]) -> AuditData:
    found = made(
        {"photo": [str(file) for file in files], "sign": [file.parent.name for file in files]}, "sign", "multiclass"
    )
    columns = as_said(tuple(found.columns.values()), Manner(kinds={"photo": "image"}))
    return replace(found, columns={column.name: column for column in columns}, names=())


@pytest.fixture
def signs(tmp_path: Path, shared_data: Path) -> list[Path]:
    """Forty real photos, copied, so that they can be changed."""
    keep_in(tmp_path / "cache")
    files = []
    for sign in "0123":
        (tmp_path / sign).mkdir()
        for file in sorted((shared_data / "sign_language_digits" / sign).iterdir())[:10]:
            files.append(tmp_path / sign / file.name)
            files[-1].write_bytes(file.read_bytes())
    return files


def changed(file: Path, name: str, change) -> Path:
    with Image.open(file) as image:
        change(image).save(file.with_name(name), quality=85)
    return file.with_name(name)


def test_real_pictures_raise_no_question(signs: list[Path], shared_data: Path) -> None:
    clothes = sorted((shared_data / "fashion_mnist_png").glob("*/*_0?.png"))[:100]
    for files in (signs, clothes):
        for name in DETECTORS:
            assert not look(name, audit(files)), name


def test_the_same_picture_in_another_size_and_quality_is_found(signs: list[Path]) -> None:
    again = changed(signs[4], "again.JPG", lambda image: image.resize((80, 80)))
    finding = look("near_duplicate_pictures", audit([*signs, again]))[("photo",)]
    assert (finding.severity, finding.rows, finding.rows_out) == ("ask", 1, True)
    other = changed(signs[0], "other.png", lambda image: image.rotate(2))
    (signs[20].parent / "other.png").write_bytes(other.read_bytes())
    data = audit([*signs, other, signs[20].parent / "other.png"])
    finding = look("near_duplicate_pictures", data)[("photo",)]
    assert (finding.rows, finding.row_ids) == (1, (41,))
    assert "1 of them resemble one of another class" in finding.evidence


def test_nearly_equal_pictures_are_one_row_to_whoever_divides_them(signs: list[Path]) -> None:
    again = changed(signs[3], "again.webp", lambda image: image.convert("L"))
    named = by_content(pd.Series([*map(str, signs[:6]), str(again), None], name="photo"))
    assert named[6] == named[3] and named[:6].nunique() == 6 and named[7] is None
    moved = signs[3].rename(signs[3].with_name("elsewhere.JPG"))
    assert by_content(pd.Series([str(moved)], name="photo"))[0] == named[3]


def test_pictures_of_which_nothing_is_seen_are_left_out_and_dark_and_blurred_ones_told(signs: list[Path]) -> None:
    blank = changed(signs[0], "blank.png", lambda image: Image.new("L", image.size, 90))
    dark = changed(signs[1], "dark.png", lambda image: image.point(lambda level: level // 14))
    blurred = changed(signs[2], "blurred.png", lambda image: image.filter(ImageFilter.GaussianBlur(9)))
    found = look("picture_light", audit([*signs, blank, dark, blurred]))
    told = {finding.detector: finding for finding in found.values()}
    assert "1 are nearly black" in told["picture_light"].evidence
    data = audit([*signs, blank])
    (finding,) = look("picture_light", data).values()
    assert (finding.detector, finding.severity, finding.row_ids, finding.rows_out) == (
        "blank_pictures",
        "ask",
        (40,),
        True,
    )
    data = audit([*signs, blurred])
    (finding,) = look("picture_light", data).values()
    assert "1 are blurred" in finding.evidence and finding.row_ids == (40,)


def test_sizes_that_tell_a_class_and_deeper_pictures_are_told(signs: list[Path]) -> None:
    for file in signs[:10]:
        changed(file, file.name, lambda image: image.resize((160, 120)))
    deep = signs[0].with_name("deep.png")
    Image.fromarray(np.arange(30 * 300, dtype=np.uint16).reshape(30, 300) * 7).save(deep)
    finding = look("picture_sizes", audit([*signs, deep]))[("photo",)]
    assert finding.severity == "note" and finding.row_ids == (40,)
    for words in ("have proportions more than 2 times off", "1 have more than 8 bits", "alone tell a class with AUC"):
        assert words in finding.evidence

"""Folders and tables of pictures: rows, labels, hints of what belongs together, files that are left out."""

from collections import Counter
from pathlib import Path

import pytest
from drawn import KINDS, folder

from engine.data.hints import parts, runs
from engine.data.read import read as read_table
from engine.data.schema import Manner
from engine.errors import UserError
from engine.image.folder import read
from engine.modalities import pick


def test_a_folder_for_each_class_is_a_row_for_each_picture(tmp_path: Path) -> None:
    top = folder(tmp_path / "p", 4)
    (top / "SOURCE.md").write_text("where they come from")
    (top / "bar" / "b000.png").rename(top / "bar" / "B000.PNG")
    (top / "disc" / "cut.png").write_bytes((top / "disc" / "d000.png").read_bytes()[:60])
    assert pick(top).name == "images" == pick(top / "bar" / "B000.PNG").name
    frame, reading = read(top, rejected=tmp_path / "rejected.csv")
    assert list(frame.columns) == ["image", "label"]
    assert frame["label"].tolist() == [kind for kind in KINDS for _ in range(4)]
    assert [column.kind for column in reading.columns] == ["image", "categorical"]
    assert all(Path(cell).is_absolute() and Path(cell).is_file() for cell in frame["image"])
    assert reading.rejected == 1 and "cut.png: damaged or cut off" in reading.rejects[0].text
    assert "cut.png" in (tmp_path / "rejected.csv").read_text()
    assert not reading.hints
    (top / "bar" / "B000.PNG").write_bytes((top / "bar" / "b001.png").read_bytes())
    assert read(top)[1].digest != reading.digest


def test_pictures_without_folders_and_a_single_one_are_rows_without_a_label(tmp_path: Path) -> None:
    top = folder(tmp_path / "p", 2, "{kind}{number}.png")
    assert list(read(top)[0].columns) == ["image"] and len(read(top)[0]) == 6
    assert len(read(top / "bar0.png")[0]) == 1
    for file in top.iterdir():
        file.write_bytes(b"broken")
    with pytest.raises(UserError, match=r"bar0\.png: not a picture"):
        read(top)


def test_real_signs_are_runs_of_one_person_and_real_clothes_are_none(shared_data: Path) -> None:
    signs = sorted((shared_data / "sign_language_digits").glob("*/*.JPG"))
    found = runs([file.stem for file in signs], [file.parent.name for file in signs])
    assert found is not None
    sizes = Counter(found)
    assert len(sizes) > 100 and max(sizes.values()) == 10
    together = {file.stem: run for file, run in zip(signs, found, strict=True)}
    assert len({together[f"IMG_{number}"] for number in range(1118, 1128)}) == 1
    assert together["IMG_1127"] != together["IMG_1138"]
    clothes = sorted((shared_data / "fashion_mnist_png").glob("*/*.png"))
    labels = [file.parent.name for file in clothes]
    assert runs([file.stem for file in clothes], labels) is None
    assert parts([file.stem for file in clothes], labels) == {}


def test_parts_of_names_that_come_again_in_several_classes_are_hints(tmp_path: Path) -> None:
    top = folder(tmp_path, 12)
    for number, file in enumerate(sorted(top.rglob("*.png"))):
        file.rename(file.with_name(f"{('ann', 'bob', 'eve')[number % 3]}_{number:02d}.png"))
    frame, reading = read(top)
    assert set(frame["name 1"]) == {"ann", "bob", "eve"} and list(reading.hints) == ["name 1"]
    assert parts(["ann-1", "ann-2", "ann-3"] * 3) == {}
    assert list(parts(["0_ann_1", "1_bob_1", "2_eve_1"] * 3)) == ["name 2"]


def test_a_column_of_paths_is_a_column_of_pictures(tmp_path: Path) -> None:
    folder(tmp_path / "p", 3)
    names = [file.relative_to(tmp_path).as_posix() for file in sorted((tmp_path / "p").rglob("*.png"))]
    lines = [f"{name},{number},{'ab'[number % 2]}" for number, name in enumerate([*names, "p/gone.png"])]
    (tmp_path / "t.csv").write_text("\n".join(["photo,size,kind", *lines]))
    frame, reading = read_table(tmp_path / "t.csv")
    assert [column.kind for column in reading.columns] == ["image", "numeric", "categorical"]
    assert frame["photo"].iloc[0] == str(tmp_path / names[0]) and frame["photo"].iloc[-1] is None
    assert any("1 file was read as missing in photo: " in note and "gone.png" in note for note in reading.assumptions)
    said, _ = read_table(tmp_path / "t.csv", Manner(kinds={"photo": "text"}))
    assert said["photo"].iloc[0] == names[0]
    (tmp_path / "u.csv").write_text("\n".join(["photo,kind", "x.png,a", "y.png,b", "z.png,a"]))
    assert read_table(tmp_path / "u.csv")[1].columns[0].kind != "image"

"""Folders of pictures and masks: which are paired, what is left out and named, and what masks hold."""

import csv
import shutil
from pathlib import Path

import numpy as np
import pytest
from painted import VOID, folder, painted
from PIL import Image

from engine.errors import UserError
from engine.image.mask import mask_values, nearest, values, working_size
from engine.image.pairs import read
from engine.modalities import pick
from engine.stats.void import VOID as UNKNOWN
from engine.training.kind import fit_target


def test_folders_side_by_side_are_paired_and_folders_of_classes_are_not(tmp_path: Path) -> None:
    folder(tmp_path / "own", 4)
    assert pick(tmp_path / "own").name == "masks"
    for name in ("cats", "dogs"):
        (tmp_path / "classes" / name).mkdir(parents=True)
        Image.fromarray(painted(1)[0]).save(tmp_path / "classes" / name / f"{name}.png")
    assert pick(tmp_path / "classes").name == "images"


def test_what_is_no_whole_pair_is_named_counted_and_left_out(tmp_path: Path) -> None:
    top = folder(tmp_path / "own", 8)
    (top / "images" / "p00.png").unlink()
    (top / "masks" / "p01_mask.png").unlink()
    whole = (top / "images" / "p02.png").read_bytes()
    (top / "images" / "p02.png").write_bytes(whole[: len(whole) // 2])
    (top / "masks" / "p03_mask.png").write_bytes(b"")
    Image.fromarray(painted(4)[1][:10]).save(top / "masks" / "p04_mask.png")
    frame, reading = read(top, rejected=tmp_path / "rejected.csv")
    assert [Path(path).name for path in frame["image"]] == ["p05.png", "p06.png", "p07.png"]
    assert [Path(path).name for path in frame["mask"]] == ["p05_mask.png", "p06_mask.png", "p07_mask.png"]
    assert {column.name: column.kind for column in reading.columns}["mask"] == "mask"
    assert reading.rejected == 5
    with (tmp_path / "rejected.csv").open() as file:
        texts = [line["text"] for line in csv.DictReader(file)]
    for name, why in (
        ("p00_mask.png", "a mask without a picture"),
        ("p01.png", "a picture without a mask"),
        ("p02.png", "damaged or cut off"),
        ("p03_mask.png", "empty"),
        ("p04_mask.png", "24 x 10 points, but its picture has 24 x 20"),
    ):
        assert sum(name in text and why in text for text in texts) == 1, (name, texts)
    for name in ("images", "masks"):
        shutil.rmtree(top / name)
    folder(top, 1)
    (top / "images" / "p00.png").write_bytes(b"")
    with pytest.raises(UserError, match="empty"):
        read(top)


def test_real_pictures_of_streets(shared_data: Path, tmp_path: Path) -> None:
    for part in ("train", "trainannot"):
        (tmp_path / part).mkdir()
        for file in sorted((shared_data / "camvid" / part).glob("*.png"))[:2]:
            shutil.copy(file, tmp_path / part)
    frame, reading = read(tmp_path)
    assert len(frame) == 2 and not reading.rejected
    held = mask_values(frame["mask"])
    assert set(held) <= {str(value) for value in range(12)} and sum(held.values()) == pytest.approx(1)
    assert values(frame["mask"][0]).shape == (360, 480) and working_size(360, 480) == (48, 64)
    code = fit_target("segmentation", {"mask": frame["mask"].to_numpy()}, void="11")
    y = code.encode({"mask": frame["mask"].to_numpy()})
    assert y.shape == (2, 48, 64) and y.dtype == np.uint8 and "11" not in code.classes
    assert (y[y != UNKNOWN] < len(code.classes)).all() and (y == UNKNOWN).any()


def test_masks_in_colours_and_ids_in_a_palette_are_classes_alike(tmp_path: Path) -> None:
    ids = np.array([[0, 1], [1, 1]], np.uint8).repeat(6, axis=0).repeat(6, axis=1)
    palette = Image.fromarray(ids, "P")
    palette.putpalette([9, 9, 9, 255, 0, 0])
    palette.save(tmp_path / "ids.png")
    palette.convert("RGB").save(tmp_path / "colours.png")
    assert mask_values([str(tmp_path / "ids.png")]) == pytest.approx({"1": 0.75, "0": 0.25})
    assert mask_values([str(tmp_path / "colours.png")]) == pytest.approx({"#ff0000": 0.75, "#090909": 0.25})
    assert nearest(np.arange(16).reshape(4, 4), (2, 2)).tolist() == [[5, 7], [13, 15]]


def test_a_value_that_no_mask_holds_is_no_void(tmp_path: Path) -> None:
    frame, _ = read(folder(tmp_path, 3))
    columns = {"mask": frame["mask"].to_numpy()}
    assert fit_target("segmentation", columns, void=str(VOID)).classes == ("0", "1", "2")
    with pytest.raises(UserError, match=r"framing.void: no mask of 'mask' holds '7', they hold 0, 1, 2, 9"):
        fit_target("segmentation", columns, void="7")

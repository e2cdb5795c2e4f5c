"""One picture as an array: kinds of files, depths, what shines through, the turn of a camera; and what is damaged."""

import io
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from engine.errors import UserError
from engine.image.decode import form_of, pixels, trouble
from engine.image.shape import measured, seen_of
from engine.training.decoded import Unreadable, decoded, keep_in
from engine.training.spec_picture import PictureShape

RAMP = np.tile(np.linspace(0, 255, 16).astype(np.uint8), (12, 1))


@pytest.fixture
def kept(tmp_path: Path):
    keep_in(tmp_path / "cache")
    yield tmp_path / "cache"
    keep_in(tmp_path / "elsewhere")


def shape(**own) -> PictureShape:
    return PictureShape(**{"height": 12, "width": 16, **own})


def saved(path: Path, values: np.ndarray | Image.Image, **options) -> str:
    (Image.fromarray(values) if isinstance(values, np.ndarray) else values).save(path, **options)
    return str(path)


@pytest.mark.parametrize(("ending", "off"), [("png", 0), ("jpg", 6), ("WEBP", 6), ("tiff", 0), ("bmp", 0)])
def test_files_of_every_kind_are_the_same_picture(tmp_path: Path, ending: str, off: int) -> None:
    found = pixels(saved(tmp_path / f"a.{ending}", RAMP), shape())
    assert found.shape == (12, 16, 1) and found.dtype == np.uint8
    assert np.abs(found[..., 0].astype(int) - RAMP).max() <= off


def test_sixteen_bits_are_kept_and_fit_into_eight(tmp_path: Path) -> None:
    deep = (RAMP.astype(np.uint16) << 8) + 7
    file = saved(tmp_path / "deep.png", deep)
    assert np.array_equal(pixels(file, shape(deep=True))[..., 0], deep)
    assert np.abs(pixels(file, shape())[..., 0].astype(int) - RAMP).max() <= 1
    assert measured([file]) == PictureShape(height=12, width=16, deep=True)


def test_what_shines_through_stands_on_white_and_palettes_have_colours(tmp_path: Path) -> None:
    through = np.zeros((12, 16, 4), np.uint8)
    through[:, 8:] = (204, 0, 0, 255)
    for name, image in (
        ("rgba", Image.fromarray(through)),
        ("palette", Image.fromarray(through).convert("RGB").convert("P")),
    ):
        found = pixels(saved(tmp_path / f"{name}.png", image), shape(channels=3))
        assert found[0, 15].tolist() == [204, 0, 0]
        assert found[0, 0].tolist() == ([255] * 3 if name == "rgba" else [0] * 3)
    assert measured([str(tmp_path / "rgba.png")]).channels == 3


@pytest.mark.parametrize("note", range(1, 9))
def test_a_photo_is_turned_upright_as_its_camera_noted(tmp_path: Path, note: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = note
    file = saved(tmp_path / "turned.png", RAMP + np.arange(12, dtype=np.uint8)[:, None], exif=exif)
    with Image.open(file) as image:
        wanted = np.asarray(ImageOps.exif_transpose(image))
    assert (measured([file]).height, measured([file]).width) == wanted.shape
    height, width = wanted.shape
    assert np.array_equal(pixels(file, PictureShape(height=height, width=width))[..., 0], wanted)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("ending", ["png", "jpeg", "webp", "tiff", "gif"])
def test_damaged_files_are_unreadable_or_read_and_nothing_else(ending: str) -> None:
    draw, sent, exif = np.random.default_rng(7), io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    options = {} if ending == "gif" else {"exif": exif}
    Image.fromarray(RAMP).convert("P" if ending == "gif" else "RGB").save(sent, ending, **options)
    ended = Counter()
    for _ in range(150):
        content = bytearray(sent.getvalue())
        content[draw.integers(len(content))] = draw.integers(256)
        content[draw.integers(min(len(content), 200))] = draw.integers(256)
        seen_of(bytes(content))
        try:
            pixels(bytes(content), shape(channels=3))
        except Unreadable:
            ended["unreadable"] += 1
        else:
            ended["read"] += 1
    assert min(ended["read"], ended["unreadable"]) > 0


def test_other_proportions_are_kept_inside_the_frame(tmp_path: Path) -> None:
    wide, tall = (
        saved(tmp_path / f"{n}.png", np.full(size, 90, np.uint8)) for n, size in (("w", (8, 32)), ("t", (32, 8)))
    )
    found = measured([wide, tall])
    assert not found.stretched
    bright = np.zeros((8, 32), np.uint8)
    bright[:, ::2] = 255
    framed = pixels(saved(tmp_path / "b.png", bright), shape(height=16, width=16, stretched=False))[..., 0]
    assert np.ptp(framed[:5]) == 0 and np.ptp(framed[-5:]) == 0 and np.ptp(framed[7]) >= 0


def test_a_grey_photo_that_says_it_has_colours_is_grey_and_large_ones_are_made_smaller(tmp_path: Path) -> None:
    grey = Image.fromarray(RAMP).convert("RGB").resize((640, 480))
    assert measured([saved(tmp_path / "g.png", grey)]) == PictureShape(height=36, width=48, channels=1)


def test_what_is_no_whole_picture_is_named_in_one_sentence(tmp_path: Path) -> None:
    whole = Path(saved(tmp_path / "whole.png", np.random.default_rng(1).integers(0, 255, (64, 64), np.uint8)))
    files = {
        "cut.png": (whole.read_bytes()[:900], "damaged or cut off"),
        "none.jpg": (b"", "the file is empty"),
        "text.png": (b"hello", "not a picture that can be read"),
    }
    for name, (content, said) in files.items():
        (tmp_path / name).write_bytes(content)
        assert trouble(str(tmp_path / name)).startswith(f"{tmp_path / name}: ") and said in trouble(
            str(tmp_path / name)
        )
    assert "no such file" in trouble(str(tmp_path / "gone.png"))
    assert trouble(str(whole)) == ""
    with pytest.raises(Unreadable, match="what was sent: not a picture"):
        pixels(b"hello", shape())


def test_decoded_files_are_kept_until_they_change(tmp_path: Path, kept: Path) -> None:
    file, form = tmp_path / "a.bmp", form_of(shape())
    cells = [saved(file, RAMP), None, str(file)]
    ((places, first),) = decoded(cells, form, "photo")
    assert places.tolist() == [0, 2] and first.shape == (2, 12, 16, 1)
    (part,) = kept.rglob("*.npy")
    np.save(part, np.full((1, 12, 16, 1), 9, np.uint8))
    ((_, again),) = decoded(cells, form, "photo")
    assert (again == 9).all()
    saved(tmp_path / "b.png", RAMP.T)
    file.write_bytes((tmp_path / "b.png").read_bytes())
    ((_, changed),) = decoded(cells, form, "photo")
    assert not (changed == 9).all()


def test_a_cell_that_cannot_be_decoded_is_named_by_row_and_column(tmp_path: Path) -> None:
    sent = io.BytesIO()
    Image.fromarray(RAMP).save(sent, "png")
    with pytest.raises(UserError, match=r"row 2, column 'photo': .*nothing\.png: no such file"):
        list(decoded([sent.getvalue(), str(tmp_path / "nothing.png")], form_of(shape()), "photo"))

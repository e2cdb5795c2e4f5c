"""One picture as an array: PNG, JPEG, WebP, TIFF and their like, 8 or 16 bits, turned upright as its camera says."""

from __future__ import annotations

import io
import os
import warnings
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from engine.training.decoded import Cell, Form, Unreadable
from engine.training.spec_picture import Picture, PictureShape

if TYPE_CHECKING:
    from PIL.Image import Image

DEEP = ("I;16", "I;16B", "I;16L", "I;16N", "I", "F")
"""Pillow's modes of more than 8 bits."""
WHITE = 255
LOOK = (64, 64)
"""Points that are enough to tell that a file is whole."""
ORIENTATION = 0x0112
TURNS = {2: 0, 3: 3, 4: 1, 5: 5, 6: 4, 7: 6, 8: 2}
"""By the numbers of EXIF (of CIPA DC-008), what Pillow's `transpose` has to do to put a picture upright."""
MOST_PIXELS = 200_000_000
"""A file that unpacks to more is refused before it is unpacked."""


def form_of(own: Picture | PictureShape) -> Form:
    """How cells become arrays (height, width, channels) of 8 or 16 bits."""
    return Form(
        settings=f"picture {own.stretched}",
        shape=(own.height, own.width, own.channels),
        dtype="uint16" if own.deep else "uint8",
        decode=lambda cell: pixels(cell, own),
    )


def pixels(cell: Cell, own: Picture | PictureShape) -> NDArray[Any]:
    """The picture at its size, stretched to it or fitted into it with its own mean around. Errors: Unreadable."""
    with opened(cell) as image:
        whole = _levels(upright(image, (own.width, own.height)), own.channels, own.deep)
    height, width = whole.shape[:2]
    share = min(own.height / height, own.width / width)
    size = (own.height, own.width) if own.stretched else (round(share * height), round(share * width))
    made = np.clip(np.rint(resized(whole, (max(1, size[0]), max(1, size[1])))), 0, 65535 if own.deep else 255)
    if made.shape[:2] != (own.height, own.width):
        around = np.broadcast_to(made.mean(axis=(0, 1)), (own.height, own.width, own.channels)).copy()
        top, left = (own.height - made.shape[0]) // 2, (own.width - made.shape[1]) // 2
        around[top : top + made.shape[0], left : left + made.shape[1]] = made
        made = around
    return made.astype(np.uint16 if own.deep else np.uint8)


def opened(cell: Cell) -> Image:
    """A picture whose header is read. Errors: Unreadable."""
    if isinstance(cell, bytes) and not cell:
        raise Unreadable("the picture is empty; send the bytes of its file")
    what = cell if isinstance(cell, str) else "what was sent"
    if isinstance(cell, str) and os.path.isfile(cell) and not os.path.getsize(cell):
        raise Unreadable(f"{what}: the file is empty; check that it was copied whole")
    pillow = _pillow()
    try:
        image: Image = pillow.open(io.BytesIO(cell) if isinstance(cell, bytes) else cell)
    except FileNotFoundError:
        raise Unreadable(f"{what}: no such file; check the path") from None
    except _unknown():
        raise Unreadable(f"{what}: not a picture that can be read; save it as PNG or JPEG") from None
    except pillow.DecompressionBombError:
        raise Unreadable(f"{what}: far too many pixels for a picture; make it smaller") from None
    except Exception as error:  # What Pillow's readers stumble over in a damaged file is of any kind.
        raise Unreadable(f"{what}: cannot be read ({_words(error)}); mend the file or take it out") from None
    if image.size[0] * image.size[1] > MOST_PIXELS:
        raise Unreadable(f"{what}: {image.size[0]} x {image.size[1]} pixels, far too many; make it smaller")
    return image


def upright(image: Image, size: tuple[int, int] | None = None) -> Image:
    """The whole picture, turned as its EXIF says; `size` (width, height) is the least that is needed of it.

    Errors: Unreadable where it is cut off or damaged.
    """
    what = getattr(image, "filename", "") or "what was sent"
    try:
        if size is not None and image.format == "JPEG":
            image.draft(None, (2 * size[0], 2 * size[1]))
        image.load()
    except Exception as error:  # As above.
        raise Unreadable(f"{what}: damaged or cut off ({_words(error)}); mend the file or take it out") from None
    turn = TURNS.get(turned(image))
    return image if turn is None else image.transpose(_pillow().Transpose(turn))


def turned(image: Image) -> int:
    """How the camera was held, as EXIF numbers it; 1, upright, where it does not say so legibly."""
    try:
        return int(image.getexif().get(ORIENTATION, 1))
    except Exception:  # A note that cannot be read is none.
        return 1


@cache
def _pillow() -> Any:
    """Pillow, whose warnings of odd files tell nobody anything."""
    from PIL import Image

    warnings.filterwarnings("ignore", module="PIL")
    return Image


def _unknown() -> type[Exception]:
    from PIL import UnidentifiedImageError

    return UnidentifiedImageError


def trouble(path: str) -> str:
    """What is wrong with a picture, in a sentence that names it; empty where all of it can be decoded."""
    try:
        with opened(path) as image:
            upright(image, LOOK)
    except Unreadable as error:
        return str(error)
    return ""


def is_deep(image: Image) -> bool:
    """Whether it has more than 8 bits."""
    return image.mode in DEEP


def is_grey(image: Image) -> bool:
    """Whether it says of itself that it has no colours."""
    return image.mode in ("1", "L", "LA", *DEEP)


def _levels(image: Image, channels: int, deep: bool) -> NDArray[np.float64]:
    """(height, width, channels), from 0 to 255, or to 65535 where `deep`; what shines through stands on white."""
    from PIL import Image

    if is_deep(image):
        values = np.asarray(image, dtype=np.float64)
        top = 1.0 if image.mode == "F" and values.max(initial=0) <= 1 else 65535.0
        own = np.clip(values / top, 0, 1)[..., None].repeat(channels, axis=2)
    else:
        if image.mode in ("P", "LA", "PA", "RGBA", "RGBa", "La") or "transparency" in image.info:
            image = image.convert("RGBA")
            under = Image.new("RGBA", image.size, (WHITE, WHITE, WHITE, WHITE))
            image = Image.alpha_composite(under, image)
        own = np.asarray(image.convert("L" if channels == 1 else "RGB"), dtype=np.float64) / 255
        own = own[..., None] if own.ndim == 2 else own
    return own * (65535 if deep else 255)


def resized(values: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.float64]:
    """Pictures (height, width, channels) at another size (height, width), by the area that each new pixel covers."""
    from PIL import Image

    if values.shape[:2] == size:
        return values
    planes = [
        np.asarray(
            Image.fromarray(np.ascontiguousarray(values[..., channel], dtype=np.float32)).resize(
                (size[1], size[0]), Image.Resampling.BILINEAR
            )
        )
        for channel in range(values.shape[2])
    ]
    return np.stack(planes, axis=2).astype(np.float64)


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__

"""The declarative preparation of pictures: the size and colours they are brought to; no arithmetic."""

from __future__ import annotations

from engine.training.parts import PartOfInput, laid_out
from engine.values import Count, Positive, Value


class PictureShape(Value, frozen=True):
    """What a column of pictures is brought to: size, 1 (grey) or 3 (colours) channels, 8 or 16 bits (`deep`).

    `stretched`: all have about the same proportions, so that none is framed to keep its own.
    """

    height: Count = 28
    width: Count = 28
    channels: Count = 1
    deep: bool = False
    stretched: bool = True


class Picture(Value, frozen=True, tag_field="encoder", tag="picture"):
    """A picture as (level - center) / scale of every pixel and channel, at the size of a `PictureShape`.

    The cells are paths of files, or what such files hold; without a picture all values are 0, the mean.
    """

    name: str
    height: Count
    width: Count
    channels: Count
    centers: tuple[float, ...]
    scales: tuple[Positive, ...]
    deep: bool = False
    stretched: bool = True

    @property
    def features(self) -> tuple[str, ...]:
        return ()

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return (laid_out("picture", (self.height, self.width, self.channels)),)

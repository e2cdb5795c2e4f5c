"""The declarative preparation of sounds: the rate, length and bands they are brought to; no arithmetic."""

from __future__ import annotations

from engine.training.parts import PartOfInput, laid_out
from engine.values import Count, Positive, Value

EVERY, LASTS = 0.016, 0.032
"""Seconds between windows, and that each lasts: about as long as a sound of speech stays the same."""


class SoundShape(Value, frozen=True):
    """What a column of sounds is brought to: samples per second, frames of so many windows `together`, and bands."""

    rate: Count = 8000
    frames: Count = 64
    together: Count = 1
    bands: Count = 32

    @property
    def hop(self) -> int:
        """Samples between windows."""
        return max(1, round(EVERY * self.rate))

    @property
    def window(self) -> int:
        """Samples of a window."""
        return max(2, round(LASTS * self.rate))

    @property
    def seconds(self) -> float:
        """What is looked at of a sound; the middle of a longer one."""
        return ((self.frames * self.together - 1) * self.hop + self.window) / self.rate


class Sound(SoundShape, frozen=True, kw_only=True, tag_field="encoder", tag="sound"):
    """A sound as (log10 of power - center) / scale of every frame and band, one center and scale a band.

    The cells are paths of files, or what such files hold; without a sound all values are 0, the mean.
    """

    name: str
    centers: tuple[float, ...]
    scales: tuple[Positive, ...]

    @property
    def features(self) -> tuple[str, ...]:
        return ()

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return (laid_out("spectrum", (self.frames, self.bands, 1)),)

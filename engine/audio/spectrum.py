"""Samples as the logarithm of power in bands of equal width to the ear, frame after frame; numpy only, shipped."""

from __future__ import annotations

from functools import lru_cache
from math import ceil

import numpy as np
from numpy.typing import NDArray

from engine.training.spec_sound import EVERY, Sound, SoundShape

Floats = NDArray[np.float64]

LOWEST = 20.0
"""Hertz at which the lowest band begins: below it nothing is heard."""
FLOOR = 1e-9
"""Power, of 1 for the loudest, below which all is silence."""


def log_mel(samples: Floats, own: Sound | SoundShape) -> Floats:
    """log10 of the power (frames, bands) of samples (n,), silence behind what is too short.

    Hann windows, power by Fourier transform over the square of the window's sum, triangles at equal distances on the
    mel scale (Davis and Mermelstein, 1980), the mean over `together` windows.
    """
    length, hop = own.window, own.hop
    windows = own.frames * own.together
    held = np.zeros((windows - 1) * hop + length)
    part = samples[: len(held)]
    held[: len(part)] = part
    cut = np.lib.stride_tricks.sliding_window_view(held, length)[::hop]
    power = powers(cut)
    bands = power @ filters(own.rate, length, own.bands)
    joined = bands.reshape(own.frames, own.together, own.bands).mean(axis=1)
    return np.asarray(np.log10(np.maximum(joined, FLOOR)))


def powers(cut: Floats) -> Floats:
    """Power (m, length // 2 + 1) of windows (m, length), 1 at most for samples in -1 to 1."""
    shape = np.hanning(cut.shape[1] + 1)[:-1]
    return np.asarray(np.abs(np.fft.rfft(cut * shape, axis=1)) ** 2 / shape.sum() ** 2)


@lru_cache(maxsize=16)
def filters(rate: int, length: int, bands: int) -> Floats:
    """Weights (length // 2 + 1, bands): triangles on the mel scale, each reaching to the middles of its neighbours."""
    edges = np.linspace(mel(np.array(LOWEST)), mel(np.array(rate / 2)), bands + 2)
    own = mel(np.arange(length // 2 + 1) * rate / length)[:, None]
    rising = (own - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - own) / (edges[2:] - edges[1:-1])
    return np.asarray(np.maximum(0.0, np.minimum(rising, falling)))


def mel(hertz: Floats) -> Floats:
    """Pitch as it is heard, 1000 at 1000 Hz (Stevens, Volkmann and Newman, 1937; formula of O'Shaughnessy, 1987)."""
    return np.asarray(2595.0 * np.log10(1.0 + hertz / 700.0))


def frames_of(seconds: float, most: int, stretch: int) -> tuple[int, int]:
    """How many frames such a sound has, a multiple of `stretch` and `most` at most, and how many windows each joins."""
    windows = max(1, ceil(seconds / EVERY))
    together = ceil(windows / most)
    return min(most, ceil(ceil(windows / together) / stretch) * stretch), together

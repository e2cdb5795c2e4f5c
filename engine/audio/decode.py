"""One sound as samples: WAV, FLAC, Ogg and their like, any rate, channels averaged; and what is wrong with a file."""

from __future__ import annotations

import io
import os
import re
from math import ceil, gcd
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.audio.spectrum import log_mel
from engine.training.decoded import Cell, Form, Unreadable
from engine.training.spec_sound import Sound, SoundShape

Samples = NDArray[np.float64]

LOOK = 1 << 16
"""Samples that are read at a time to tell that a file is whole."""
MOST_SECONDS = 3600
"""A longer sound is refused before it is unpacked."""
CUT = re.compile(r"^data : \d+ \(should be \d+\)", re.MULTILINE)
"""What the reader notes of a WAV file that ends before its own header says."""


class Heard(NamedTuple):
    """What the header of a sound says: samples per second, seconds, channels."""

    rate: int
    seconds: float
    channels: int


def form_of(own: Sound | SoundShape) -> Form:
    """How cells become log-mel spectra (frames, bands)."""
    return Form(
        settings=f"sound {own.rate} {own.together}",
        shape=(own.frames, own.bands),
        dtype="float32",
        decode=lambda cell: log_mel(at_rate(*samples(cell), own.rate, own.seconds), own).astype(np.float32),
    )


def samples(cell: Cell) -> tuple[Samples, int]:
    """The samples (n,) in -1 to 1, channels averaged, and how many a second has. Errors: Unreadable."""
    with opened(cell) as sound:
        try:
            read = sound.read(dtype="float64", always_2d=True)
        except (RuntimeError, ValueError) as error:
            raise Unreadable(f"{_name(cell)}: damaged or cut off ({_words(error)}); mend or take it out") from None
        rate = int(sound.samplerate)
    if not len(read):
        raise Unreadable(f"{_name(cell)}: holds no sound; check that it was copied whole")
    return np.nan_to_num(np.asarray(read.mean(axis=1))), rate


def at_rate(values: Samples, rate: int, wanted: int, seconds: float) -> Samples:
    """The middle `seconds` at another rate, by cutting or padding its Fourier series (as `scipy.signal.resample`)."""
    most = ceil(seconds * rate)
    begin = max(0, (len(values) - most) // 2)
    values = values[begin : begin + most]
    if rate == wanted:
        return values
    # Whole periods of both rates, so that the pitch stays exactly as it is.
    step = rate // gcd(rate, wanted)
    padded = np.pad(values, (0, -len(values) % step))
    count = len(padded) * wanted // rate
    return resampled(padded, count)[: max(1, round(len(values) * wanted / rate))]


def resampled(values: Samples, count: int) -> Samples:
    """So many samples instead, of the same curve as far as its frequencies go."""
    series = np.fft.rfft(values)
    kept = np.zeros(count // 2 + 1, dtype=complex)
    least = min(count, len(values))
    both = min(len(kept), len(series), least // 2 + 1)
    kept[:both] = series[:both]
    if least % 2 == 0 and count != len(values):
        kept[least // 2] *= 2 if count < len(values) else 0.5
    return np.asarray(np.fft.irfft(kept, count) * (count / len(values)))


def opened(cell: Cell) -> Any:
    """A sound whose header is read. Errors: Unreadable."""
    import soundfile

    what = _name(cell)
    if isinstance(cell, bytes) and not cell:
        raise Unreadable("the sound is empty; send the bytes of its file")
    if isinstance(cell, str):
        if not os.path.isfile(cell):
            raise Unreadable(f"{what}: no such file; check the path")
        if not os.path.getsize(cell):
            raise Unreadable(f"{what}: the file is empty; check that it was copied whole")
    try:
        sound = soundfile.SoundFile(io.BytesIO(cell) if isinstance(cell, bytes) else cell)
    except (RuntimeError, TypeError, ValueError):
        raise Unreadable(f"{what}: not a sound that can be read; save it as WAV, FLAC or Ogg") from None
    if sound.frames > MOST_SECONDS * sound.samplerate:
        sound.close()
        raise Unreadable(f"{what}: longer than {MOST_SECONDS // 60} minutes; cut it into pieces")
    return sound


def heard(cell: Cell | None) -> Heard | None:
    """What the header of a sound says; None where there is no sound."""
    if cell is None:
        return None
    try:
        with opened(cell) as sound:
            return Heard(int(sound.samplerate), sound.frames / sound.samplerate, int(sound.channels))
    except Unreadable:
        return None


def trouble(path: str) -> str:
    """What is wrong with a sound, in a sentence that names it; empty where all of it can be decoded."""
    try:
        with opened(path) as sound:
            if CUT.search(sound.extra_info):
                return f"{path}: cut off, its header tells of more than it holds; copy it again or take it out"
            read = 0
            while len(part := sound.read(LOOK, dtype="float32")):
                read += len(part)
            if not read:
                return f"{path}: holds no sound; check that it was copied whole"
            if read < sound.frames:
                return f"{path}: cut off after {read:,} of {sound.frames:,} samples; copy it again or take it out"
    except Unreadable as error:
        return str(error)
    except (RuntimeError, ValueError) as error:
        return f"{path}: damaged or cut off ({_words(error)}); mend the file or take it out"
    return ""


def _name(cell: Cell) -> str:
    return cell if isinstance(cell, str) else "what was sent"


def _words(error: BaseException) -> str:
    return " ".join(str(error).split())[:100] or type(error).__name__

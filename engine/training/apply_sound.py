"""The numpy interpreter of what a preparation says of sounds; decoding them needs soundfile, in this call only."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from engine.audio.decode import form_of
from engine.training.apply_picture import cells
from engine.training.decoded import decoded
from engine.training.parse import Column
from engine.training.spec_sound import Sound


def sounds(encoder: Sound, values: Column, out: NDArray[np.float32]) -> None:
    """Write the spectra of a column of sounds into `out` (n, its width), which holds zeros."""
    centers, scales = np.array(encoder.centers, np.float32), np.array(encoder.scales, np.float32)
    for places, levels in decoded(cells(values), form_of(encoder), encoder.name):
        out[places] = ((levels - centers) / scales).reshape(len(places), -1)

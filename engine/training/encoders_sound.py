"""Which encoder of a column of sounds follows from its training values."""

from __future__ import annotations

import numpy as np

from engine.audio.decode import form_of
from engine.training.apply_picture import cells
from engine.training.decoded import decoded
from engine.training.encoders import CONSTANT, NO_VALUE
from engine.training.parse import Column
from engine.training.spec import Drop
from engine.training.spec_sound import Sound, SoundShape

_NO_CHANGE = "is the same silence in all training rows"


def sound(name: str, values: Column, shape: SoundShape) -> Sound | Drop:
    """Sounds of that shape, scaled by mean and standard deviation of each band over these rows."""
    count, total, squares = 0, np.zeros(shape.bands), np.zeros(shape.bands)
    for _, levels in decoded(cells(values), form_of(shape), name):
        flat = levels.reshape(-1, shape.bands).astype(np.float64)
        count += len(flat)
        total += flat.sum(axis=0)
        squares += (flat**2).sum(axis=0)
    if not count:
        return Drop(name=name, reason=NO_VALUE)
    centers = total / count
    scales = np.sqrt(np.maximum(squares / count - centers**2, 0))
    small = scales <= CONSTANT * np.maximum(np.abs(centers), 1)
    if small.all():
        return Drop(name=name, reason=_NO_CHANGE)
    return Sound(
        rate=shape.rate,
        frames=shape.frames,
        together=shape.together,
        bands=shape.bands,
        name=name,
        centers=tuple(float(value) for value in centers),
        scales=tuple(1.0 if same else float(value) for value, same in zip(scales, small, strict=True)),
    )

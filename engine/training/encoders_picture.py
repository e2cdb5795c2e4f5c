"""Which encoder of a column of pictures follows from its training values."""

from __future__ import annotations

import numpy as np

from engine.image.decode import form_of
from engine.training.apply_picture import cells
from engine.training.decoded import decoded
from engine.training.encoders import CONSTANT, NO_VALUE
from engine.training.parse import Column
from engine.training.spec import Drop
from engine.training.spec_picture import Picture, PictureShape

_NO_CHANGE = "shows the same single level in all training rows"


def picture(name: str, values: Column, shape: PictureShape) -> Picture | Drop:
    """Pictures of that shape, scaled by mean and standard deviation of each channel over these rows."""
    count, total, squares = 0, np.zeros(shape.channels), np.zeros(shape.channels)
    for _, levels in decoded(cells(values), form_of(shape), name):
        flat = levels.reshape(-1, shape.channels).astype(np.float64)
        count += len(flat)
        total += flat.sum(axis=0)
        squares += (flat**2).sum(axis=0)
    if not count:
        return Drop(name=name, reason=NO_VALUE)
    centers = total / count
    scales = np.sqrt(np.maximum(squares / count - centers**2, 0))
    if (scales <= CONSTANT * np.maximum(np.abs(centers), 1)).all():
        return Drop(name=name, reason=_NO_CHANGE)
    return Picture(
        name=name,
        height=shape.height,
        width=shape.width,
        channels=shape.channels,
        centers=tuple(float(value) for value in centers),
        scales=tuple(float(value) or 1.0 for value in scales),
        deep=shape.deep,
        stretched=shape.stretched,
    )

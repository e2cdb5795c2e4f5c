"""A few files of each column of pictures or sounds, as small pictures, in the order of the target."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from engine.audio.decode import at_rate, samples
from engine.audio.shape import measured
from engine.audio.spectrum import log_mel
from engine.data.schema import Column
from engine.image.decode import pixels
from engine.seeing.cells import cell_text
from engine.seeing.schema import Files, FileSample
from engine.training.decoded import Unreadable
from engine.training.spec_picture import PictureShape
from engine.training.spec_sound import SoundShape

EACH = 18
SIDE = 24
"""Points of a picture across and down."""
TIMES = 36
"""Points of a sound across, at most."""
GREY = 3
"""Levels by which the channels of a grey picture differ at most."""


def of_files(frame: pd.DataFrame, columns: Mapping[str, Column], target: str | None) -> tuple[Files, ...]:
    """At most EACH of a column, as many of each value of the target as of the next."""
    found = []
    for name, column in columns.items():
        if column.kind not in ("image", "audio") or name not in frame:
            continue
        known = frame[frame[name].notna()]
        rows = known.sort_values(target, kind="stable") if target in known else known
        rows = (
            rows.iloc[np.unique(np.linspace(0, len(rows) - 1, min(EACH, len(rows))).astype(int))] if len(rows) else rows
        )
        draw = _pictures if column.kind == "image" else _sounds
        made = draw([str(cell) for cell in rows[name]])
        told = [cell_text(cell) or "" for cell in rows[target]] if target in rows else [""] * len(rows)
        shown = tuple(
            FileSample(id=int(id), name=Path(str(cell)).name, said=said, **one)
            for id, cell, said, one in zip(rows.index, rows[name], told, made, strict=True)
            if one is not None
        )
        if shown:
            found.append(Files(name, column.kind, shown, len(known)))
    return tuple(found)


def _pictures(paths: list[str]) -> list[dict[str, Any] | None]:
    shape = PictureShape(height=SIDE, width=SIDE, channels=3, stretched=False)
    return [_tried(path, lambda path: _levels(pixels(path, shape))) for path in paths]


def _sounds(paths: list[str]) -> list[dict[str, Any] | None]:
    own = measured(paths)
    windows = own.frames * own.together
    together = -(-windows // TIMES)
    shape = SoundShape(rate=own.rate, frames=-(-windows // together), together=together, bands=SIDE)

    def one(path: str) -> dict[str, Any]:
        values = at_rate(*samples(path), shape.rate, shape.seconds)
        spectrum = log_mel(values, shape)
        low, high = float(spectrum.min()), float(spectrum.max())
        grey = 255 * (spectrum.T[::-1] - low) / max(high - low, 1e-9)
        length = round(shape.seconds * shape.rate)
        whole = np.pad(np.abs(values), (0, max(0, length - len(values))))[:length]
        wave = [float(part.max(initial=0.0)) for part in np.array_split(whole, shape.frames)]
        return {**_levels(grey[..., None].astype(np.uint8)), "wave": tuple(round(min(1.0, each), 3) for each in wave)}

    return [_tried(path, one) for path in paths]


def _tried(path: str, draw: Any) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = draw(path)
    except Unreadable:
        return None
    return found


def _levels(values: np.ndarray) -> dict[str, Any]:
    """Levels (down, across, channels) of 8 bits as they are kept; one channel where there is no colour."""
    if values.shape[2] == 3 and np.ptp(values.astype(int), axis=2).max() <= GREY:
        values = values[..., :1]
    down, across, channels = values.shape
    kept = base64.b64encode(np.ascontiguousarray(values, np.uint8).tobytes()).decode()
    return {"across": across, "down": down, "channels": channels, "levels": kept}

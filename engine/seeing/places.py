"""Rows on a map: latitude and longitude in a grid."""

from __future__ import annotations

import numpy as np
import pandas as pd

from engine.data.places import coordinates
from engine.seeing.columns import means
from engine.seeing.schema import Map

Array = np.ndarray

ACROSS, DOWN, LEAST = 140, 64, 12
FEWEST = 5
REACH = 8.0
"""Half the width of the box that is drawn, in median distances from its middle: stray points would shrink the rest."""


def of_places(frame: pd.DataFrame, target: Array | None) -> Map | None:
    """None where no two columns say where a row is. `target` (n,) amounts or 0/1."""
    pair = coordinates(str(n) for n in frame.columns if pd.api.types.is_numeric_dtype(frame[n]))
    if pair is None:
        return None
    north, east = (frame[name].to_numpy(dtype=float) for name in pair)
    real = (np.abs(north) <= 90) & (np.abs(east) <= 180)
    given = ~np.isnan(north) & ~np.isnan(east)
    if real.sum() < FEWEST:
        return None
    shown = real & _near(north, real) & _near(east, real)
    south, top = float(north[shown].min()), float(north[shown].max())
    west, right = float(east[shown].min()), float(east[shown].max())
    if top <= south or right <= west:
        return None
    across, down = _shape((right - west) * np.cos(np.radians((south + top) / 2)), top - south)
    x = _steps(east[shown], west, right, across)
    y = down - 1 - _steps(north[shown], south, top, down)
    codes, place = np.unique(y * across + x, return_inverse=True)
    counts = np.bincount(place)
    each = (None,) * len(codes) if target is None else means(place, target[shown], len(codes))
    return Map(
        latitude=pair[0],
        longitude=pair[1],
        west=west,
        east=right,
        south=south,
        north=top,
        across=across,
        down=down,
        cells=tuple(
            (int(code % across), int(code // across), int(count), None if mean is None else float(f"{mean:.4g}"))
            for code, count, mean in zip(codes, counts, each, strict=True)
        ),
        rows=int(shown.sum()),
        beyond=int((given & ~shown).sum()),
        fifths=() if target is None else _fifths(np.array(each, dtype=float), counts),
    )


def _fifths(means: Array, rows: Array) -> tuple[float, ...]:
    order = np.argsort(means, kind="stable")
    share = np.cumsum(rows[order]) / rows.sum()
    return tuple(float(means[order[np.searchsorted(share, part)]]) for part in (0.2, 0.4, 0.6, 0.8))


def _shape(width: float, height: float) -> tuple[int, int]:
    """Places across and down, such that a kilometre is as long either way."""
    scale = min(ACROSS / width, DOWN / height)
    return max(LEAST, round(width * scale)), max(LEAST, round(height * scale))


def _near(values: Array, real: Array) -> Array:
    middle = np.median(values[real])
    spread = float(np.median(np.abs(values[real] - middle)))
    return np.asarray(np.abs(values - middle) <= REACH * spread if spread > 0 else real)


def _steps(values: Array, low: float, high: float, steps: int) -> Array:
    return np.floor((values - low) / (high - low) * steps).astype(int).clip(0, steps - 1)

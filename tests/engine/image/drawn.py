"""Small drawn pictures of three kinds, as files in a folder for each kind."""

from pathlib import Path

import numpy as np
from PIL import Image

KINDS = ("bar", "disc", "frame")


def picture(kind: str, seed: int, side: int = 20) -> np.ndarray:
    """A grey picture (side, side) with something light at a random place on a dark, noisy ground."""
    draw = np.random.default_rng((KINDS.index(kind), seed))
    y, x = np.mgrid[:side, :side] - draw.uniform(side * 0.35, side * 0.65, 2)[:, None, None]
    far = np.hypot(x, y)
    shown = {"bar": np.abs(x) < 2, "disc": far < side / 4, "frame": np.abs(np.maximum(np.abs(x), np.abs(y)) - 5) < 1.1}
    return np.clip(60 + 140 * shown[kind] + draw.normal(0, 12, (side, side)), 0, 255).astype(np.uint8)


def folder(path: Path, each: int, name: str = "{kind}/{kind[0]}{number:03d}.png") -> Path:
    """So many pictures of each kind below `path`."""
    for kind in KINDS:
        for number in range(each):
            file = path / name.format(kind=kind, number=number)
            file.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(picture(kind, number)).save(file)
    return path

"""Small painted pictures with their masks, as files in two folders: a red and a blue box on grey, ids 0, 1 and 2."""

from pathlib import Path

import numpy as np
from PIL import Image

COLOURS = np.array([[110, 110, 110], [200, 60, 60], [60, 60, 200]])
VOID = 9


def painted(seed: int, height: int = 20, width: int = 24) -> tuple[np.ndarray, np.ndarray]:
    """A noisy picture (height, width, 3) with two boxes at random places, and its mask; two lines are not known."""
    draw = np.random.default_rng(seed)
    mask = np.zeros((height, width), np.uint8)
    for kind in (1, 2):
        top, left = draw.integers(0, height - 8), draw.integers(0, width - 9)
        mask[top : top + 8, left : left + 9] = kind
    picture = np.clip(COLOURS[mask] + draw.normal(0, 15, (height, width, 3)), 0, 255).astype(np.uint8)
    mask[:2] = VOID
    return picture, mask


def folder(path: Path, count: int) -> Path:
    """So many pictures in `path`/images with their masks in `path`/masks."""
    for name in ("images", "masks"):
        (path / name).mkdir(parents=True, exist_ok=True)
    for number in range(count):
        picture, mask = painted(number)
        Image.fromarray(picture).save(path / "images" / f"p{number:02d}.png")
        Image.fromarray(mask).save(path / "masks" / f"p{number:02d}_mask.png")
    return path

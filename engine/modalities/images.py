"""Pictures: a folder for each class, a folder of them, or a single file. A table of paths is a table."""

import os
from collections.abc import Callable, Collection
from itertools import islice
from pathlib import Path

from engine.modality import Modality

ENDINGS = (".png", ".jpg", ".jpeg", ".jpe", ".jfif", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".ppm", ".pgm", ".pbm")
BESIDE = (".md", ".txt", ".json", ".xml", ".html", ".pdf", ".ini", ".db", ".license")
"""Endings of files that describe others, or that file managers leave beside them."""
LOOKED_AT = 500
"""Folders, and files of each, that are looked at to tell what a folder is."""


def accepts(path: Path) -> bool:
    return is_picture(path) if path.is_file() else holds_mostly(path, is_picture, BESIDE)


def holds_mostly(path: Path, wanted: Callable[[Path], bool], beside: Collection[str]) -> bool:
    """Whether most files in a folder and those in it are called as wanted; names that end as `beside` do not count."""
    others, found = 0, 0
    for _, inside, names in islice(os.walk(path), LOOKED_AT) if path.is_dir() else ():
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        told = [Path(name) for name in islice(sorted(names), LOOKED_AT) if not name.startswith(".")]
        found += sum(wanted(name) for name in told)
        others += sum(not wanted(name) and name.suffix.lower() not in ("", *beside) for name in told)
    return found > others


def is_picture(path: Path) -> bool:
    """Whether a name ends as those of pictures do."""
    return path.suffix.lower() in ENDINGS


MODALITY = Modality(
    name="images",
    title="Pictures: a folder per class, PNG, JPEG, WebP, TIFF",
    depth="REAL",
    accepts=accepts,
    read="engine.image.folder:read",
    decide="engine.training.decide:decide",
    space="engine.training.space:tabular",
)

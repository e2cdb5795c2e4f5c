"""Pictures and their masks, in folders side by side: `train` and `trainannot`, `images` and `masks`."""

import os
import re
from itertools import islice
from pathlib import Path

from engine.modalities.images import BESIDE, holds_mostly, is_picture
from engine.modality import Modality

WORDS = re.compile(r"annot|mask|label|segm|(?:^|[_\W])(?:gt|seg|ground.?truth)(?:$|[_\W])", re.IGNORECASE)
"""What stands in the name of a folder of masks."""
ADDED = re.compile(r"[_-](?:mask|labels?|annot|gt|seg|segmentation|L)$", re.IGNORECASE)
"""What the name of a mask has behind that of its picture."""
LOOKED_AT = 500
"""Folders that are looked at to tell what a folder is."""
SHARED = 0.5
"""Share of a folder's masks that have a picture of their name in the other folder."""


def accepts(path: Path) -> bool:
    return holds_mostly(path, is_picture, BESIDE) and bool(pairs_in(path))


def pairs_in(path: Path) -> list[tuple[Path, Path]]:
    """Folders of pictures, each with the folder of their masks, in the order of their names."""
    folders: dict[Path, set[str]] = {}
    for folder, inside, names in islice(os.walk(path), LOOKED_AT):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        if stems := {stem_of(name) for name in names if not name.startswith(".") and is_picture(Path(name))}:
            folders[Path(folder)] = stems
    masks = {folder for folder in folders if WORDS.search(str(folder.relative_to(path)))}
    found = []
    for mask in sorted(masks):
        beside = [folder for folder in sorted(folders) if folder not in masks]
        best = max(beside, key=lambda folder: len(folders[folder] & folders[mask]), default=None)
        if best is not None and len(folders[best] & folders[mask]) >= SHARED * len(folders[mask]):
            found.append((best, mask))
    return found


def stem_of(name: str) -> str:
    """What a picture and its mask are both called."""
    return ADDED.sub("", Path(name).stem)


MODALITY = Modality(
    name="masks",
    title="Pictures and their masks: two folders with the same names of files",
    depth="REAL",
    accepts=accepts,
    read="engine.image.pairs:read",
    decide="engine.training.decide:decide",
    space="engine.training.space:tabular",
)

"""Folders of texts: one .txt file per row, in a folder for each class."""

import os
from itertools import islice
from pathlib import Path
from statistics import median

from engine.data.several import kind_of
from engine.modality import Modality

LARGE = 1 << 16
"""Bytes of a middling file from which .txt files are tables in parts, and no texts to be told apart."""
LOOKED_AT = 500
"""Folders, and files of each, that are looked at to tell what a folder is."""
EACH = 3
"""Files that folders hold on average where they are classes."""


def accepts(path: Path) -> bool:
    if not path.is_dir():
        return False
    folders = classes_in(path, LOOKED_AT)
    sizes = [file.stat().st_size for files in folders.values() for file in files]
    return len({folder.name for folder in folders}) > 1 and len(sizes) >= EACH * len(folders) and median(sizes) < LARGE


def classes_in(path: Path, most: int | None = None) -> dict[Path, list[Path]]:
    """The folders that hold .txt files, each with those files in the order of their names; none where another kind of
    table lies among them, or a folder's name gives a column its value (`year=2024`). What lies at the top itself
    describes the rest. `most`: folders, and files of each, that are looked at.
    """
    found: dict[Path, list[Path]] = {}
    for folder, inside, names in islice(os.walk(path), most):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        if any("=" in name for name in inside):
            return {}
        files = sorted(Path(folder, name) for name in islice(names, most) if not name.startswith("."))
        if Path(folder) == path:
            continue
        if not {kind_of(file) for file in files} <= {None, ".txt"}:
            return {}
        if texts := [file for file in files if file.suffix.lower() == ".txt" and file.is_file()]:
            found[Path(folder)] = texts
    return found


MODALITY = Modality(
    name="text",
    title="A folder of texts: a folder per class, a .txt file per text",
    depth="REAL",
    accepts=accepts,
    read="engine.text.folder:read",
    decide="engine.training.decide:decide",
    space="engine.training.space:tabular",
)

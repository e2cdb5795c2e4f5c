"""Folders of texts: one .txt file per row, in a folder for each class."""

from pathlib import Path
from statistics import median

from engine.data.several import kind_of
from engine.modality import Modality

LARGE = 1 << 16
"""Bytes of a middling file from which .txt files are tables in parts, and no texts to be told apart."""
EACH = 3
"""Files that folders hold on average where they are classes."""


def accepts(path: Path) -> bool:
    if not path.is_dir():
        return False
    folders = classes_in(path)
    sizes = [file.stat().st_size for files in folders.values() for file in files]
    return len({folder.name for folder in folders}) > 1 and len(sizes) >= EACH * len(folders) and median(sizes) < LARGE


def classes_in(path: Path) -> dict[Path, list[Path]]:
    """The folders that hold .txt files, each with those files; none where another kind of table lies among them, or
    a folder's name gives a column its value (`year=2024`). What lies at the top itself describes the rest.
    """
    found: dict[Path, list[Path]] = {}
    for file in sorted(path.rglob("*")):
        inside = file.relative_to(path)
        if len(inside.parts) < 2 or any(part.startswith(".") for part in inside.parts) or not file.is_file():
            continue
        kind = kind_of(file)
        if (kind is not None and kind != ".txt") or any("=" in part for part in inside.parts[:-1]):
            return {}
        if file.suffix.lower() == ".txt":
            found.setdefault(file.parent, []).append(file)
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

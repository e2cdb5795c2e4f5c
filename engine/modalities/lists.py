"""Ranked lists as files of sparse numbers: libsvm with a .query file of list sizes beside it, or LETOR with qid:."""

import re
from itertools import islice
from pathlib import Path

from engine.modality import Modality

SIZES = ".query"
LINE = re.compile(rb"\s*-?\d+(\.\d+)?(\s+qid:\S+)(\s+\d+:\S+)+\s*(#.*)?")
LOOKED_AT = 1 << 16
MOST = 50
"""Files in a folder from which it holds something else."""


def accepts(path: Path) -> bool:
    return bool(files_in(path))


def files_in(path: Path) -> list[Path]:
    """The files that a path stands for: itself, or those of a folder, where they hold lists; else none."""
    if path.is_file():
        return [path] if sizes_of(path).is_file() or _names_lists(path) else []
    inside = sorted(islice(path.iterdir(), MOST + 1)) if path.is_dir() else []
    if len(inside) > MOST:
        return []
    return [file for file in inside if file.is_file() and (sizes_of(file).is_file() or _names_lists(file))]


def sizes_of(file: Path) -> Path:
    """Where the sizes of a file's lists would be."""
    return file.with_name(file.name + SIZES)


def _names_lists(file: Path) -> bool:
    """Whether the first line that says something names its list."""
    with file.open("rb") as content:
        head = content.read(LOOKED_AT)
    lines = (line for line in head.splitlines() if line.strip() and not line.startswith(b"#"))
    return LINE.fullmatch(next(lines, b"")) is not None


MODALITY = Modality(
    name="lists",
    title="Lists to put in order: libsvm with a .query file, or LETOR",
    depth="REAL",
    accepts=accepts,
    read="engine.data.libsvm:read",
    decide="engine.training.decide:decide",
    space="engine.training.space:tabular",
)

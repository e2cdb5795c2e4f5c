"""A folder, or a pattern such as `part-*.csv`, as the files of one table and the columns their folders' names make."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from engine.data.names import listed
from engine.errors import UserError

PACKED = (".gz", ".zst", ".bz2", ".xz")
WRITTEN = (".csv", ".tsv", ".txt", ".data", ".json", ".jsonl", ".ndjson", ".arff")
TABLES = (*WRITTEN, ".parquet", ".pq", ".arrow", ".arrows", ".feather", ".ipc")
WILD = "*?["


@dataclass(frozen=True)
class Part:
    """A file of a table, and what the names of its folders (`year=2024`) say of all its rows."""

    path: Path
    said: dict[str, str]


def is_several(path: Path) -> bool:
    """Whether a path stands for more than one file."""
    return path.is_dir() or (not path.exists() and any(mark in path.name for mark in WILD))


def parts_of(path: Path) -> tuple[Part, ...]:
    """The files in the order of their names. Errors: UserError where there are none, or of several kinds."""
    if path.is_dir():
        found = sorted(file for file in path.rglob("*") if file.is_file() and not _hidden(file, path))
        top = path
    else:
        found = sorted(file for file in path.parent.glob(path.name) if file.is_file())
        top = path.parent
    kinds = Counter(kind for file in found if (kind := kind_of(file)) is not None)
    if len(kinds) > 1:
        # A text beside tables is what describes them.
        kinds.pop(".txt", None)
    if not kinds:
        raise UserError(f"{path}: no table in it; name a file or a folder of CSV, Parquet, Arrow, JSON Lines or ARFF")
    if len(kinds) > 1:
        counts = listed([f"{count} {kind}" for kind, count in sorted(kinds.items())])
        raise UserError(f"{path}: files of several kinds ({counts}); name one of them, or a pattern such as *.csv")
    kind = next(iter(kinds))
    return tuple(Part(file, _said(file, top)) for file in found if kind_of(file) == kind)


def kind_of(file: Path) -> str | None:
    """The ending that says what table a file is, None for what is no table."""
    suffixes = [suffix.lower() for suffix in file.suffixes]
    if suffixes and suffixes[-1] in PACKED:
        suffixes.pop()
    return suffixes[-1] if suffixes and suffixes[-1] in TABLES else None


def same_columns(path: Path, parts: Sequence[Part], names: Sequence[Sequence[str]]) -> tuple[list[str], list[str]]:
    """All columns in the order of their first file, and a sentence for files that lack some.

    Errors: UserError for a file that shares less than half of its columns with the first one.
    """
    every = list(dict.fromkeys(name for some in names for name in some))
    notes = []
    for part, some in zip(parts, names, strict=True):
        shared = len(set(some) & set(names[0]))
        if 2 * shared < max(len(some), len(names[0])):
            raise UserError(f"{path}: {part.path.name} has other columns than {parts[0].path.name}; name one of them")
        if lacking := [name for name in every if name not in some]:
            notes.append(f"{part.path.name} has no {listed(lacking)}: read as missing there")
    return every, notes if len(notes) <= 3 else [*notes[:3], f"and {len(notes) - 3} further files that lack columns"]


def _said(file: Path, top: Path) -> dict[str, str]:
    pairs = [folder.split("=", 1) for folder in file.relative_to(top).parts[:-1] if "=" in folder]
    return {name: "" if value == "__HIVE_DEFAULT_PARTITION__" else unquote(value) for name, value in pairs}


def _hidden(file: Path, top: Path) -> bool:
    return any(part.startswith((".", "_")) for part in file.relative_to(top).parts)

"""SHA-256 of every file of a folder, written beside them, so that a changed or torn file is noticed before use."""

import hashlib
from pathlib import Path

from engine.errors import UserError

SUMS = "SHA256SUMS"


def write(folder: Path) -> str:
    """Write the sums of all files, in the form `sha256sum -c` reads. Returns the SHA-256 of that list, hexadecimal."""
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != SUMS)
    text = "".join(f"{_sum(path)}  {path.relative_to(folder).as_posix()}\n" for path in files)
    (folder / SUMS).write_text(text, encoding="utf-8")
    return hashlib.sha256(text.encode()).hexdigest()


def digest(folder: Path) -> str:
    """What `write` returned for a folder; empty where there is no list."""
    return _sum(folder / SUMS) if (folder / SUMS).is_file() else ""


def check(folder: Path) -> None:
    """Errors: UserError naming the first file that is missing or is not the one that was written."""
    try:
        lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        raise UserError(f"{folder / SUMS}: not there, so nothing proves the files whole; export again") from None
    for line in lines:
        wanted, _, name = line.partition("  ")
        path = folder / name
        if not path.is_file():
            raise UserError(f"{path}: not there; copy the whole folder again, or export again")
        if _sum(path) != wanted:
            raise UserError(f"{path}: not the file that was exported; copy the whole folder again, or export again")


def _sum(path: Path) -> str:
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()

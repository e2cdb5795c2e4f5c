"""Paths that a person types: where they lead, and one sentence when they lead nowhere."""

import os
from pathlib import Path

from engine.errors import UserError
from engine.modalities import MODALITIES
from engine.questions import nearest


def existing_data(path: str) -> str:
    """The absolute path of a table, or of a folder that a kind of input knows how to read. Errors: UserError."""
    folder = Path(path).expanduser().absolute()
    if folder.is_dir() and any(modality.accepts(folder) for modality in MODALITIES.values()):
        return os.path.normpath(folder)
    return existing_file(path)


def existing_file(path: str) -> str:
    """The absolute path of a table, found readable and not empty. Errors: UserError."""
    file = Path(path).expanduser().absolute()
    try:
        if file.is_dir():
            raise UserError(f"{path} is a folder: name the table file (CSV, TSV or Parquet) in it")
        with open(file, "rb") as content:
            if not content.read(1):
                raise UserError(f"{path} is empty: nothing can be read from it")
    except FileNotFoundError:
        raise UserError(f"{path}: no such file{_nearby(file)}") from None
    except OSError as error:
        raise UserError(f"{path}: cannot be read ({error.strerror}); check the path and its permissions") from None
    return os.path.normpath(file)


def _nearby(file: Path) -> str:
    if not file.parent.is_dir():
        return f"; there is no folder {file.parent} either"
    return nearest(file.name, sorted(path.name for path in file.parent.iterdir()))

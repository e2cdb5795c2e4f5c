"""Reads a folder of .txt files, a folder per class, into a table of two columns or three: text, label, folder."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from engine.data.encoding import guessed
from engine.data.names import counted, listed
from engine.data.profile import profile
from engine.data.read import as_said
from engine.data.schema import ColumnKind, Manner, Preview, Reading
from engine.errors import UserError
from engine.modalities.text import classes_in

TEXT, LABEL, FOLDER = "text", "label", "folder"
AS_FOUND = Manner()
PREVIEWED = 5
SHOWN = 200


def read(
    path: Path | str,
    manner: Manner = AS_FOUND,
    *,
    like: Mapping[str, ColumnKind] | None = None,
    rejected: Path | None = None,
) -> tuple[pd.DataFrame, Reading]:
    """One row per file, in the order of their names: its text, and the folder that it lies in as its label.

    `folder` is what lies between `path` and the label, where that differs. The index is the row id. No file is
    rejected and no kind is in doubt, so that `like` and `rejected` change nothing.
    Errors: UserError naming the first file that is no text, or in another encoding than the others.
    """
    top = Path(path)
    folders = classes_in(top)
    files = sorted(file for found in folders.values() for file in found)
    contents = [_bytes_of(file) for file in files]
    texts, notes = _decoded(files, contents, manner.encoding)
    between = [file.parent.parent.relative_to(top).as_posix() for file in files]
    columns: dict[str, Sequence[str | None]] = {TEXT: texts, LABEL: [file.parent.name for file in files]}
    if len(set(between)) > 1:
        columns[FOLDER] = [None if name == "." else name for name in between]
    frame = pd.DataFrame({name: pd.Series(list(cells), dtype=object) for name, cells in columns.items()})
    digest = hashlib.sha256()
    for file, content in zip(files, contents, strict=True):
        digest.update(f"{file.relative_to(top).as_posix()}:{hashlib.sha256(content).hexdigest()}\n".encode())
    labels = list(dict.fromkeys(columns[LABEL]))
    empty = sum(text is None for text in texts)
    said = [f"{counted(len(files), 'text file')} in folders that name their class: {listed(list(map(str, labels)))}"]
    said += [f"{counted(empty, 'file')} without any text: read as missing"] if empty else []
    head = [tuple(_shown(frame.at[row, name]) for name in columns) for row in range(min(PREVIEWED, len(frame)))]
    return frame, Reading(
        path=str(path),
        digest=digest.hexdigest(),
        rows=len(frame),
        columns=as_said(profile(frame), Manner(kinds={TEXT: "text", LABEL: "categorical"})),
        assumptions=(*said, *notes),
        preview=Preview(names=tuple(columns), rows=tuple(head)),
    )


def _bytes_of(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise UserError(f"{file}: cannot be read ({error.strerror or error}); change its permissions") from None


def _decoded(files: Sequence[Path], contents: Sequence[bytes], said: str) -> tuple[list[str | None], list[str]]:
    """The texts, None for blank ones, and what was assumed: all are in UTF-8, or in one other encoding."""
    encoding = "utf-8-sig" if said == "auto" else said
    wrong = [place for place, content in enumerate(contents) if not _is(content, encoding)]
    foreign = [place for place, content in enumerate(contents) if not content.isascii()]
    notes = []
    if wrong and said == "auto" and len(wrong) == len(foreign):
        encoding = guessed(b"\n".join(contents[place] for place in wrong))
        notes.append(f"{counted(len(wrong), 'file')} read as {encoding} text, as none of them is UTF-8: check them")
        wrong = [place for place in wrong if not _is(contents[place], encoding)]
    if wrong:
        told = "UTF-8, which the other files are in" if said == "auto" else f"{said}, which framing.encoding says"
        others = f" (and {counted(len(wrong) - 1, 'other file')})" if len(wrong) > 1 else ""
        raise UserError(f"{files[wrong[0]]}{others}: not text in {told}; save it again in that encoding")
    for file, content in zip(files, contents, strict=True):
        if b"\0" in content and not encoding.startswith("utf-16"):
            raise UserError(f"{file}: a binary file, not a text; take it out of the folder")
    texts = [re.sub(r"\r\n?", "\n", content.decode(encoding)).strip() for content in contents]
    return [text or None for text in texts], notes


def _is(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except LookupError:
        raise UserError(f"framing.encoding: {encoding!r} is no encoding that is known; try utf-8 or cp949") from None
    except UnicodeDecodeError:
        return False
    return True


def _shown(cell: object) -> str:
    return "" if cell is None else " ".join(str(cell).split())[:SHOWN]

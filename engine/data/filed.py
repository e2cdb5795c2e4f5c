"""Reads a folder of files that are a row each: its path, and what folders and names say of it. Worker only."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import pandas as pd

from engine.data.hints import RUN, named, parts, runs
from engine.data.names import counted, listed
from engine.data.profile import profile
from engine.data.read import SHOWN_REJECTS, as_said, keep
from engine.data.schema import ColumnKind, Manner, Preview, Reading, Rejected
from engine.data.source import digest_of
from engine.data.table import CUT, PREVIEWED
from engine.errors import UserError
from engine.training.decoded import THREADS

LABEL, FOLDER = "label", "folder"
Columns: TypeAlias = dict[str, Sequence[str | None]]


@dataclass(frozen=True, slots=True)
class Filed:
    """A kind of file: its column, what one is called, which names it has, what is wrong with one, and endings to name.

    `told_by_names`: where no folders name a class, names do, so that each of their parts is a column.
    """

    column: str
    kind: ColumnKind
    noun: str
    wanted: Callable[[Path], bool]
    trouble: Callable[[str], str]
    endings: str
    told_by_names: bool = False


def read(path: Path | str, filed: Filed, rejected: Path | None = None) -> tuple[pd.DataFrame, Reading]:
    """One row per file, in the order of their names: its path, and the folder that it lies in as its label.

    `folder` is what lies between `path` and the label, where that differs; further columns are hints of files that
    belong together (`Reading.hints`). The index is the row id. Files that cannot be decoded are no rows: they are named
    in the reading and written to `rejected`.
    Errors: UserError where no file can be decoded.
    """
    top = Path(os.path.abspath(path))
    files = [top] if top.is_file() else _files(top, filed.wanted)
    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(filed.trouble, map(str, files)))
        digests = list(pool.map(digest_of, files))
    wrong = [Rejected(line=at, cells=0, text=said) for at, said in enumerate(told, 1) if said]
    if len(wrong) == len(files):
        none = f"{path}: no {filed.noun} in it; name a folder of {filed.endings} files"
        raise UserError(wrong[0].text if wrong else none)
    if rejected is not None:
        keep(rejected, wrong)
    whole = [file for file, said in zip(files, told, strict=True) if not said]
    columns, hints, said = _columns(top, whole, filed)
    frame = pd.DataFrame({name: pd.Series(list(cells), dtype=object) for name, cells in columns.items()})
    content = hashlib.sha256()
    for file, own in zip(files, digests, strict=True):
        content.update(f"{file.name if file == top else file.relative_to(top).as_posix()}:{own}\n".encode())
    if wrong:
        said.append(f"{counted(len(wrong), 'file')} left out, being no whole {filed.noun}: {wrong[0].text}")
    head = [
        tuple(str(frame.at[row, name] or "")[:CUT] for name in columns) for row in range(min(PREVIEWED, len(frame)))
    ]
    kinds: dict[str, ColumnKind] = {**dict.fromkeys(columns, "categorical"), filed.column: filed.kind}
    return frame, Reading(
        path=str(path),
        digest=content.hexdigest(),
        rows=len(frame),
        columns=as_said(profile(frame), Manner(kinds=kinds)),
        assumptions=tuple(said),
        preview=Preview(names=tuple(columns), rows=tuple(head)),
        rejected=len(wrong),
        rejects=tuple(Rejected(line=each.line, cells=0, text=each.text[:CUT]) for each in wrong[:SHOWN_REJECTS]),
        hints=hints,
    )


def _files(top: Path, wanted: Callable[[Path], bool]) -> list[Path]:
    """The files of a folder and those in it, in the order of their names."""
    found = []
    for folder, inside, names in os.walk(top):
        inside[:] = sorted(name for name in inside if not name.startswith("."))
        found += [Path(folder, name) for name in names if not name.startswith(".") and wanted(Path(name))]
    return sorted(found)


def _columns(top: Path, files: Sequence[Path], filed: Filed) -> tuple[Columns, dict[str, str], list[str]]:
    """The columns, which of them are hints and why, and what is assumed."""
    columns: Columns = {filed.column: [str(file) for file in files]}
    labels = [file.parent.name for file in files]
    said = [f"{counted(len(files), filed.noun)}"]
    single = filed.told_by_names and len({file.parent for file in files}) == 1
    if any(file.parent != top for file in files if file != top) and not single:
        columns[LABEL] = labels
        between = [file.parent.parent.relative_to(top).as_posix() if file.parent != top else "." for file in files]
        if len(set(between)) > 1:
            columns[FOLDER] = [None if name == "." else name for name in between]
        said = [f"{said[0]} in folders that name their class: {listed(list(dict.fromkeys(labels)))}"]
    hints = {}
    names = [file.stem for file in files]
    run = runs(names, labels) if LABEL in columns else None
    if run is not None:
        columns[RUN] = run
        hints[RUN] = (
            f"the numbers of the files go up through the classes {len(set(run)):,} times, as if one person or thing "
            f"after another was taken in every class: {filed.noun}s of one are alike"
        )
    classes = labels if LABEL in columns else None
    told = named(names) if classes is None and filed.told_by_names else parts(names, classes)
    for name, words in told.items():
        columns[name] = words
        hints[name] = f"{counted(len(set(words)), 'word')} such as {words[0]!r} come again in the names of the files"
    return columns, hints, said

"""Columns of a table whose cells are paths of files: found by how the cells end, made absolute, each file looked at."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pandas as pd

from engine.audio.decode import trouble as audio_trouble
from engine.data.names import counted
from engine.data.schema import FILE_KINDS, ColumnKind, Manner
from engine.image.decode import trouble
from engine.modalities.audio import is_sound
from engine.modalities.images import is_picture
from engine.training.decoded import THREADS

SOME = 50
"""Different cells that are looked at to tell what a column holds."""
MOST = 0.9
"""Share of them that have to end as files of the kind do."""


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file: whether a path ends so, and what is wrong with a file, empty where nothing is."""

    ends: Callable[[Path], bool]
    trouble: Callable[[str], str]


KINDS: dict[ColumnKind, FileKind] = {"image": FileKind(is_picture, trouble), "audio": FileKind(is_sound, audio_trouble)}


def read_as_words(kinds: Mapping[str, ColumnKind]) -> dict[str, ColumnKind]:
    """The kinds of columns while a table is read, in which the cells of a column of files are words."""
    return {name: "text" if kind in FILE_KINDS else kind for name, kind in kinds.items()}


def with_files(
    frame: pd.DataFrame, folder: Path, said: Mapping[str, ColumnKind]
) -> tuple[pd.DataFrame, dict[str, ColumnKind], tuple[str, ...]]:
    """The frame with absolute paths in its columns of files, the kinds of those, and what was assumed of them.

    Paths are those from the table's own folder. A file that is not there, or damaged, is a missing cell. `said` are
    kinds that are known already: one of no file keeps a column as it is.
    """
    kinds: dict[str, ColumnKind] = {}
    notes = []
    for name in [str(each) for each in frame.columns]:
        kind = said[name] if name in said else _kind(frame[name])
        if kind not in KINDS or frame[name].dtype != object:
            continue
        known = frame[name].dropna().unique()
        paths = {cell: os.path.abspath(folder / str(cell)) for cell in known}
        with ThreadPoolExecutor(THREADS) as pool:
            told = list(pool.map(KINDS[kind].trouble, paths.values()))
        wrong = {cell: why for cell, why in zip(known, told, strict=True) if why}
        whole = {cell: path for cell, path in paths.items() if cell not in wrong}
        if not whole and name not in said:
            continue
        kinds[name] = kind
        notes.append(f"{name} holds paths of {counted(len(known), 'file')} of kind {kind}")
        if wrong:
            notes.append(f"{counted(len(wrong), 'file')} was read as missing in {name}: {next(iter(wrong.values()))}")
        frame = frame.assign(**{name: frame[name].map(whole).astype(object).where(frame[name].isin(whole), None)})
    return frame, kinds, tuple(notes)


def with_kinds(manner: Manner, kinds: Mapping[str, ColumnKind]) -> Manner:
    """The manner, naming the kinds of columns that were found to hold files."""
    return msgspec.structs.replace(manner, kinds={**manner.kinds, **kinds})


def _kind(column: pd.Series) -> ColumnKind | None:
    """The kind of files that most of the first different cells are called like."""
    if column.dtype != object:
        return None
    some = [Path(str(cell)) for cell in column.dropna().unique()[:SOME]]
    for kind, files in KINDS.items():
        if some and sum(map(files.ends, some)) >= MOST * len(some):
            return kind
    return None

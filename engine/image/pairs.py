"""Reads folders of pictures and of their masks: one row per pair; what is no whole pair is named and left out."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from engine.data.hints import parts
from engine.data.names import counted
from engine.data.profile import profile
from engine.data.read import SHOWN_REJECTS, as_said, keep
from engine.data.schema import ColumnKind, Manner, Preview, Reading, Rejected
from engine.data.source import digest_of
from engine.data.table import CUT, PREVIEWED
from engine.errors import UserError
from engine.image.decode import opened, trouble, upright
from engine.image.mask import values
from engine.modalities.images import is_picture
from engine.modalities.masks import pairs_in, stem_of
from engine.training.decoded import THREADS, Unreadable

IMAGE, MASK, FOLDER = "image", "mask", "folder"
AS_FOUND = Manner()


def read(
    path: Path | str,
    manner: Manner = AS_FOUND,
    *,
    like: Mapping[str, ColumnKind] | None = None,
    rejected: Path | None = None,
) -> tuple[pd.DataFrame, Reading]:
    """One row per picture with a mask, in the order of their names: the paths of both.

    The parts of the files' names that come again, and the folder where there are several, are hints of what belongs
    together (`Reading.hints`). A mask without a picture, a picture without a mask, a pair of different sizes and a
    damaged file are no rows: each is named in the reading and written to `rejected`. The index is the row id. No kind
    is in doubt, so that `like` changes nothing. Errors: UserError where no pair is whole.
    """
    top = Path(os.path.abspath(path))
    found = list(_pairs(top))
    with ThreadPoolExecutor(THREADS) as pool:
        told = list(pool.map(lambda pair: wrong_with(*pair), found))
    wrong = [Rejected(line=at, cells=0, text=said) for at, said in enumerate(told, 1) if said]
    whole = [pair for pair, said in zip(found, told, strict=True) if not said]
    if rejected is not None:
        keep(rejected, wrong)
    if not whole:
        raise UserError(wrong[0].text if wrong else f"{path}: no picture with a mask in it; name a folder of both")
    frame, hints, said = _frame(top, whole)
    if wrong:
        said.append(f"{counted(len(wrong), 'picture or mask')} left out, being no whole pair: {wrong[0].text}")
    head = [
        tuple(str(frame.at[row, name] or "")[:CUT] for name in frame.columns)
        for row in range(min(PREVIEWED, len(frame)))
    ]
    kinds: dict[str, ColumnKind] = {IMAGE: "image", MASK: "mask", **dict.fromkeys(hints, "categorical")}
    return frame, Reading(
        path=str(path),
        digest=_digest(top, found),
        rows=len(frame),
        columns=as_said(profile(frame), Manner(kinds=kinds)),
        assumptions=tuple(said),
        preview=Preview(names=tuple(map(str, frame.columns)), rows=tuple(head)),
        rejected=len(wrong),
        rejects=tuple(Rejected(line=each.line, cells=0, text=each.text[:CUT]) for each in wrong[:SHOWN_REJECTS]),
        hints=hints,
    )


def _pairs(top: Path) -> Iterator[tuple[Path | None, Path | None]]:
    """Every picture and its mask; None stands for one that is not there."""
    for images, masks in pairs_in(top):
        own, other = (_by_stem(folder) for folder in (images, masks))
        for stem in sorted({*own, *other}):
            yield own.get(stem), other.get(stem)


def _by_stem(folder: Path) -> dict[str, Path]:
    names = sorted(name for name in os.listdir(folder) if not name.startswith(".") and is_picture(Path(name)))
    return {stem_of(name): folder / name for name in names}


def wrong_with(image: Path | None, mask: Path | None) -> str:
    """Why this is no pair to learn from, in a sentence that names the file; empty where it is one."""
    if image is None:
        return f"{mask}: a mask without a picture of its name; add the picture or take the mask out"
    if mask is None:
        return f"{image}: a picture without a mask of its name; add the mask or take the picture out"
    if said := trouble(str(image)):
        return said
    try:
        with opened(str(image)) as own:
            width, height = upright(own).size
        found = values(str(mask)).shape
    except Unreadable as error:
        return str(error)
    if found != (height, width):
        own_size = f"{found[1]} x {found[0]} points"
        return f"{mask}: {own_size}, but its picture has {width} x {height}; save both at the same size"
    return ""


def _frame(top: Path, whole: list[tuple[Path | None, Path | None]]) -> tuple[pd.DataFrame, dict[str, str], list[str]]:
    """The table, which of its columns are hints and why, and what is assumed."""
    images = [Path(str(image)) for image, _ in whole]
    columns: dict[str, list[str]] = {
        IMAGE: [str(image) for image in images],
        MASK: [str(mask) for _, mask in whole],
    }
    hints = {}
    for name, words in parts([image.stem for image in images], None).items():
        columns[name] = list(words)
        hints[name] = (
            f"{counted(len(set(words)), 'word')} such as {words[0]!r} come again in the names of the files, as of a "
            "film or a place of which there are several pictures"
        )
    folders = [image.parent.relative_to(top).as_posix() for image in images]
    if len(set(folders)) > 1:
        columns[FOLDER] = folders
        hints[FOLDER] = f"the pictures lie in {counted(len(set(folders)), 'folder')}"
    frame = pd.DataFrame({name: pd.Series(cells, dtype=object) for name, cells in columns.items()})
    return frame, hints, [f"{counted(len(whole), 'picture')} with a mask of the same name and size"]


def _digest(top: Path, found: list[tuple[Path | None, Path | None]]) -> str:
    content = hashlib.sha256()
    for file in (file for pair in found for file in pair if file is not None):
        content.update(f"{file.relative_to(top).as_posix()}:{digest_of(file)}\n".encode())
    return content.hexdigest()

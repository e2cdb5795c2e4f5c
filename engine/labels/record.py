"""What annotators said of the rows of a queue: one append-only file each, so that a lost connection loses nothing."""

from __future__ import annotations

import csv
import io
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

import msgspec

from engine.errors import UserError
from engine.files import write_atomic
from engine.values import Value

FOLDER = "labels"
QUEUE = "queue.jsonl"
RATINGS = "ratings.csv"
T = TypeVar("T", bound=Value)
NAME = re.compile(r"[\w.@-]{1,60}")


class Item(Value, frozen=True):
    """A row to label: its id in the data file, and its columns as text."""

    id: str
    fields: dict[str, str]


class Said(Value, frozen=True):
    """A line of an annotator's file: a label, a skip (label None), or that the last word on the item is taken back."""

    item: str
    label: str | None = None
    undone: bool = False


def record_path(project: Path, annotator: str) -> Path:
    """Where an annotator's words are kept. Errors: UserError for a name that cannot be a file's."""
    if not NAME.fullmatch(annotator) or annotator.startswith("."):
        raise UserError(f"--as: {annotator!r} is no name of an annotator: use letters, digits and . _ - @")
    return project / FOLDER / f"{annotator}.said.jsonl"


def read_queue(project: Path) -> tuple[Item, ...]:
    """The rows to label, in their order; none where no queue was made."""
    path = project / FOLDER / QUEUE
    return _lines(path, Item) if path.exists() else ()


def write_queue(project: Path, items: Iterable[Item]) -> None:
    """Keep the rows to label, so that every annotator sees the same ones. Errors: UserError."""
    (project / FOLDER).mkdir(exist_ok=True)
    write_atomic(project / FOLDER / QUEUE, b"".join(msgspec.json.encode(item) + b"\n" for item in items))


def say(path: Path, said: Said) -> None:
    """Add a line and see it on the disk."""
    with open(path, "ab") as file:
        file.write(msgspec.json.encode(said) + b"\n")
        file.flush()
        os.fsync(file.fileno())


def standing(path: Path) -> dict[str, str | None]:
    """The last word on each item, in the order of saying: a label, or None for a skip."""
    found: dict[str, str | None] = {}
    for said in _lines(path, Said) if path.exists() else ():
        found.pop(said.item, None)
        if not said.undone:
            found[said.item] = said.label
    return found


def all_standing(project: Path) -> dict[str, dict[str, str | None]]:
    """What every annotator said, by name."""
    paths = sorted((project / FOLDER).glob("*.said.jsonl"))
    return {path.name.removesuffix(".said.jsonl"): standing(path) for path in paths}


def write_ratings(project: Path) -> Path:
    """A line per item, annotator and label, for `labels.ratings`. Returns the file's path. Errors: UserError."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("item", "annotator", "label"))
    for annotator, words in all_standing(project).items():
        writer.writerows((item, annotator, label) for item, label in words.items() if label is not None)
    path = project / FOLDER / RATINGS
    write_atomic(path, text.getvalue().encode())
    return path


def _lines(path: Path, kind: type[T]) -> tuple[T, ...]:
    found = []
    whole = path.read_bytes().split(b"\n")[:-1]
    # What follows the last line end is a line that was never finished.
    for number, line in enumerate(whole, start=1):
        try:
            found.append(msgspec.json.decode(line, type=kind))
        except msgspec.DecodeError as error:
            raise UserError(f"{path}, line {number}: {error}; mend or remove the line") from None
    return tuple(found)

"""What a request has to hold, column by column: `schema.json` of a bundle, made from preparation and data profile."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import msgspec

from engine.errors import UserError
from engine.serving.artifact import Artifact
from engine.training.spec import Category, Date, Derived, Encoder, Numeric, OneHot
from engine.training.spec_picture import Picture
from engine.training.spec_sound import Sound
from engine.values import Value

if TYPE_CHECKING:
    from engine.data.schema import Column

FILE = "schema.json"
Kind = Literal["number", "category", "boolean", "date", "text", "image", "audio"]


class Field(Value, frozen=True, kw_only=True):
    """One column of a request: numbers have the range seen in training, categories the values the model knows."""

    name: str
    kind: Kind
    examples: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    earliest: str = ""
    latest: str = ""
    values: tuple[str, ...] = ()


class Schema(Value, frozen=True, kw_only=True):
    """Request and answer of a model: `absent` are the words that mean missing in a CSV body (lower case).

    `series`: rows of these columns, the known ones and those to predict, may be sent instead of what was known before.
    """

    task: str
    target: str
    classes: tuple[str, ...] = ()
    threshold: float | None = None
    columns: tuple[Field, ...]
    absent: tuple[str, ...] = ()
    series: tuple[str, ...] = ()


def describe(artifact: Artifact, profile: Sequence[Column], absent: Iterable[str]) -> Schema:
    """The schema of a model whose training file had these columns."""
    known = {column.name: column for column in profile}
    return Schema(
        task=artifact.code.task,
        target=", ".join(artifact.code.columns),
        classes=artifact.code.classes,
        threshold=artifact.meta.threshold,
        columns=tuple(_field(name, reader, known.get(name)) for name, reader in artifact.preparation.readers.items()),
        absent=tuple(sorted(absent)),
        series=artifact.meta.past.columns if artifact.meta.past else (),
    )


def load(folder: Path) -> Schema:
    """Errors: UserError naming the file that is missing or damaged."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Schema)
    except FileNotFoundError:
        raise UserError(f"{folder / FILE}: not there; export the model again") from None
    except msgspec.DecodeError as error:
        raise UserError(f"{folder / FILE}: damaged ({error}); export the model again") from None


def _field(name: str, reader: Encoder | Derived, column: Column | None) -> Field:
    examples = column.examples if column else ()
    match reader:
        case Numeric() | Derived(takes="number"):
            low, high = (column.minimum, column.maximum) if column else (None, None)
            return Field(name=name, kind="number", examples=examples, low=low, high=high)
        case OneHot() | Category():
            kind: Kind = "boolean" if reader.reading == "boolean" else "category"
            return Field(name=name, kind=kind, examples=examples, values=reader.vocabulary)
        case Date() | Derived(takes="moment"):
            first, last = (column.earliest, column.latest) if column else ("", "")
            return Field(name=name, kind="date", examples=examples, earliest=first, latest=last)
        case Derived():
            return Field(name=name, kind="category", examples=examples)
        case Picture():
            return Field(name=name, kind="image")
        case Sound():
            return Field(name=name, kind="audio")
        case _:
            return Field(name=name, kind="text", examples=examples)

"""The declarative preparation: what turns a raw row into numbers, written down as `preprocess.json`; no arithmetic."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import structs

from engine.errors import UserError
from engine.training.parts import PartOfInput, width_of
from engine.training.spec_picture import Picture
from engine.training.spec_sound import Sound
from engine.training.spec_text import Bigrams, Tokens
from engine.values import Positive, Value

SCHEMA = 4
"""2 added categories as ids, imputers and derived columns, 3 terms of texts, 4 pictures and sounds; older files read
as before."""
Transform = Literal["standard", "robust", "log"]
Reading = Literal["text", "number", "boolean"]
Part = Literal["month", "weekday", "hour"]
DerivedKind = Literal["ratio", "product", "difference", "days", "year", "day", "joined"]


class Numeric(Value, frozen=True, tag_field="encoder", tag="numeric"):
    """A number: missing and `blanks` become `fill`, then (t(x) - center) / scale, t the signed log for "log".

    The signed log is sign(x)·log(1 + |x|). `indicator` adds an input that is 1 where the value was missing. `anchor`:
    answers start from it; `place`: it is a coordinate.
    """

    name: str
    transform: Transform
    fill: float
    center: float
    scale: Positive
    indicator: bool = False
    blanks: tuple[float, ...] = ()
    anchor: bool = False
    place: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        return (self.name, f"{self.name} is missing") if self.indicator else (self.name,)

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        own = PartOfInput(kind="anchor" if self.anchor else "place" if self.place else "number", width=1)
        return own, PartOfInput(kind="plain", width=int(self.indicator))


class OneHot(Value, frozen=True, tag_field="encoder", tag="onehot"):
    """A category: one input per value of `vocabulary`, then one for missing and one for every other value, where kept.

    Missing has a position, not a word, so that no real value can collide with it. Without a position for it,
    a value gives zeros only: the network never saw such rows, so it is told nothing rather than noise.
    `reading` says how a raw value becomes a word: as text, as a number ("1.0" is 1) or as true and false.
    """

    name: str
    vocabulary: tuple[str, ...]
    missing: bool = False
    other: bool = False
    reading: Reading = "text"
    merged: tuple[tuple[str, str], ...] = ()
    """Words that are read as one of `vocabulary`, each with that one."""

    @property
    def features(self) -> tuple[str, ...]:
        values = tuple(f"{self.name}={word}" for word in self.vocabulary)
        extra = ((self.missing, f"{self.name} is missing"), (self.other, f"{self.name} is another value"))
        return values + tuple(name for kept, name in extra if kept)

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return (PartOfInput(kind="plain", width=len(self.features)),)


class Category(Value, frozen=True, tag_field="encoder", tag="category"):
    """A category of many values as one whole number, for a network to embed: the place in `vocabulary`, from 1 on.

    Missing has the number after the last value where it was seen in training; 0 is every other value, so that a rare
    value is taught as the unknown ones will be met. `reading` and `merged` as in OneHot.
    """

    name: str
    vocabulary: tuple[str, ...]
    missing: bool = False
    reading: Reading = "text"
    merged: tuple[tuple[str, str], ...] = ()

    @property
    def size(self) -> int:
        """How many ids there are."""
        return 1 + len(self.vocabulary) + self.missing

    @property
    def features(self) -> tuple[str, ...]:
        return (self.name,)

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return (PartOfInput(kind="id", width=1, size=self.size),)


class Date(Value, frozen=True, tag_field="encoder", tag="date"):
    """A moment: seconds since 1970 (UTC) as (s - center) / scale, and sine and cosine of the parts of the calendar.

    A missing moment becomes `fill`, its parts 0.
    """

    name: str
    fill: float
    center: float
    scale: Positive
    parts: tuple[Part, ...] = ()
    indicator: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        circles = tuple(f"{self.name} {part} {side}" for part in self.parts for side in ("sine", "cosine"))
        return (self.name, *circles, *((f"{self.name} is missing",) if self.indicator else ()))

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return PartOfInput(kind="number", width=1), PartOfInput(kind="plain", width=len(self.features) - 1)


class Words(Value, frozen=True, tag_field="encoder", tag="words"):
    """Free text: 1 for each word of `vocabulary` that occurs, after lower-casing; runs of letters, digits and _."""

    name: str
    vocabulary: tuple[str, ...]
    missing: bool = False

    @property
    def features(self) -> tuple[str, ...]:
        present = tuple(f"{self.name} has {word}" for word in self.vocabulary)
        return (*present, *((f"{self.name} is missing",) if self.missing else ()))

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return (PartOfInput(kind="plain", width=len(self.features)),)


class Drop(Value, frozen=True, tag_field="encoder", tag="drop"):
    """A column that the network does not receive, and why."""

    name: str
    reason: str

    @property
    def features(self) -> tuple[str, ...]:
        return ()

    @property
    def parts_of_input(self) -> tuple[PartOfInput, ...]:
        return ()


Encoder: TypeAlias = Numeric | OneHot | Category | Date | Words | Bigrams | Tokens | Picture | Sound | Drop


class Derived(Value, frozen=True):
    """A column that is computed from raw ones, before it is encoded like any other; missing where a source is.

    "ratio" (missing for a divisor of 0), "product" and "difference" of two numbers; "days" from the second moment to
    the first; "year" and "day" of the month of a moment; "joined": the words of two categories as one. `blanks` and
    `readings` say, source by source, which numbers stand for missing and how a value becomes a word.
    """

    name: str
    kind: DerivedKind
    sources: tuple[str, ...]
    blanks: tuple[tuple[float, ...], ...] = ()
    readings: tuple[Reading, ...] = ()

    @property
    def takes(self) -> Literal["number", "moment", "words"]:
        """What its sources are."""
        return "words" if self.kind == "joined" else "moment" if self.kind in ("days", "year", "day") else "number"


class Imputer(Value, frozen=True):
    """What a missing number of column `name` probably is: `intercept` + Σ weight · input, between `low` and `high`.

    All in the column's scaled unit. `inputs` are inputs of other columns by name, their own gaps filled as without it.
    """

    name: str
    intercept: float
    inputs: tuple[str, ...]
    weights: tuple[float, ...]
    low: float
    high: float


class Preparation(Value, frozen=True):
    """Encoders in the order of the network's inputs; equal preparations have equal JSON and equal digests."""

    schema: Annotated[int, msgspec.Meta(ge=1)]
    encoders: tuple[Encoder, ...]
    derived: tuple[Derived, ...] = ()
    imputers: tuple[Imputer, ...] = ()

    @property
    def feature_names(self) -> tuple[str, ...]:
        return tuple(feature for encoder in self.encoders for feature in encoder.features)

    @property
    def named(self) -> dict[str, int]:
        """Where the inputs that have names lie; those of a picture or a sound have none, being too many."""
        found, start = dict[str, int](), 0
        for encoder in self.encoders:
            found |= {name: start + offset for offset, name in enumerate(encoder.features)}
            start += width_of(encoder.parts_of_input)
        return found

    @property
    def width(self) -> int:
        """Numbers per row."""
        return sum(width_of(encoder.parts_of_input) for encoder in self.encoders)

    @property
    def columns(self) -> tuple[str, ...]:
        """The raw columns a row has to have."""
        return sources((made.name for made in self.encoders if not isinstance(made, Drop)), self.derived)

    @property
    def readers(self) -> dict[str, Encoder | Derived]:
        """Who reads each of `columns`: its own encoder, else the first derived column that is made of it."""
        own: dict[str, Encoder | Derived] = {made.name: made for made in self.encoders if not isinstance(made, Drop)}
        for made in self.derived:
            for source in made.sources:
                own.setdefault(source, made)
        return {name: own[name] for name in self.columns}

    def to_json(self) -> bytes:
        return msgspec.json.encode(self)

    def digest(self) -> str:
        """SHA-256 of the JSON, in hexadecimal."""
        return hashlib.sha256(self.to_json()).hexdigest()


def sources(names: Iterable[str], derived: Iterable[Derived]) -> tuple[str, ...]:
    """The raw columns that columns are made of, raw or derived, each once."""
    of = {made.name: made.sources for made in derived}
    return tuple(dict.fromkeys(source for name in names for source in of.get(name, (name,))))


def files_of(preparation: Preparation) -> tuple[str, ...]:
    """The raw columns whose cells are files."""
    return tuple(made.name for made in preparation.encoders if isinstance(made, Picture | Sound))


def unfolded(preparation: Preparation) -> Preparation:
    """The same with an input per value instead of ids, for models that would take an id for an amount."""
    encoders = tuple(
        OneHot(
            name=made.name,
            vocabulary=made.vocabulary,
            missing=made.missing,
            other=True,
            reading=made.reading,
            merged=made.merged,
        )
        if isinstance(made, Category)
        else made
        for made in preparation.encoders
    )
    return structs.replace(preparation, encoders=encoders)


def from_json(text: bytes | str, where: str = "preprocess.json") -> Preparation:
    """The preparation written in `text`. Errors: UserError naming `where` for a newer schema or a damaged file."""
    try:
        preparation = msgspec.json.decode(text, type=Preparation)
    except (msgspec.DecodeError, msgspec.ValidationError) as error:
        newer = _schema(text)
        if newer is None or newer <= SCHEMA:
            raise UserError(f"{where} is not a preparation ({error}): export the model again.") from None
        raise _too_new(where, newer) from None
    if preparation.schema > SCHEMA:
        raise _too_new(where, preparation.schema)
    return preparation


class _Head(msgspec.Struct):
    schema: int


def _schema(text: bytes | str) -> int | None:
    try:
        return msgspec.json.decode(text, type=_Head).schema
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def _too_new(where: str, found: int) -> UserError:
    return UserError(f"{where} has schema {found}, this version reads up to {SCHEMA}: update modelwright.")

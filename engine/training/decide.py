"""What is done with each column and why, from what is known about the columns alone: instant, no data, no numpy."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from engine.data.places import pairs
from engine.data.schema import Column
from engine.errors import UserError
from engine.text.shape import TextShape
from engine.training.parts import Kind
from engine.training.spec import Derived, sources
from engine.training.spec_picture import PictureShape
from engine.training.spec_sound import SoundShape
from engine.values import Count, Positive, Share, Value

MOSTLY_MISSING = 0.98
"""Above this share of missing values a column is left out unless it is kept on request."""
FEW_VALUES = 10
"""A whole number with at most this many values may be a code rather than an amount: the reason says so."""
MAX_CATEGORIES = 30
ROWS_PER_VALUE = 10
"""A category whose values have at least this many rows on average can teach a vector per value."""
MAX_WORDS = 100
WORDS = ("words", "free text: presence of its most frequent words")
FILES: dict[str, tuple[str, str]] = {
    "image": ("picture", "a picture: the network looks at its pixels"),
    "audio": ("sound", "a sound: the network looks at its pitches over time"),
}
"""Kinds of columns whose cells are files: what is done with them, and why."""
NO_WORDS = ("drop", "free text is not used")
_Usual: TypeAlias = tuple[str, int, tuple[str, str]]
"""How numbers are scaled, how many values of a category have an input, and what is done with a text."""

SCALINGS = ("auto", "standard", "robust", "log")
PLACE = "place"
"""A coordinate, scaled like any number; the network looks at latitude and longitude together."""
ACTIONS = (
    *SCALINGS,
    PLACE,
    "onehot",
    "embedding",
    "date",
    "words",
    "bigrams",
    "tokens",
    "picture",
    "sound",
    "anchor",
    "drop",
)


class Decision(Value, frozen=True):
    """What is done with one column (one of ACTIONS), and why."""

    column: str
    action: str
    why: str


class BeforeAfter(Value, frozen=True):
    """One column before and after preparation: means over known values before, over all its inputs after."""

    column: str
    kind: str
    missing: int = 0
    before_mean: float | None = None
    before_std: float | None = None
    width: int = 0
    after_mean: float | None = None
    after_std: float | None = None
    ids: int = 0
    """How many ids its one input tells apart, where the network embeds it."""
    inputs: tuple[Kind, ...] = ()
    """What its inputs are to a network."""


class Imputed(Value, frozen=True):
    """How well a column's hidden cells were guessed by the median and by a model of the other columns.

    Root mean squared errors in standard deviations of the scaled column; `low` and `high`: 95 % interval of the model's
    gain, over `cells` known cells, on the better of median and mean; `kept`: whether it lies above 0, so that the model
    fills the gaps.
    """

    column: str
    cells: int
    median: float
    model: float
    low: float
    high: float
    kept: bool = False


class Copies(Value, frozen=True):
    """`times` copies of every training row, in which cells are missing at these `rates` (column to share).

    Without `masked` the copies are whole: the control that has as many rows and steps.
    """

    rates: dict[str, Share]
    times: Count = 3
    masked: bool = True


class Recipe(Value, frozen=True):
    """Everything that fitting a preparation needs besides training rows."""

    decisions: tuple[Decision, ...]
    indicator: bool = True
    max_categories: Count = MAX_CATEGORIES
    max_words: Count = MAX_WORDS
    blanks: dict[str, tuple[float, ...]] = {}
    """Numbers that stand for missing, by column."""
    merged: dict[str, dict[str, str]] = {}
    """Words that are read as another one, by column."""
    derived: tuple[Derived, ...] = ()
    """Columns computed from raw ones; each has a decision of its own."""
    imputed: tuple[str, ...] = ()
    """Columns whose gaps a model fills: chosen once by masked cells of the inputs, fitted on every fold's own rows."""
    copies: Copies | None = None
    texts: dict[str, TextShape] = {}
    """Columns of texts by name, as all development rows show them: what a token is, how many a sequence has."""
    pictures: dict[str, PictureShape] = {}
    """Columns of pictures by name, as all development rows show them: the size they are brought to."""
    sounds: dict[str, SoundShape] = {}
    """Columns of sounds by name, in the same way: the length, rate and bands they are brought to."""
    unit: Positive = 1.0
    """What the columns that answers start from are counted in: the target's own unit in the network."""

    def shape(self, column: str) -> TextShape:
        """The shape of a column of texts."""
        return self.texts.get(column, TextShape())

    @property
    def columns(self) -> tuple[str, ...]:
        """The raw columns that are used."""
        return sources((made.column for made in self.decisions if made.action != "drop"), self.derived)


def counts_terms(recipe: Recipe) -> bool:
    """Whether a text is an input by its words and pairs of words, or by all of its tokens."""
    return any(made.action in ("bigrams", "tokens") for made in recipe.decisions)


def decide(
    columns: Sequence[Column],
    *,
    scaling: str = "auto",
    words: bool = True,
    max_categories: int = MAX_CATEGORIES,
    left_out: Mapping[str, str] | None = None,
    overrides: Mapping[str, str] | None = None,
    texts: Mapping[str, tuple[str, str]] | None = None,
) -> tuple[Decision, ...]:
    """One decision per column, in the order of the columns.

    `left_out` gives columns with the reason for leaving them out; `overrides` gives columns with an action, "keep" to
    keep one that would be left out for its missing values. A column in both is left out. `texts` gives columns of free
    text with an action and the reason for it, where presence of the most frequent words is too little.

    Errors: UserError naming an unknown column or action, with the nearest known one.
    """
    overrides, left_out, texts = dict(overrides or {}), dict(left_out or {}), dict(texts or {})
    names = [column.name for column in columns]
    for name, action in overrides.items():
        _known(name, names, "column")
        _known(action, (*ACTIONS, "keep"), f"action of column {name!r}:")
    _known(scaling, SCALINGS, "scaling")
    made = (
        _one(
            column,
            (scaling, max_categories, texts.get(column.name, WORDS) if words else NO_WORDS),
            left_out.get(column.name),
            overrides.get(column.name),
        )
        for column in columns
    )
    return _with_places(made, [name for name, action in overrides.items() if action != "keep"])


def _with_places(made: Iterable[Decision], chosen: Sequence[str]) -> tuple[Decision, ...]:
    """The decisions, numbers that are latitude and longitude of a place as coordinates, but for those `chosen`."""
    decisions = tuple(made)
    other: dict[str, str] = {}
    for north, east in pairs(
        each.column for each in decisions if each.action in SCALINGS and each.column not in chosen
    ):
        other |= {north: east, east: north}
    return tuple(
        Decision(each.column, PLACE, f"a place, together with {other[each.column]}") if each.column in other else each
        for each in decisions
    )


def _one(column: Column, usual: _Usual, left_out: str | None, override: str | None) -> Decision:
    def said(action: str, why: str) -> Decision:
        return Decision(column=column.name, action=action, why=why)

    if left_out is not None:
        return said("drop", left_out)
    if override is not None and override != "keep":
        return said(override, "chosen by you")
    if column.kind == "empty" or column.missing >= column.rows:
        return said("drop", "has no value at all")
    if column.distinct <= 1 and not column.missing:
        return said("drop", "every row has the same value")
    share = column.missing / column.rows
    if share > MOSTLY_MISSING and override != "keep":
        return said("drop", f"{share:.1%} of its values are missing; say {column.name}=keep to use it")
    return said(*_by_kind(column, *usual))


def _by_kind(column: Column, scaling: str, most: int, text: tuple[str, str]) -> tuple[str, str]:
    if column.kind == "numeric" and column.distinct > 1:
        if column.integer and column.distinct <= FEW_VALUES:
            return scaling, f"a number with {column.distinct} values; if they are codes, say {column.name}=onehot"
        reasons = {
            "auto": "a number: log if its tail is long, else standard",
            "standard": "a number: mean 0 and standard deviation 1",
            "robust": "a number: scaled by its quartiles, so that extremes count less",
            "log": "a number: logarithm, then mean 0 and standard deviation 1",
        }
        return scaling, reasons[scaling]
    if column.kind == "date":
        return "date", "a moment: its distance in time, and the parts of the calendar that vary"
    if column.kind == "text":
        return text
    if column.kind in FILES:
        return FILES[column.kind]
    if column.distinct == 1:
        return "onehot", "one value or none: what it tells is whether it is missing"
    if column.distinct > most and column.rows - column.missing >= ROWS_PER_VALUE * column.distinct:
        return "embedding", f"{column.distinct} values with rows enough: the network learns a few numbers for each"
    return "onehot", f"one input for each of its {column.distinct} values, as far as they are frequent enough"


def _known(found: str, accepted: Sequence[str], what: str) -> None:
    if found not in accepted:
        near = difflib.get_close_matches(found, accepted, n=1)
        hint = f" (nearest is {near[0]!r})" if near else ""
        listed = ", ".join(accepted[:12]) + (", ..." if len(accepted) > 12 else "")
        raise UserError(f"{what} {found!r} is not known{hint}: use one of {listed}.")

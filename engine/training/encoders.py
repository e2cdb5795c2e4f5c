"""Which encoder of a column follows from what is known of its training values: pure decisions, no values at hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TypeAlias

from engine.training import parse
from engine.training.decide import PLACE, Recipe
from engine.training.facts import Amounts, Categories, Texts
from engine.training.spec import Category, Date, Drop, Numeric, OneHot, Part, Reading, Transform, Words

MIN_ROWS = 2
"""A value or word needs this many training rows to get an input of its own."""
MIN_LEARNED = 5
"""A value needs this many training rows for a vector of its own to be learned; rarer ones share that of the unknown."""
MAX_IDS = 1000
"""Values of a category that get an id; the others share that of the unknown."""
LONG_TAIL = 2.0
"""Skewness from which the signed log is tried; it is kept when it at least halves the skewness."""
NORMAL_QUARTILES = 1.349
"""Distance of the quartiles of a normal distribution of standard deviation 1."""
CONSTANT = 1e-12
"""A spread below this share of the size of the values is rounding, not information."""

NO_VALUE = "has no value in the training rows"
_NO_CHANGE = "has the same value in all training rows"

Pairs: TypeAlias = tuple[tuple[str, str], ...]
"""Words, each with the one that it is read as."""


def numeric(name: str, seen: Amounts, action: str, recipe: Recipe) -> Numeric | OneHot | Drop:
    """A number, scaled as `action` (one of SCALINGS) says."""
    if seen.missing == seen.rows:
        return Drop(name=name, reason=NO_VALUE)
    if seen.low == seen.high:
        if not seen.missing or not recipe.indicator:
            return Drop(name=name, reason=_NO_CHANGE)
        return OneHot(name=name, vocabulary=(), missing=True, reading="number")
    transform: Transform = "log" if _wants_log(action, seen) else "standard"
    center, scale = _robust(seen) if action == "robust" else seen.spread(transform)
    if scale <= CONSTANT * abs(center):
        return Drop(name=name, reason=_NO_CHANGE)
    return Numeric(
        name=name,
        transform="robust" if action == "robust" else transform,
        fill=seen.median,
        center=center,
        scale=scale,
        indicator=recipe.indicator and seen.missing > 0,
        blanks=recipe.blanks.get(name, ()),
        place=action == PLACE,
    )


def anchor(name: str, seen: Amounts, recipe: Recipe) -> Numeric:
    """A number that answers start from: in the target's unit, missing becomes the usual value."""
    fill = seen.median if seen.missing < seen.rows else 0.0
    return Numeric(name=name, transform="standard", fill=fill, center=0.0, scale=recipe.unit, anchor=True)


def onehot(name: str, seen: Categories, recipe: Recipe) -> OneHot | Drop:
    """A category: an input for each of its most frequent words."""
    counts, reading, merged = _read(seen, recipe.merged.get(name, {}))
    reason = _nothing(counts, seen)
    if reason:
        return Drop(name=name, reason=reason)
    frequent = most_frequent(counts, recipe.max_categories)
    rest = seen.many or len(counts) > len(frequent)
    return OneHot(name=name, vocabulary=frequent, missing=seen.missing > 0, other=rest, reading=reading, merged=merged)


def embedding(name: str, seen: Categories, recipe: Recipe) -> Category | OneHot | Drop:
    """A category: an id for each of its frequent words, or `onehot` where those are too few to need ids."""
    counts, reading, merged = _read(seen, recipe.merged.get(name, {}))
    frequent = most_frequent(counts, MAX_IDS, MIN_LEARNED)
    if len(frequent) <= recipe.max_categories:
        return onehot(name, seen, recipe)
    return Category(name=name, vocabulary=frequent, missing=seen.missing >= MIN_LEARNED, reading=reading, merged=merged)


def _read(
    seen: Categories, merged: Mapping[str, str]
) -> tuple[Mapping[str, int], Reading, tuple[tuple[str, str], ...]]:
    """The counts by words as they are to be read, and which words are read as another one."""
    if {word.lower() for word in seen.counts} != {"true", "false"}:
        plain = {word.strip(): kept.strip() for word, kept in merged.items()} if seen.reading == "text" else {}
        together = Counter[str]()
        for word, count in seen.counts.items():
            together[plain.get(word, word)] += count
        return together, seen.reading, tuple(plain.items())
    read = Counter[str]()
    for word, count in seen.counts.items():
        read[parse.word(word, "boolean") or word] += count
    return read, "boolean", ()


def _nothing(counts: Mapping[str, int], seen: Categories) -> str:
    """Why a category tells nothing, else empty."""
    if not counts:
        return NO_VALUE
    return _NO_CHANGE if len(counts) == 1 and not seen.missing else ""


def moment(name: str, seen: Amounts, parts: tuple[Part, ...], recipe: Recipe) -> Date | Drop:
    """A moment in seconds since 1970; `parts` of the calendar vary."""
    if seen.missing == seen.rows:
        return Drop(name=name, reason=NO_VALUE)
    if seen.low == seen.high:
        return Drop(name=name, reason=_NO_CHANGE)
    center, scale = seen.spread("standard")
    indicator = recipe.indicator and seen.missing > 0
    return Date(name=name, fill=seen.median, center=center, scale=scale, parts=parts, indicator=indicator)


def text(name: str, seen: Texts, recipe: Recipe) -> Words | Drop:
    """Free text: an input for each of its most frequent words that is not in every row."""
    varying = {word: count for word, count in seen.counts.items() if count < seen.rows}
    vocabulary = most_frequent(varying, recipe.max_words)
    missing = 0 < seen.missing < seen.rows
    if not vocabulary and not missing:
        nothing = seen.missing == seen.rows
        return Drop(name=name, reason=NO_VALUE if nothing else "has no word that occurs in several rows")
    return Words(name=name, vocabulary=vocabulary, missing=missing)


def most_frequent(counts: Mapping[str, int], limit: int, rows: int = MIN_ROWS) -> tuple[str, ...]:
    """At most `limit` words that have `rows` rows, most frequent first, ties by the word: row order is no input."""
    enough = [word for word, count in counts.items() if count >= rows]
    return tuple(sorted(enough, key=lambda word: (-counts[word], word))[:limit])


def _wants_log(action: str, seen: Amounts) -> bool:
    if action != "auto":
        return action == "log"
    if max(abs(seen.low), abs(seen.high)) > 1e100:
        return True
    plain = seen.skewness("standard")
    return plain > LONG_TAIL and abs(seen.skewness("log")) < plain / 2


def _robust(seen: Amounts) -> tuple[float, float]:
    low, middle, high = seen.quartiles
    return (middle, (high - low) / NORMAL_QUARTILES) if high > low else seen.spread("standard")

"""A file in which several annotators labelled the same items, as codes (items, raters)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from engine.data.profile import as_text
from engine.data.read import read
from engine.errors import UserError
from engine.stats.agreement import Array

RATER = re.compile(r"\b(annotator|rater|coder|worker|labell?er|judge|reviewer)s?\b", re.IGNORECASE)
LABEL = re.compile(r"\b(label|class|rating|score|answer|code|category|value)s?\b", re.IGNORECASE)
MOST_LABELS = 50
"""Different values beyond which a column holds no labels."""


@dataclass(frozen=True)
class Ratings:
    """`codes` (items, raters): places in `labels`, NaN where a rater did not see an item."""

    codes: Array
    raters: tuple[str, ...]
    labels: tuple[str, ...]


def read_ratings(path: Path) -> Ratings:
    """A column per annotator, or one line per item, annotator and label. Errors: UserError naming the file."""
    frame, _ = read(path)
    long = _long(frame)
    wide = _pivoted(path, frame, *long) if long else frame[_columns(path, frame)]
    words = np.stack([as_text(wide[name]) for name in wide.columns], axis=1)
    known = sorted({str(word) for word in words.ravel() if word is not None}, key=_by_number)
    places = {word: float(place) for place, word in enumerate(known)}
    codes = np.array([[np.nan if word is None else places[str(word)] for word in row] for row in words])
    if not (np.isfinite(codes).sum(axis=1) >= 2).any():
        raise UserError(f"{path}: no item was labelled by two annotators, so nothing can be said of their agreement")
    return Ratings(codes, tuple(map(str, wide.columns)), tuple(known))


def amounts(ratings: Ratings, path: Path) -> Array:
    """The labels themselves, for distances and order between them. Errors: UserError where they are no numbers."""
    words = [word for word in ratings.labels if _by_number(word)[0] == float("inf")]
    if words:
        raise UserError(
            f"{path}: the label {words[0]!r} is no number, so how far labels lie apart is not known: choose "
            "labels.scale = nominal, or write grades as numbers"
        )
    values = np.array([float(word) for word in ratings.labels])
    codes = ratings.codes
    return np.where(np.isnan(codes), np.nan, values[np.nan_to_num(codes).astype(int)])


def _long(frame: pd.DataFrame) -> tuple[str, str, str] | None:
    """The columns of item, annotator and label, where there is one line per label."""
    names = [str(name) for name in frame.columns]
    spaced = {name: re.sub(r"[_\W]+", " ", name) for name in names}
    raters = [name for name in names if RATER.search(spaced[name])]
    labels = [name for name in names if LABEL.search(spaced[name]) and name not in raters]
    if len(raters) != 1 or not labels:
        return None
    items = [name for name in names if name not in (raters[0], labels[-1])]
    if not items or frame[items[0]].nunique() == len(frame):
        return None
    return items[0], raters[0], labels[-1]


def _pivoted(path: Path, frame: pd.DataFrame, item: str, rater: str, label: str) -> pd.DataFrame:
    known = frame.dropna(subset=[item, rater])
    twice = known.duplicated([item, rater])
    if twice.any():
        first = known[twice].iloc[0]
        raise UserError(
            f"{path}: {first[rater]} labelled {first[item]} more than once: keep one line per item and annotator"
        )
    return known.pivot(index=item, columns=rater, values=label)


def _columns(path: Path, frame: pd.DataFrame) -> list[str]:
    """The columns that hold the same few labels."""
    held = {str(name): set(as_text(frame[name])) - {None} for name in frame.columns}
    few = {name: words for name, words in held.items() if 0 < len(words) <= MOST_LABELS and len(words) < len(frame)}
    best: list[str] = []
    for words in few.values():
        alike = [name for name, others in few.items() if len(words & others) >= max(len(words), len(others)) / 2]
        best = max(best, alike, key=len)
    if len(best) < 2:
        raise UserError(
            f"{path}: no labels of several annotators were found: give a column per annotator, or the columns item, "
            "annotator and label"
        )
    return best


def _by_number(word: str) -> tuple[float, str]:
    try:
        return float(word), word
    except ValueError:
        return float("inf"), word

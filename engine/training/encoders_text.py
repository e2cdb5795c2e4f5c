"""Which encoder of a column of texts follows from what is known of its training values: pure decisions."""

from __future__ import annotations

import math

from engine.text.shape import TextShape, most_terms
from engine.training.encoders import MIN_LEARNED, NO_VALUE, most_frequent
from engine.training.facts import Texts
from engine.training.spec import Drop
from engine.training.spec_text import Bigrams, Tokens

LENGTH = 3.0
"""Euclidean length of a text: the linear model's penalty of 1 is then one of 1/9 on texts of length 1, which is near
the best on texts of a few tens of tokens."""


def bigrams(name: str, seen: Texts, shape: TextShape) -> Bigrams | Drop:
    """Counts of the terms that most of the texts have but not all; their weights fall with the number of texts.

    The weight of a term in d of n texts is 1 + log((1 + n) / (1 + d)), the smoothed inverse document frequency
    (Spärck Jones, 1972, as scikit-learn writes it).
    """
    varying = {term: count for term, count in seen.counts.items() if count < seen.rows}
    vocabulary = most_frequent(varying, min(shape.terms, most_terms(seen.rows)))
    if not vocabulary:
        nothing = seen.missing == seen.rows
        return Drop(name=name, reason=NO_VALUE if nothing else "has no word that occurs in several rows")
    return Bigrams(
        name=name,
        vocabulary=vocabulary,
        weights=tuple(1 + math.log((1 + seen.rows) / (1 + seen.counts[term])) for term in vocabulary),
        length=LENGTH,
        unit=shape.unit,
        missing=0 < seen.missing < seen.rows,
    )


def tokens(name: str, seen: Texts, shape: TextShape) -> Tokens | Drop:
    """The first tokens of each text; those that enough texts have get a number, the others share one."""
    vocabulary = most_frequent(seen.counts, shape.terms, MIN_LEARNED)
    if not vocabulary:
        nothing = seen.missing == seen.rows
        return Drop(name=name, reason=NO_VALUE if nothing else f"has no word that occurs in {MIN_LEARNED} rows")
    return Tokens(name=name, vocabulary=vocabulary, length=shape.length, unit=shape.unit)

"""The numpy interpreter of what a preparation says of free text; it fits nothing and needs numpy only."""

from __future__ import annotations

from collections import Counter

import numpy as np
from numpy.typing import NDArray

from engine.text.tokens import terms, tokens
from engine.training import parse
from engine.training.parse import Column
from engine.training.spec_text import Bigrams, Tokens


def bigrams(encoder: Bigrams, values: Column, out: NDArray[np.float32]) -> None:
    """Write the inputs of a column of texts into `out` (n, its width), which holds zeros."""
    table = {term: place for place, term in enumerate(encoder.vocabulary)}
    weights = np.array(encoder.weights)
    for row, value in enumerate(parse.cells(values)):
        if parse.is_missing(value):
            if encoder.missing:
                out[row, -1] = 1.0
            continue
        counts = Counter(table[term] for term in terms(str(value), encoder.unit) if term in table)
        if counts:
            places = np.fromiter(counts.keys(), dtype=np.int64, count=len(counts))
            found = (1 + np.log(np.fromiter(counts.values(), dtype=np.float64, count=len(counts)))) * weights[places]
            out[row, places] = found * (encoder.length / np.sqrt((found**2).sum()))


def numbers(encoder: Tokens, values: Column, out: NDArray[np.float32]) -> None:
    """Write the numbers of the tokens of a column of texts into `out` (n, its length), which holds zeros."""
    table = {token: number for number, token in enumerate(encoder.vocabulary, start=2)}
    for row, value in enumerate(parse.cells(values)):
        if not parse.is_missing(value):
            found = [table.get(token, 1) for token in tokens(str(value), encoder.unit)[: encoder.length]]
            out[row, : len(found)] = found

"""What boosted trees are given of raw columns: numbers as they are, categories as codes. It is shipped with them."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from msgspec.structs import replace

from engine.training import parse
from engine.training.apply import encode, ids, positions
from engine.training.derive import extended
from engine.training.parse import Column, Floats
from engine.training.parts import width_of
from engine.training.spec import Category, Date, Drop, Numeric, OneHot, Preparation
from engine.training.spec_text import Bigrams

MAX_BINS = 255
"""Categories that boosted trees can tell apart."""
MAX_TERMS = 300
"""Terms of a text that boosted trees are given: thousands of rare ones cost them minutes and tell them little."""


def codes(preparation: Preparation, columns: Mapping[str, Column]) -> Floats:
    """(n, c) for trees: numbers as they are, nan where missing; categories as codes; words as the network gets
    them, of terms the common ones.

    Ids of more categories than trees can tell apart are numbers to them, in the order of how frequent the values are.
    """
    parts: list[Floats] = []
    preparation = _of_common_terms(preparation)
    columns = extended(preparation.derived, columns)
    for encoder in preparation.encoders:
        if isinstance(encoder, Drop):
            continue
        values = columns[encoder.name]
        if isinstance(encoder, Numeric):
            parts.append(parse.numbers(values, encoder.name, encoder.blanks)[:, None])
        elif isinstance(encoder, Category):
            parts.append(ids(encoder, values).astype(np.float64)[:, None])
        elif isinstance(encoder, OneHot) and len(encoder.features) <= MAX_BINS:
            where = positions(encoder, values).astype(np.float64)
            parts.append(np.where(where < 0, np.nan, where)[:, None])
        else:
            out = np.zeros((len(values), width_of(encoder.parts_of_input)), dtype=np.float32)
            encode(encoder, values, out)
            parts.append(out.astype(np.float64))
            if isinstance(encoder, Date):
                parts[-1][:, 0] = parse.instants(values, encoder.name)
    return np.hstack(parts)


def _of_common_terms(preparation: Preparation) -> Preparation:
    """The same with no more than MAX_TERMS of a text, those that most texts have."""
    encoders = tuple(
        replace(made, vocabulary=made.vocabulary[:MAX_TERMS], weights=made.weights[:MAX_TERMS])
        if isinstance(made, Bigrams)
        else made
        for made in preparation.encoders
    )
    return replace(preparation, encoders=encoders)


def categories(preparation: Preparation) -> list[bool]:
    """Which columns of `codes` are categories."""
    found: list[bool] = []
    for encoder in _of_common_terms(preparation).encoders:
        if isinstance(encoder, Numeric):
            found.append(False)
        elif isinstance(encoder, Category):
            found.append(encoder.size <= MAX_BINS)
        elif isinstance(encoder, OneHot) and len(encoder.features) <= MAX_BINS:
            found.append(True)
        else:
            found.extend([False] * width_of(encoder.parts_of_input))
    return found

"""Cells of target columns as numbers, for every kind of code; what is missing or unknown is named with its row."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.training import parse
from engine.training.parse import Column, Floats
from engine.training.spec import Reading

Columns: TypeAlias = Mapping[str, Column]


def flat(values: NDArray[Any]) -> Floats:
    """(n, 1) as (n,), more columns as they are; float64."""
    return np.asarray(values[:, 0] if values.ndim == 2 and values.shape[1] == 1 else values, dtype=np.float64)


def amounts_of(values: Column, name: str) -> Floats:
    """(n,) known amounts. Errors: UserError naming row (from 1) and column of a missing one."""
    amounts = parse.numbers(values, name)
    no_gap(np.isnan(amounts), name)
    return amounts


def codes_of(values: Column, name: str, classes: tuple[str, ...], reading: Reading) -> NDArray[np.int64]:
    """(n,) places in `classes`. Errors: UserError naming row (from 1) and column of a missing or unknown one."""
    words = parse.words(values, reading)
    no_gap(np.array([word is None for word in words], dtype=bool), name)
    table = {word: index for index, word in enumerate(classes)}
    for row, word in enumerate(words, start=1):
        if word not in table:
            known = ", ".join(classes[:10])
            raise UserError(f"row {row}, column {name!r}: {word!r} is none of the classes {known}.")
    return np.array([table[word] for word in words if word is not None], dtype=np.int64)


def no_gap(missing: NDArray[np.bool_], name: str) -> None:
    if missing.any():
        row = int(np.flatnonzero(missing)[0]) + 1
        raise UserError(f"row {row}, column {name!r}: the target is missing; leave such rows out of training.")

"""Which derived columns are worth a try: few, of the columns that matter most, each written as `Derived`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import pandas as pd
from msgspec import structs

from engine.training import parse
from engine.training.decide import SCALINGS, Decision, Recipe
from engine.training.derive import compute
from engine.training.parse import Column
from engine.training.spec import Derived, DerivedKind

NUMBERS = 3
CATEGORIES = 3
MOMENTS = 2
MOST_JOINED = 200
"""Joined words beyond this number would have too few rows each."""
KNOWN = 0.5
"""A derived column has to have a value in this share of the rows."""
SIGNS: dict[DerivedKind, str] = {"ratio": "/", "product": "*", "difference": "-"}


def proposals(recipe: Recipe, frame: Mapping[str, Column], ranked: Sequence[str]) -> tuple[Derived, ...]:
    """Ratios, products and differences of the first numbers of `ranked`, parts of moments and days between them, and
    the first categories joined two by two; only what varies and is mostly known, under names that are free.
    """
    actions = {made.column: made.action for made in recipe.decisions}
    taken = {made.name for made in recipe.derived}
    raw = [name for name in ranked if name in frame and name not in taken]
    numbers = [name for name in raw if actions.get(name) in SCALINGS][:NUMBERS]
    moments = [name for name in raw if actions.get(name) == "date"][:MOMENTS]
    words = [name for name in raw if actions.get(name) in ("onehot", "embedding")][:CATEGORIES]
    found = [_of_numbers(kind, a, b, recipe) for pair in combinations(numbers, 2) for kind, a, b in _ways(*pair)]
    found += [Derived(f"{name} {kind}", kind, (name,)) for name in moments for kind in _PARTS]
    found += [Derived(f"{a} - {b}", "days", (a, b)) for a, b in combinations(moments, 2)]
    found += [_joined(a, b, frame) for a, b in combinations(words, 2)]
    taken |= set(frame)
    return tuple(made for made in found if made.name not in taken and _tells(made, frame))


def with_derived(recipe: Recipe, made: Derived, why: str) -> Recipe:
    """The recipe with one more column, treated as its kind asks for."""
    action = "onehot" if made.kind == "joined" else "auto"
    decision = Decision(column=made.name, action=action, why=why)
    return _replace(recipe, (*recipe.decisions, decision), (*recipe.derived, made))


def without(recipe: Recipe, columns: Sequence[str], why: str) -> Recipe:
    """The recipe with some columns left out."""
    decisions = tuple(
        Decision(column=made.column, action="drop", why=why) if made.column in columns else made
        for made in recipe.decisions
    )
    return _replace(recipe, decisions, recipe.derived)


_PARTS: tuple[DerivedKind, ...] = ("year", "day")


def _replace(recipe: Recipe, decisions: tuple[Decision, ...], derived: tuple[Derived, ...]) -> Recipe:
    return structs.replace(recipe, decisions=decisions, derived=derived)


def _ways(a: str, b: str) -> tuple[tuple[DerivedKind, str, str], ...]:
    return ("ratio", a, b), ("product", a, b), ("difference", a, b)


def _of_numbers(kind: DerivedKind, a: str, b: str, recipe: Recipe) -> Derived:
    blanks = (recipe.blanks.get(a, ()), recipe.blanks.get(b, ()))
    return Derived(f"{a} {SIGNS[kind]} {b}", kind, (a, b), blanks=blanks if any(blanks) else ())


def _joined(a: str, b: str, frame: Mapping[str, Column]) -> Derived:
    readings = (parse.reading_of(frame[a]), parse.reading_of(frame[b]))
    return Derived(f"{a} & {b}", "joined", (a, b), readings=readings)


def _tells(made: Derived, frame: Mapping[str, Column]) -> bool:
    values = pd.Series(compute(made, frame))
    distinct = int(values.nunique())
    if made.kind == "joined" and distinct > MOST_JOINED:
        return False
    return distinct > 1 and bool(np.mean(values.notna()) >= KNOWN)

"""Fits a preparation to training rows, and to those only: whoever calls it hands over no others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.text.tokens import tokens
from engine.training import encoders, encoders_picture, encoders_sound, encoders_text, parse
from engine.training.apply import encode
from engine.training.decide import BeforeAfter, Decision, Recipe
from engine.training.derive import extended
from engine.training.facts import AtHand, categories, term_counts, texts, varying
from engine.training.impute import with_imputers
from engine.training.parse import Column, Floats
from engine.training.parts import width_of
from engine.training.spec import SCHEMA, Category, Date, Drop, Encoder, Numeric, Preparation
from engine.training.spec_picture import PictureShape
from engine.training.spec_sound import SoundShape
from engine.training.spec_text import Tokens


def fit(recipe: Recipe, frame: Mapping[str, Column]) -> Preparation:
    """The preparation of training rows given as columns (a data frame, or a mapping of equally long sequences).

    A column without any value, or without variation, in these rows becomes a Drop with that reason.

    Errors: UserError naming a column that is absent, or row and column of a value that its action cannot read.
    """
    _complete(recipe, frame)
    names = {decision.column for decision in recipe.decisions if decision.action != "drop"}
    derived = tuple(each for each in recipe.derived if each.name in names)
    whole = extended(derived, frame)
    made = tuple(_fit_one(decision, recipe, whole) for decision in recipe.decisions)
    fitted = Preparation(schema=SCHEMA, encoders=made, derived=derived)
    return with_imputers(fitted, frame, recipe.imputed) if recipe.imputed else fitted


def before_after(preparation: Preparation, frame: Mapping[str, Column]) -> tuple[BeforeAfter, ...]:
    """Each column before and after, on the rows of `frame`; means only where they mean something."""
    whole = extended(preparation.derived, frame)
    return tuple(_effect(encoder, whole[encoder.name]) for encoder in preparation.encoders if encoder.name in whole)


def _complete(recipe: Recipe, frame: Mapping[str, Column]) -> None:
    for name in recipe.columns:
        if name not in frame:
            raise UserError(f"column {name!r} is not among the training rows: read the data again.")


def _fit_one(decision: Decision, recipe: Recipe, frame: Mapping[str, Column]) -> Encoder:
    name, action = decision.column, decision.action
    if action == "drop":
        return Drop(name=name, reason=decision.why)
    values = frame[name]
    if action == "onehot":
        return encoders.onehot(name, categories(values), recipe)
    if action == "embedding":
        return encoders.embedding(name, categories(values), recipe)
    if action == "words":
        return encoders.text(name, texts(values), recipe)
    if action == "bigrams":
        shape = recipe.shape(name)
        return encoders_text.bigrams(name, term_counts(values, shape.unit), shape)
    if action == "tokens":
        shape = recipe.shape(name)
        return encoders_text.tokens(name, term_counts(values, shape.unit, tokens), shape)
    if action == "picture":
        return encoders_picture.picture(name, values, recipe.pictures.get(name, PictureShape()))
    if action == "sound":
        return encoders_sound.sound(name, values, recipe.sounds.get(name, SoundShape()))
    if action == "date":
        seconds = parse.instants(values, name)
        return encoders.moment(name, AtHand(seconds), varying(seconds), recipe)
    found = parse.numbers(values, name, recipe.blanks.get(name, ()))
    if action == "anchor":
        return encoders.anchor(name, AtHand(found), recipe)
    return encoders.numeric(name, AtHand(found), action, recipe)


def _effect(encoder: Encoder, values: Column) -> BeforeAfter:
    width = width_of(encoder.parts_of_input)
    after = np.zeros((len(values), width), dtype=np.float32)
    encode(encoder, values, after)
    before = _numbers_before(encoder, values)
    known = before[~np.isnan(before)] if before is not None else np.empty(0)
    shown = after[:, 0] if isinstance(encoder, Numeric | Date) else after
    if isinstance(encoder, Category | Tokens):
        shown = np.empty((0, 0), dtype=np.float32)
    return BeforeAfter(
        column=encoder.name,
        kind=str(encoder.__struct_config__.tag),
        missing=int(np.isnan(before).sum()) if before is not None else sum(map(parse.is_missing, parse.cells(values))),
        before_mean=_mean(known),
        before_std=_std(known),
        width=width,
        inputs=tuple(part.kind for part in encoder.parts_of_input if part.width),
        ids=encoder.size if isinstance(encoder, Category | Tokens) else 0,
        after_mean=_mean(shown),
        after_std=_std(shown),
    )


def _numbers_before(encoder: Encoder, values: Column) -> Floats | None:
    return parse.numbers(values, encoder.name, encoder.blanks) if isinstance(encoder, Numeric) else None


def _mean(values: NDArray[Any]) -> float | None:
    return float(values.mean(dtype=np.float64)) if values.size else None


def _std(values: NDArray[Any]) -> float | None:
    return float(values.std(dtype=np.float64)) if values.size else None


def take(frame: Mapping[str, Column], rows: NDArray[np.integer[Any]], columns: Sequence[str]) -> dict[str, Any]:
    """The named columns at the given row positions, each typed as it was."""
    return {name: parse.raw(frame[name])[rows] for name in columns if name in frame}

"""What well-known models reach on the same folds: linear model, boosted trees, a rule of two questions."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any, Protocol, TypeAlias

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor
from threadpoolctl import threadpool_limits

from engine.training.apply import transform
from engine.training.decide import Recipe
from engine.training.history import Array
from engine.training.out_of_fold import Fold, averaged
from engine.training.parse import Column
from engine.training.prepare import fit, take
from engine.training.spec import unfolded
from engine.training.spec_picture import PictureShape
from engine.training.spec_sound import SoundShape
from engine.training.target_code import TargetCode
from engine.training.tree_inputs import categories, codes

Frame: TypeAlias = Mapping[str, Column]
COARSE = 10
"""Points a side of the pictures that references are given, and bands of sounds."""
STRETCHES = 8
"""Stretches of time of the sounds that they are given."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A model to compare with: its title, how it is made for classes and for amounts, and what it is given."""

    title: str
    classifier: Callable[[int], Any]
    regressor: Callable[[int], Any]
    raw: bool = False
    """Whether it takes categories as codes and missing values as they are, instead of the network's inputs."""


REFERENCES: dict[str, Reference] = {
    "linear": Reference("linear model", lambda seed: LogisticRegression(max_iter=1000), lambda seed: Ridge(alpha=1.0)),
    "boosted_trees": Reference(
        "boosted trees",
        lambda seed: HistGradientBoostingClassifier(random_state=seed, early_stopping=False),
        lambda seed: HistGradientBoostingRegressor(random_state=seed, early_stopping=False),
        raw=True,
    ),
    "two_questions": Reference(
        "a rule of two questions",
        lambda seed: DecisionTreeClassifier(max_depth=2, min_samples_leaf=5, random_state=seed),
        lambda seed: DecisionTreeRegressor(max_depth=2, min_samples_leaf=5, random_state=seed),
    ),
}


@dataclass(frozen=True, slots=True)
class Lesson:
    """What a reference learns from and is asked: inputs `x` and targets `y` of training rows, inputs `wanted`.

    `categories` says which inputs are categories, for a reference that takes them so; else None. `code` is of the
    whole table: what it scales by, these rows tell (`fitted`). `weights` (n,) of the training rows, None where they
    count alike.
    """

    name: str
    x: Array
    y: Array
    wanted: Array
    code: TargetCode
    categories: list[bool] | None
    seed: int
    weights: Array | None = None

    def ready(self, model: Any) -> Any:
        """A model that knows which inputs are categories."""
        return model if self.categories is None else model.set_params(categorical_features=self.categories)


class Learned(Protocol):
    """Predictions for a lesson's rows, as metrics take them."""

    def __call__(self, lesson: Lesson, /) -> Array: ...


@dataclass(frozen=True, slots=True)
class ReferencePart:
    """A reference's predictions of one fold's test rows, in their order."""

    rows: NDArray[Any]
    predictions: Array


@dataclass(frozen=True, slots=True)
class ReferenceOutOfFold:
    """A reference's predictions; fields as in `OutOfFold`."""

    rows: NDArray[np.int64]
    predictions: Array
    parts: tuple[ReferencePart, ...]


def refer(
    name: str,
    frame: Frame,
    y: Array,
    folds: Sequence[Fold],
    recipe: Recipe,
    *,
    code: TargetCode,
    learn: Learned,
    seed: int,
    weights: Array | None = None,
    coarse_pictures: bool = True,
    threads: int = 1,
    between: Callable[[], None] = lambda: None,
) -> ReferenceOutOfFold:
    """Predictions of one of REFERENCES on the folds, fitted on each fold's training rows.

    Arguments as in `cross_validate`; `learn` is that of the kind of prediction. `between` is called before each fold:
    it may raise to end.
    """
    parts = []
    for fold in folds:
        between()
        found = _one(
            name, frame, y, fold, counted(recipe) if coarse_pictures else recipe, code, learn, seed, weights, threads
        )
        parts.append(ReferencePart(np.asarray(fold.test), found))
    return ReferenceOutOfFold(*averaged(parts), tuple(parts))


def _one(
    name: str,
    frame: Frame,
    y: Array,
    fold: Fold,
    recipe: Recipe,
    code: TargetCode,
    learn: Learned,
    seed: int,
    weights: Array | None,
    threads: int,
) -> Array:
    train, test = take(frame, fold.train, recipe.columns), take(frame, fold.test, recipe.columns)
    preparation, kinds = fit(recipe, train), None
    inputs: Array
    wanted: Array
    if REFERENCES[name].raw:
        kinds = categories(preparation)
        inputs, wanted = codes(preparation, train), codes(preparation, test)
    else:
        preparation = unfolded(preparation)
        inputs, wanted = transform(preparation, train), transform(preparation, test)
    with threadpool_limits(threads), warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        own = None if weights is None else weights[fold.train]
        return learn(Lesson(name, inputs, y[fold.train], wanted, code, kinds, seed, own))


def counted(recipe: Recipe) -> Recipe:
    """The same with words and pairs of words counted where their order is learned, for models that take no sequence,
    and with pictures and sounds so coarse that every point of them can be an input of its own.
    """
    decisions = tuple(replace(made, action="bigrams") if made.action == "tokens" else made for made in recipe.decisions)
    pictures = {name: coarse(shape) for name, shape in recipe.pictures.items()}
    sounds = {name: few_frames(shape) for name, shape in recipe.sounds.items()}
    return replace(recipe, decisions=decisions, pictures=pictures, sounds=sounds)


def coarse(shape: PictureShape) -> PictureShape:
    """A grey picture of at most COARSE points a side."""
    share = min(1.0, COARSE / max(shape.height, shape.width))
    height, width = (max(1, round(share * side)) for side in (shape.height, shape.width))
    return replace(shape, height=height, width=width, channels=1)


def few_frames(shape: SoundShape) -> SoundShape:
    """The mean power in few bands over each of so many stretches of a sound."""
    frames = min(STRETCHES, shape.frames)
    together = ceil(shape.frames * shape.together / frames)
    return replace(shape, frames=frames, together=together, bands=min(COARSE, shape.bands))

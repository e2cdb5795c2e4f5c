"""Judges columns by boosted trees inside training rows: which matter more than random probes, which new ones might."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from msgspec import structs
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge

from engine.training import parse
from engine.training.apply import transform
from engine.training.decide import Recipe
from engine.training.derive import compute
from engine.training.history import Array
from engine.training.parse import Column, Floats
from engine.training.prepare import fit, take
from engine.training.references import counted
from engine.training.spec import Derived, Drop, Numeric, Preparation, unfolded
from engine.training.tree_inputs import categories, codes

Frame = Mapping[str, Column]
MOST_ROWS = 10_000
PROBES = 5
REPEATS = 3
ALIKE = 0.8
"""Rank correlation from which numbers stand in for one another, so that they are judged together."""
TREES = 60


@dataclass(frozen=True, slots=True)
class Importance:
    """Columns judged together, and how much the loss on unseen rows grows when they are shuffled among rows."""

    columns: tuple[str, ...]
    value: float


@dataclass(frozen=True, slots=True)
class Part:
    """Training rows of a fold, divided into those to learn from and those to judge on."""

    train: NDArray[Any]
    test: NDArray[Any]


def importances(
    recipe: Recipe,
    frame: Frame,
    y: Array,
    classes: int,
    parts: Sequence[Part],
    seed: int,
    between: Callable[[], None] = lambda: None,
) -> tuple[tuple[Importance, ...], float]:
    """Importance of every used column (Breiman, 2001), most important first, and that of the best of the probes.

    Probes are copies of columns shuffled among the rows, which are learned from like the others: a column that matters
    no more than the best of them may be noise (Kursa and Rudnicki, 2010). Means over `parts`. `y` (n,): codes of so
    many `classes`, or amounts where that is 0.
    """
    draw = np.random.default_rng(seed)
    together = grouped(recipe, _some(recipe, frame, parts[0].train))
    lost = np.zeros(len(together))
    probed = np.zeros(PROBES)
    for part in parts:
        between()
        train, test = _least(part.train, draw), _least(part.test, draw)
        preparation = fit(counted(recipe), _some(recipe, frame, train))
        x, places, kinds = _coded(preparation, _some(recipe, frame, train))
        wanted, _, _ = _coded(preparation, _some(recipe, frame, test))
        copied = draw.permuted(np.resize(draw.permutation(x.shape[1]), PROBES))
        x = np.hstack([x, draw.permuted(x[:, copied], axis=0)])
        wanted = np.hstack([wanted, draw.permuted(wanted[:, copied], axis=0)])
        kinds = kinds + [kinds[place] for place in copied]
        model = _model(classes, seed, kinds).fit(x, y[train])
        told = y[test]
        whole = _loss(model, wanted, told, classes)
        for number, columns in enumerate(together):
            inputs = [place for name in columns for place in places.get(name, [])]
            lost[number] += _shuffled(model, wanted, told, classes, inputs, draw) - whole if inputs else 0.0
        for number in range(PROBES):
            place = wanted.shape[1] - PROBES + number
            probed[number] += _shuffled(model, wanted, told, classes, [place], draw) - whole
    found = [Importance(columns, float(value) / len(parts)) for columns, value in zip(together, lost, strict=True)]
    return tuple(sorted(found, key=lambda each: -each.value)), float(probed.max()) / len(parts)


def grouped(recipe: Recipe, frame: Frame) -> list[tuple[str, ...]]:
    """The used columns, numbers of a high rank correlation together (whatever links two of a group)."""
    preparation = fit(counted(recipe), frame)
    names = [made.name for made in preparation.encoders if not isinstance(made, Drop)]
    numbers = [made.name for made in preparation.encoders if isinstance(made, Numeric)]
    if len(numbers) < 2:
        return [(name,) for name in names]
    x, places, _ = _coded(preparation, frame)
    filled = np.column_stack([_filled(x[:, places[name][0]]) for name in numbers])
    ranks = filled.argsort(axis=0, kind="stable").argsort(axis=0, kind="stable").astype(np.float64)
    close = np.abs(np.corrcoef(ranks, rowvar=False)) >= ALIKE
    reached = np.linalg.matrix_power(close.astype(np.float64), len(numbers)) > 0
    first = {name: numbers[int(np.argmax(reached[place]))] for place, name in enumerate(numbers)}
    groups: dict[str, list[str]] = {}
    for name in names:
        groups.setdefault(first.get(name, name), []).append(name)
    return [tuple(columns) for columns in groups.values()]


def gains(
    recipe: Recipe,
    frame: Frame,
    y: Array,
    classes: int,
    folds: Sequence[Part],
    candidates: Sequence[Derived],
    seed: int,
    between: Callable[[], None] = lambda: None,
) -> tuple[float, ...]:
    """What share of a linear model's squared error each candidate explains, beyond what its sources do by themselves.

    By cubic curves of ranks, or by the words of joined categories; less two parts in n for each number fitted (Akaike,
    1974), so that what is above 0 may be more than chance. Means over the training rows of `folds`.
    """
    total = np.zeros(len(candidates))
    draw = np.random.default_rng(seed)
    for fold in folds:
        between()
        train = _least(fold.train, draw)
        known = take(frame, train, list(frame))
        left = _left(fit(counted(recipe), known), known, y[train], classes)
        for number, made in enumerate(candidates):
            total[number] += _explained(made, known, left)
    return tuple(float(value) / len(folds) for value in total)


def _some(recipe: Recipe, frame: Frame, rows: NDArray[Any]) -> dict[str, Any]:
    return take(frame, rows, recipe.columns)


def _least(rows: NDArray[Any], draw: np.random.Generator) -> NDArray[Any]:
    return rows if len(rows) <= MOST_ROWS else np.sort(draw.choice(rows, MOST_ROWS, replace=False))


def _coded(preparation: Preparation, columns: Frame) -> tuple[Floats, dict[str, list[int]], list[bool]]:
    """Inputs for trees, which of them are of which column, and which are categories."""
    parts: list[Floats] = []
    places: dict[str, list[int]] = {}
    kinds: list[bool] = []
    for made in preparation.encoders:
        if not isinstance(made, Drop):
            alone = structs.replace(preparation, encoders=(made,), imputers=())
            parts.append(codes(alone, columns))
            places[made.name] = list(range(len(kinds), len(kinds) + parts[-1].shape[1]))
            kinds += categories(alone)
    return np.hstack(parts), places, kinds


def _model(classes: int, seed: int, kinds: list[bool]) -> Any:
    made = HistGradientBoostingClassifier if classes else HistGradientBoostingRegressor
    return made(max_iter=TREES, random_state=seed, early_stopping=False, categorical_features=kinds)


def _shuffled(model: Any, x: Floats, y: Array, classes: int, inputs: list[int], draw: np.random.Generator) -> float:
    """The loss when some inputs, together, come from other rows."""
    found = 0.0
    for _ in range(REPEATS):
        mixed = x.copy()
        mixed[:, inputs] = x[np.ix_(draw.permutation(len(x)), np.array(inputs))]
        found += _loss(model, mixed, y, classes) / REPEATS
    return found


def _loss(model: Any, x: Floats, y: Array, classes: int) -> float:
    """Mean log loss, or squared error in target variances."""
    if not classes:
        return float(np.mean((y - model.predict(x)) ** 2) / (np.var(y) or 1.0))
    place = np.searchsorted(model.classes_, y)
    met = np.isin(y, model.classes_)
    shares = model.predict_proba(x)[np.arange(len(y)), np.where(met, place, 0)]
    return float(-np.log(np.clip(np.where(met, shares, 0.0), 1e-6, 1.0)).mean())


def _left(preparation: Preparation, columns: Frame, y: Array, classes: int) -> NDArray[np.float64]:
    """(n, k) what a linear model leaves unexplained of each row.

    Of rows it was fitted to: were it fitted to the other half, chance would pull the halves apart, in opposite ways.
    """
    x = transform(unfolded(preparation), columns)
    if not classes:
        return np.asarray(y - Ridge(alpha=1.0).fit(x, y).predict(x))[:, None]
    left = np.eye(classes)[y.astype(np.int64)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model = LogisticRegression(max_iter=200).fit(x, y)
    left[:, model.classes_.astype(np.int64)] -= model.predict_proba(x)
    return left


def _explained(made: Derived, columns: Frame, left: NDArray[np.float64]) -> float:
    """The share of the squares of `left` (n, k) that goes with one derived column, less what chance takes."""
    whole = float((left**2).sum()) or 1.0
    if made.takes == "words":
        words = [word or "" for word in parse.words(compute(made, columns), "text")]
        _, place, count = np.unique(words, return_inverse=True, return_counts=True)
        sums = np.array([np.bincount(place, weights=column) for column in left.T])
        return float((sums**2 / count).sum()) / whole - 2 * len(count) / len(left)
    read = parse.numbers if made.takes == "number" else parse.instants
    before = np.column_stack([np.ones(len(left)), *(_curve(read(columns[name], name)) for name in made.sources)])
    after = np.column_stack([before, _curve(compute(made, columns))])
    more = after.shape[1] - before.shape[1]
    return float((_rest(before, left) - _rest(after, left)) / whole - 2 * more / len(left))


def _rest(inputs: Floats, left: NDArray[np.float64]) -> float:
    """The squares that a linear regression leaves."""
    return float(((left - inputs @ np.linalg.lstsq(inputs, left, rcond=None)[0]) ** 2).sum())


def _curve(values: Floats) -> Floats:
    """(n, 3) the powers of a column's ranks between -1 and 1; what is missing lies in the middle."""
    known = np.flatnonzero(~np.isnan(values))
    place = np.zeros(len(values))
    _, inverse, count = np.unique(values[known], return_inverse=True, return_counts=True)
    middle = (np.cumsum(count) - count / 2) / max(len(known), 1)
    place[known] = 2 * middle[inverse] - 1
    return np.column_stack([place, place**2, place**3])


def _filled(values: Floats) -> Floats:
    known = values[~np.isnan(values)]
    return np.where(np.isnan(values), np.median(known) if len(known) else 0.0, values)

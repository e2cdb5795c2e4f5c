"""A class for every point of a picture: what the worker knows of it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.image.mask import LOOKED_AT, named, values, working_size
from engine.stats import resampling
from engine.stats.intervals import REPLICATES
from engine.stats.mask_metrics import iou_of_classes
from engine.stats.void import VOID
from engine.training.kind import Asked, Kind
from engine.training.kinds.amounts import by_chance
from engine.training.layout import Block, Layout
from engine.training.naive import NaiveInput
from engine.training.parse import Floats
from engine.training.references import REFERENCES, Lesson
from engine.training.target_cells import Columns
from engine.training.target_code import TargetCode
from engine.training.target_masks import MaskTarget, paths_of
from engine.values import Named, Score

Array = NDArray[Any]

POINTS = 20_000
"""Points that a reference learns from, drawn from all pictures."""


def masks_from(asked: Asked, columns: Columns) -> MaskTarget:
    """The classes of the masks and the size at which they are worked on. Errors: UserError as in `classes_at`."""
    (column,) = asked.columns
    cells = paths_of(columns[column], column)
    sizes = np.array([values(cell).shape for cell in cells[:LOOKED_AT]])
    height, width = working_size(*np.median(sizes, axis=0))
    classes = classes_at(cells, (height, width), column, asked.void or "")
    return MaskTarget(
        task=asked.task, column=column, classes=classes, height=height, width=width, void=asked.void or ""
    )


def classes_at(cells: list[str], size: tuple[int, int], column: str, void: str) -> tuple[str, ...]:
    """The classes that masks hold at a size, in the order of their values, without `void`.

    Errors: UserError for more of them than a mask should have, less than two, or `void` where it does not occur.
    """
    names, _ = named(cells, size, column)
    if void and void not in names:
        raise UserError(f"framing.void: no mask of {column!r} holds {void!r}, they hold {', '.join(names[:20])}")
    classes = tuple(name for name in names if name != void)
    if len(classes) < 2:
        raise UserError(f"column {column!r}: the masks hold {len(classes)} class: two or more are needed to tell apart")
    if len(classes) >= VOID:
        raise UserError(
            f"column {column!r}: the masks hold {len(classes)} different values, too many for classes; save masks as "
            "PNG, because JPEG mixes neighbouring values"
        )
    return classes


def common_share(y: Array) -> Floats:
    """The share of each picture's known points that is of the class which most points of all pictures have (n,)."""
    known = y != VOID
    common = int(np.argmax(np.bincount(y[known], minlength=1))) if known.any() else 0
    return np.asarray((y == common).sum(axis=(1, 2)) / np.maximum(known.sum(axis=(1, 2)), 1), dtype=np.float64)


def certain(code: TargetCode, y: Array) -> Array:
    return one_hot(y, len(code.classes))


def one_hot(y: Array, classes: int) -> NDArray[np.float32]:
    """Shares (…, classes): 1 of the class that is there, of none where nothing is known."""
    return np.asarray(y[..., None] == np.arange(classes), dtype=np.float32)


def surprise(y: Array, p: Array) -> Floats:
    """1 minus the mean share that was given to the truth of known points (n,)."""
    given = np.take_along_axis(p, np.where(y == VOID, 0, y)[..., None].astype(np.int64), axis=-1)[..., 0]
    known = y != VOID
    return np.asarray(1 - (given * known).sum(axis=(1, 2)) / np.maximum(known.sum(axis=(1, 2)), 1), dtype=np.float64)


def majority(fold: NaiveInput) -> Array | None:
    """The class that most points have, everywhere."""
    counts = _counts(fold).sum(axis=(0, 1))
    said = np.zeros((*fold.y.shape[1:], len(counts)), dtype=np.float32)
    said[..., counts.argmax()] = 1.0
    return np.broadcast_to(said, (len(fold.score), *said.shape)).copy()


def mean_mask(fold: NaiveInput) -> Array | None:
    """At each place the shares of the classes that the training pictures have there."""
    counts = _counts(fold)
    overall = counts.sum(axis=(0, 1)) / counts.sum()
    said = ((counts + overall) / (counts.sum(axis=-1, keepdims=True) + 1)).astype(np.float32)
    return np.broadcast_to(said, (len(fold.score), *said.shape)).copy()


def _counts(fold: NaiveInput) -> Floats:
    """Weighted training pictures (h, w, k) by what they have at each place."""
    weights = np.ones(len(fold.y)) if fold.weights is None else fold.weights
    return np.stack([np.tensordot(weights, fold.y == code, axes=1) for code in range(fold.classes)], axis=-1)


def learn(lesson: Lesson) -> Array:
    """Shares by a model that sees the colour and the place of one point at a time, (n, h, w, k)."""
    assert isinstance(lesson.code, MaskTarget)
    classes, (height, width) = len(lesson.code.classes), lesson.y.shape[1:]
    wanted = _points(lesson.wanted, height, width)
    x, y = _points(lesson.x, height, width).reshape(-1, wanted.shape[-1]), lesson.y.ravel()
    known = np.flatnonzero(y != VOID)
    weights = None if lesson.weights is None else np.repeat(lesson.weights, height * width)
    rng = np.random.default_rng(lesson.seed)
    chosen = known if len(known) <= POINTS else rng.choice(known, POINTS, replace=False)
    own = None if weights is None else weights[chosen]
    model = REFERENCES[lesson.name].classifier(lesson.seed).fit(x[chosen], y[chosen], sample_weight=own)
    shares = np.zeros((len(wanted) * height * width, classes), dtype=np.float32)
    shares[:, model.classes_.astype(int)] = model.predict_proba(wanted.reshape(-1, wanted.shape[-1]))
    return shares.reshape(len(wanted), height, width, classes)


def _points(x: Array, height: int, width: int) -> Array:
    """Colours, and the places down and across with their squares and product, of all points (n, h·w, features)."""
    colours = np.asarray(x).reshape(len(x), height * width, -1)
    down, across = (
        axis.ravel() for axis in np.meshgrid(*(np.linspace(-1, 1, to) for to in (height, width)), indexing="ij")
    )
    place = np.stack([down, across, down**2, across**2, down * across], axis=-1)
    return np.concatenate([colours, np.broadcast_to(place, (len(x), *place.shape))], axis=-1)


def by_class(code: TargetCode, y: Array, p: Array) -> tuple[Named, ...]:
    """The intersection over union of each class that is there in truth or answer, at the size of the masks."""
    assert isinstance(code, MaskTarget)
    n, how = len(y), f"of this class, at {code.width} x {code.height} points, bootstrap interval"
    drawn = resampling.draws(n, resampling.replicates_for(n, REPLICATES), np.random.default_rng(1))
    replicates = np.concatenate([iou_of_classes(y, p, np.asarray(weights)) for weights in drawn])
    found = []
    for place, value in enumerate(iou_of_classes(y, p, np.ones((1, n)))[0]):
        if np.isnan(value):
            continue
        known = replicates[~np.isnan(replicates[:, place]), place]
        low, high = resampling.interval(float(value), known, n) or (None, None)
        one = Score(metric="iou", value=float(value), low=low, high=high, n=n, how=how)
        found.append(Named(code.classes[place], one))
    return tuple(found)


def a_picture(code: TargetCode) -> Layout:
    """A picture in colours of the size of the masks."""
    assert isinstance(code, MaskTarget)
    shape = (code.height, code.width, 3)
    return Layout((Block(column="measured", kind="picture", start=0, width=int(np.prod(shape)), shape=shape),))


KIND = Kind(
    fit=masks_from,
    strata=by_chance,
    label=common_share,
    certain=certain,
    surprise=surprise,
    naive={"majority": majority, "mean_mask": mean_mask},
    learn=learn,
    more=by_class,
    whole_pictures=True,
    measured=a_picture,
)

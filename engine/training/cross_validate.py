"""Trains on every fold and predicts what it left out; all that is fitted is fitted on a fold's training rows alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from engine.errors import UserError
from engine.jobs.outcome import Stopped
from engine.stats.metrics import named
from engine.training.apply import Matrix, decode_target, transform
from engine.training.compiled import Rows
from engine.training.copies import with_copies
from engine.training.decide import Recipe
from engine.training.fit import Score, Trainer, never
from engine.training.history import Array, EpochEnd, History
from engine.training.hyper import Hyper
from engine.training.layout import Layout, joined, places
from engine.training.network import Head, Model, build, prior_bias
from engine.training.parse import Column
from engine.training.prepare import fit, standardised, take
from engine.training.spec import Preparation, TargetCode

Frame: TypeAlias = Mapping[str, Column]


class Fold(Protocol):
    """Positions of the rows to learn from and of those to predict."""

    @property
    def train(self) -> NDArray[Any]: ...

    @property
    def test(self) -> NDArray[Any]: ...


@dataclass(frozen=True, slots=True)
class FoldRun:
    """One fold: predictions of its test rows in their order, its training, and what was fitted on its training rows."""

    rows: NDArray[Any]
    predictions: Array
    history: History
    preparation: Preparation
    code: TargetCode


@dataclass(frozen=True, slots=True)
class OutOfFold:
    """Predictions of rows by networks that never saw them.

    `rows` (m,): the positions that were scored, ascending, each once; `predictions` (m,) or (m, classes):
    probabilities, or amounts in their own unit, averaged over the repeats of a row; `parts`: every fold by itself.
    """

    rows: NDArray[np.int64]
    predictions: Array
    parts: tuple[FoldRun, ...]
    parameters: int
    layout: Layout
    """Of the network, which holds the inputs of every fold."""

    @property
    def fold(self) -> NDArray[np.int64]:
        """(m,) number of the first fold that scored each row."""
        first = np.full(len(self.rows), -1, dtype=np.int64)
        for number in reversed(range(len(self.parts))):
            first[np.searchsorted(self.rows, self.parts[number].rows)] = number
        return first

    @property
    def digests(self) -> tuple[str, ...]:
        """Of each fold's preparation."""
        return tuple(part.preparation.digest() for part in self.parts)

    @property
    def best_epoch(self) -> int:
        """The median of the folds' best epochs, at least 1: how long to train on all rows."""
        return max(1, round(float(np.median([part.history.best_epoch for part in self.parts]))))

    @property
    def trouble(self) -> str:
        """The first sentence of a fold whose loss stopped being a number, else empty."""
        return next((part.history.trouble for part in self.parts if part.history.trouble), "")


@dataclass(frozen=True, slots=True)
class Fitted:
    """A network with everything it needs to predict raw rows."""

    model: Model
    preparation: Preparation
    code: TargetCode
    history: History

    def predict(self, frame: Frame) -> Array:
        """Probabilities (n,) or (n, classes), or amounts (n,) in their own unit. Errors: as in `transform`."""
        return natural(self.code, self.model.predict(transform(self.preparation, frame), verbose=0, batch_size=4096))


def cross_validate(
    frame: Frame,
    y: Array,
    folds: Sequence[Fold],
    recipe: Recipe,
    hyper: Hyper,
    *,
    code: TargetCode,
    head: Head,
    loss: str,
    metric: str,
    epochs: int,
    seed: int,
    patience: int | None = None,
    watch: Callable[[Fold], Fold] | None = None,
    weights: Array | None = None,
    keep_rows: bool = False,
    stop: Callable[[], bool] = never,
    progress: Callable[[int, EpochEnd], None] | None = None,
    checkpoints: Path | None = None,
) -> OutOfFold:
    """Train one network per fold and predict its test rows.

    `y` (n,): class codes, or amounts in their own unit, of the rows of `frame`; `weights` (n,) of their loss.
    `watch(fold)` divides the training rows into those to learn from and those whose loss tells when to stop; without
    it the test rows tell, which flatters their score a little.
    `progress(fold, end)` hears every epoch with `metric` on the test rows, folds counted from 0. In the folder
    `checkpoints` every fold keeps its own file, so that a killed run goes on where it was. Else as `Trainer.train`.

    Errors: UserError when no column is usable in a fold; Stopped when `stop` says so, within an epoch.
    """
    more = with_copies(recipe, frame, y, weights, folds, watch, seed)
    frame, y, weights, folds, watch = more.frame, more.y, more.weights, more.folds, more.watch
    preparations = [_fitted(recipe, frame, fold.train, number) for number, fold in enumerate(folds, start=1)]
    layout = joined(preparations)
    most = max(len(fold.train) for fold in folds)
    model = build(layout, code.outputs, hyper, head=head, loss=loss)
    trainer = Trainer(model, rows=most, batch=min(hyper.batch, most))
    parts: list[FoldRun] = []
    for number, (fold, preparation) in enumerate(zip(folds, preparations, strict=True)):
        own = code if code.classes else standardised(code, y[fold.train])
        x = _inputs(preparation, frame, np.concatenate([fold.train, fold.test]), len(y), layout)
        scaled = y if code.classes else (y - own.center) / own.scale
        looks = fold if watch is None else watch(fold)
        history = trainer.train(
            x,
            scaled,
            looks.train,
            looks.test,
            epochs=epochs,
            seed=seed,
            used=places(preparation, layout),
            output_bias=prior_bias(head, scaled[fold.train], code.outputs),
            weights=weights,
            patience=patience,
            score=in_own_unit(metric, own),
            stop=stop,
            progress=None if progress is None else numbered(progress, number),
            checkpoint=checkpoints / f"fold-{number:03d}.npz" if checkpoints else None,
            keep_rows=keep_rows,
        )
        if history.ended == "stopped":
            raise Stopped
        predictions = natural(own, trainer.predict(x[fold.test], history.weights))
        parts.append(FoldRun(np.asarray(fold.test), predictions, history, preparation, own))
    return OutOfFold(*averaged(parts), tuple(parts), model.count_params(), layout)


def fit_all(
    frame: Frame,
    y: Array,
    recipe: Recipe,
    hyper: Hyper,
    *,
    code: TargetCode,
    head: Head,
    loss: str,
    epochs: int,
    seed: int,
    weights: Array | None = None,
    stop: Callable[[], bool] = never,
    progress: Callable[[EpochEnd], None] | None = None,
    checkpoint: Path | None = None,
) -> Fitted:
    """Train on all rows for a number of epochs that was chosen before. Arguments and errors as in `cross_validate`."""
    more = with_copies(recipe, frame, y, weights, (), None, seed)
    frame, y, weights = more.frame, more.y, more.weights
    rows = np.arange(len(y))
    preparation = _fitted(recipe, frame, rows, 0)
    own = code if code.classes else standardised(code, y)
    scaled = y if code.classes else (y - own.center) / own.scale
    model = build(joined([preparation]), code.outputs, hyper, head=head, loss=loss)
    history = Trainer(model, rows=len(y), batch=min(hyper.batch, len(y))).train(
        transform(preparation, frame),
        scaled,
        rows,
        epochs=epochs,
        seed=seed,
        output_bias=prior_bias(head, scaled, code.outputs),
        weights=weights,
        stop=stop,
        progress=progress,
        checkpoint=checkpoint,
    )
    if history.ended == "stopped":
        raise Stopped
    return Fitted(model, preparation, own, history)


def natural(code: TargetCode, outputs: Array) -> Array:
    """The network's outputs as predictions: one column as (n,), amounts in their own unit; float64."""
    flat = np.asarray(outputs[:, 0] if outputs.ndim == 2 and outputs.shape[1] == 1 else outputs, dtype=np.float64)
    return flat if code.classes else decode_target(code, flat)


class Part(Protocol):
    """Predictions of some rows."""

    @property
    def rows(self) -> NDArray[Any]: ...

    @property
    def predictions(self) -> Array: ...


def averaged(parts: Sequence[Part]) -> tuple[NDArray[np.int64], Array]:
    """All rows that some part predicts, ascending, and the mean of their predictions."""
    rows = np.unique(np.concatenate([part.rows for part in parts])).astype(np.int64)
    total = np.zeros((len(rows), *parts[0].predictions.shape[1:]))
    count = np.zeros(len(rows))
    for part in parts:
        where = np.searchsorted(rows, part.rows)
        total[where] += part.predictions
        count[where] += 1
    return rows, total / count.reshape(-1, *([1] * (total.ndim - 1)))


def _fitted(recipe: Recipe, frame: Frame, rows: Rows, number: int) -> Preparation:
    preparation = fit(recipe, take(frame, rows, recipe.columns))
    if preparation.width == 0:
        where = f"the training rows of fold {number}" if number else "these rows"
        raise UserError(f"no usable column is left in {where}: keep at least one that varies (step preparation).")
    return preparation


def _inputs(preparation: Preparation, frame: Frame, rows: Rows, total: int, layout: Layout) -> Matrix:
    """Inputs (total, layout.width) of the given rows, 0 elsewhere: folds share one shape, so nothing compiles anew."""
    x = np.zeros((total, layout.width), dtype=np.float32)
    own = np.array(places(preparation, layout))
    x[np.ix_(rows, own)] = transform(preparation, take(frame, rows, preparation.columns))
    return x


def in_own_unit(metric: str, code: TargetCode) -> Score:
    """The metric of targets and predictions as the network has them."""
    compute = named(metric).compute
    if code.classes:
        return compute
    return lambda y, p: compute(decode_target(code, y), decode_target(code, p))


def numbered(progress: Callable[[int, EpochEnd], None], number: int) -> Callable[[EpochEnd], None]:
    """Progress of one fold."""
    return lambda end: progress(number, end)

"""Trains on every fold and predicts what it left out; all that is fitted is fitted on a fold's training rows alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np

from engine.data.row_groups import RowGroups
from engine.jobs.outcome import Stopped
from engine.stats.metrics import named
from engine.training.apply import transform
from engine.training.balance import Balance, Weighing
from engine.training.copies import with_copies
from engine.training.decide import Recipe
from engine.training.digests import digest_of, digest_of_columns
from engine.training.fit import Trainer, never
from engine.training.fold_cache import PreparedFolds, fitted, prepared_folds
from engine.training.fold_store import keep, kept
from engine.training.history import Array, EpochEnd, History, Pruned, Score
from engine.training.hyper import Hyper
from engine.training.layout import Layout, joined, places
from engine.training.network import Head, Model, build, prior_bias
from engine.training.out_of_fold import Fold, FoldRun, OutOfFold, averaged
from engine.training.parse import Column
from engine.training.placed import build_placed, trainer_of
from engine.training.spec import Preparation
from engine.training.stream import StreamTrainer
from engine.training.stream_folds import StreamedFolds, streamed_folds
from engine.training.target_code import TargetCode

Frame: TypeAlias = Mapping[str, Column]

FINISHED = "fold-{:03d}.done.npz"


@dataclass(frozen=True, slots=True)
class Fitted:
    """A network with everything it needs to predict raw rows."""

    model: Model
    preparation: Preparation
    code: TargetCode
    history: History

    def predict(self, frame: Frame) -> Array:
        """Predictions as metrics take them. Errors: as in `transform`."""
        return self.code.natural(self.model.predict(transform(self.preparation, frame), verbose=0, batch_size=4096))


def cross_validate(
    frame: Frame | RowGroups,
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
    balance: Balance = "none",
    weights: Array | None = None,
    keep_rows: bool = False,
    stop: Callable[[], bool] = never,
    progress: Callable[[int, EpochEnd], None] | None = None,
    checkpoints: Path | None = None,
    earlier: Path | None = None,
    by_epoch: bool = True,
    prune: Callable[[int, EpochEnd], bool] | None = None,
    cache: Path | None = None,
) -> OutOfFold:
    """Train one network per fold and predict its test rows.

    `frame`: columns; or a file whose rows do not fit into memory, which is read anew for every epoch: the same but for
    the order of rows in an epoch, and for medians (see `fit_folds`). `cache` is of no use to it.
    `y` (n,) or (n, k): the targets of the rows of `frame` as metrics take them; `weights` (n,) of their loss.
    `watch(fold)` divides the training rows into those to learn from and those whose loss tells when to stop; without
    it the test rows tell, which flatters their score a little. With `balance` "prior" classes weigh the same in the
    loss, and answers are corrected for it. `progress(fold, end)` hears every epoch with `metric` on the rows that
    tell, folds counted from 0. Else as `Trainer.train`.

    In the folder `checkpoints` every finished fold leaves what it came to and is never trained again; with `by_epoch`
    an unfinished one goes on after its last epoch. `earlier`: such a folder of another call, whose folds are taken over
    where all that decides them is the same. In the folder `cache` prepared rows are kept for the next call.

    Errors: UserError when no column is usable in a fold; Stopped when `stop` says so, within an epoch; Pruned when
    `prune(fold, end)` does, after an epoch.
    """
    own_key = "" if cache is checkpoints is earlier is None else _key(frame, recipe, folds, seed)
    more = with_copies(recipe, frame, y, weights, folds, watch, seed)
    frame, y, weights, folds, watch = more.frame, more.y, more.weights, more.folds, more.watch
    prepared: PreparedFolds | StreamedFolds
    if isinstance(frame, RowGroups):
        prepared = streamed_folds(frame, [fold.train for fold in folds], recipe, stop)
    else:
        prepared = prepared_folds(frame, len(y), folds, recipe, cache, own_key)
    layout, most = prepared.layout, max(len(fold.train) for fold in folds)
    model, trainer = _placed(frame, layout, code.outputs, hyper, head, loss, most)
    settled = (own_key, y, weights, hyper, code, head, loss, metric, epochs, seed, patience, balance, keep_rows)
    all_key = "" if checkpoints is None and earlier is None else digest_of(*settled)
    parts: list[FoldRun] = []
    for number, (fold, preparation) in enumerate(zip(folds, prepared.preparations, strict=True)):
        looks = fold if watch is None else watch(fold)
        key = digest_of(all_key, number, looks.train, looks.test) if all_key else ""
        before = _finished(number, key, checkpoints, earlier)
        if before is not None:
            parts.append(before)
            continue
        own = code.fitted(y[fold.train])
        scaled = own.wanted(y)
        weighing = Weighing(balance, own, y[fold.train])
        x = prepared.inputs(number)
        by_epochs = checkpoints / f"fold-{number:03d}.npz" if checkpoints and by_epoch else None
        history = trainer.train(
            x,
            scaled,
            looks.train,
            looks.test,
            epochs=epochs,
            seed=seed,
            used=places(preparation, layout),
            output_bias=weighing.first_bias(prior_bias(head, scaled[fold.train], code.outputs, loss)),
            weights=weighing.of_rows(scaled, weights),
            patience=patience,
            score=weighing.score(in_own_unit(metric, own)),
            stop=stop,
            progress=_heard(number, progress, prune),
            checkpoint=by_epochs,
            keep_rows=keep_rows,
        )
        if history.ended == "stopped":
            raise Stopped
        predictions = own.natural(trainer.predict(x[fold.test], weighing.put_right(history.weights)))
        parts.append(FoldRun(np.asarray(fold.test), predictions, history, preparation, own))
        if checkpoints:
            keep(checkpoints / FINISHED.format(number), parts[-1], key)
        if by_epochs:
            by_epochs.unlink(missing_ok=True)
    return OutOfFold(*averaged(parts), tuple(parts), model.count_params(), layout)


def fit_all(
    frame: Frame | RowGroups,
    y: Array,
    recipe: Recipe,
    hyper: Hyper,
    *,
    code: TargetCode,
    head: Head,
    loss: str,
    epochs: int,
    seed: int,
    balance: Balance = "none",
    weights: Array | None = None,
    stop: Callable[[], bool] = never,
    progress: Callable[[EpochEnd], None] | None = None,
    checkpoint: Path | None = None,
) -> Fitted:
    """Train on all rows for a number of epochs that was chosen before. Arguments and errors as in `cross_validate`."""
    more = with_copies(recipe, frame, y, weights, (), None, seed)
    frame, y, weights = more.frame, more.y, more.weights
    rows = np.arange(len(y))
    if isinstance(frame, RowGroups):
        streamed = streamed_folds(frame, [rows], recipe, stop)
        preparation, x = streamed.preparations[0], streamed.inputs(0)
    else:
        preparation = fitted(recipe, frame, rows, 0)
        x = transform(preparation, frame)
    own = code.fitted(y)
    scaled = own.wanted(y)
    weighing = Weighing(balance, own, y)
    layout = joined([preparation])
    _, trainer = _placed(frame, layout, code.outputs, hyper, head, loss, len(y))
    history = trainer.train(
        x,
        scaled,
        rows,
        epochs=epochs,
        seed=seed,
        output_bias=weighing.first_bias(prior_bias(head, scaled, code.outputs, loss)),
        weights=weighing.of_rows(scaled, weights),
        stop=stop,
        progress=progress,
        checkpoint=checkpoint,
    )
    if history.ended == "stopped":
        raise Stopped
    # Built anew, because what is shipped has one device and one precision whatever it was trained on.
    model = build(layout, code.outputs, hyper, head=head, loss=loss)
    model.set_weights(weighing.put_right(history.weights))
    return Fitted(model, preparation, own, history)


def in_own_unit(metric: str, code: TargetCode) -> Score:
    """The metric of targets and predictions as the network has them."""
    compute = named(metric).compute
    return lambda y, p: compute(code.told(y), code.natural(p))


def _placed(
    frame: Frame | RowGroups, layout: Layout, outputs: int, hyper: Hyper, head: Head, loss: str, rows: int
) -> tuple[Model, Trainer]:
    """The network to train on so many rows, and what trains it; rows from a file are streamed to one device."""
    batch = min(hyper.batch, rows)
    if isinstance(frame, RowGroups):
        model = build(layout, outputs, hyper, head=head, loss=loss)
        return model, StreamTrainer(model, rows=rows, batch=batch)
    model = build_placed(layout, outputs, hyper, head=head, loss=loss, rows=rows)
    return model, trainer_of(model, rows=rows, batch=batch)


def _finished(number: int, key: str, *folders: Path | None) -> FoldRun | None:
    """A fold that was finished before, in the first folder that has it."""
    found = (kept(folder / FINISHED.format(number), key) for folder in folders if folder is not None)
    return next((run for run in found if run is not None), None)


def _heard(
    number: int, progress: Callable[[int, EpochEnd], None] | None, prune: Callable[[int, EpochEnd], bool] | None
) -> Callable[[EpochEnd], None]:
    """Who hears of an epoch of one fold; one of them may give the run up."""

    def told(end: EpochEnd) -> None:
        if progress is not None:
            progress(number, end)
        if prune is not None and prune(number, end):
            raise Pruned(number, end.epoch, end.score)

    return told


def _key(frame: Frame | RowGroups, recipe: Recipe, folds: Sequence[Fold], seed: int) -> str:
    """Digest of all that decides how folds are prepared."""
    rows = (np.asarray(rows) for fold in folds for rows in (fold.train, fold.test))
    content = frame.stamp if isinstance(frame, RowGroups) else digest_of_columns(frame, recipe.columns)
    return digest_of(content, recipe, seed if recipe.copies else None, *rows)
